#pragma once

#include <optional>

namespace spillway::theory {

/// Share of time that a thing is up which fails at `failure_rate` and is repaired at `repair_rate`.
///
/// Range: rates > 0. Needs no distribution, only the two means.
constexpr double availability(double failure_rate, double repair_rate) {
  return repair_rate / (failure_rate + repair_rate);
}

/// Mean number in an M/M/1 queue whose server breaks down, busy or not, and goes on with the
/// interrupted message after its repair; up and down times exponential.
///
/// Units: rates in 1/s, answer in messages. Returns nothing when a rate isn't positive or the
/// server's up time doesn't suffice (arrival_rate >= service_rate * availability).
/// Source: B. Avi-Itzhak and P. Naor, Some queuing problems with the service station subject to
/// breakdown, Operations Research 11 (1963).
constexpr std::optional<double> mean_with_breakdowns(double arrival_rate, double service_rate,
                                                     double failure_rate, double repair_rate) {
  const double cycle = failure_rate + repair_rate;
  const double slack = repair_rate * service_rate - arrival_rate * cycle;
  if (!(arrival_rate > 0 && failure_rate > 0 && repair_rate > 0 && slack > 0)) return std::nullopt;
  return arrival_rate * (cycle * cycle + service_rate * failure_rate) / (cycle * slack);
}

}  // namespace spillway::theory
