#pragma once

#include <optional>

namespace spillway::theory {

/// Mean number of clients that are between two tries at a busy single server: they find it taken,
/// go away, and each tries again after an exponential time (the M/M/1 retrial queue's orbit).
///
/// Units: rates in 1/s, answer in clients. Returns nothing when a rate isn't positive or
/// arrival_rate >= service_rate.
/// Source: G. I. Falin and J. G. C. Templeton, Retrial Queues, ch. 1.
constexpr std::optional<double> mean_retrial_orbit(double arrival_rate, double service_rate,
                                                   double retry_rate) {
  if (!(arrival_rate > 0 && arrival_rate < service_rate && retry_rate > 0)) return std::nullopt;
  const double load = arrival_rate / service_rate;
  return load * (arrival_rate + load * retry_rate) / ((1 - load) * retry_rate);
}

}  // namespace spillway::theory
