#pragma once

namespace spillway::theory {

/// Mean number present when messages come at `arrival_rate` and stay `mean_time` each.
///
/// L = lambda W holds for any queue in any order whose averages exist. Unit: messages.
/// Source: J. D. C. Little, A proof for the queuing formula L = lambda W, Operations Research 9
/// (1961).
constexpr double little_number(double arrival_rate, double mean_time) {
  return arrival_rate * mean_time;
}

/// Mean time in a place that holds `mean_number` messages on average. Unit: s.
/// Range: arrival_rate > 0.
constexpr double little_time(double arrival_rate, double mean_number) {
  return mean_number / arrival_rate;
}

}  // namespace spillway::theory
