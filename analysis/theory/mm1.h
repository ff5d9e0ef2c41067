#pragma once

#include <algorithm>
#include <optional>

#include "sim/kernel/math.h"

namespace spillway::theory {

/// The M/M/1 queue: Poisson arrivals, exponential service, one server, first come first served.
///
/// Units: rates in 1/s, times in s, means in messages. Quantiles take 0 <= p < 1.
/// Source: D. Gross and C. M. Harris, Fundamentals of Queueing Theory, ch. 2.
class MM1 {
 public:
  /// Returns nothing when a rate isn't positive or the queue is unstable (arrivals >= service).
  static std::optional<MM1> of(double arrival_rate, double service_rate) {
    if (!(arrival_rate > 0 && arrival_rate < service_rate)) return std::nullopt;
    return MM1{arrival_rate, service_rate};
  }

  [[nodiscard]] double utilization() const { return arrival_rate_ / service_rate_; }
  [[nodiscard]] double mean_in_system() const { return arrival_rate_ / slack(); }
  [[nodiscard]] double mean_in_queue() const { return utilization() * mean_in_system(); }
  [[nodiscard]] double mean_sojourn() const { return 1 / slack(); }
  [[nodiscard]] double mean_wait() const { return utilization() / slack(); }

  /// P(N = n) = (1 - rho) rho^n.
  [[nodiscard]] double state_probability(int n) const {
    return (1 - utilization()) * math::pow(utilization(), n);
  }

  /// P(wait > t) = rho e^-(mu - lambda) t.
  [[nodiscard]] double wait_tail(double t) const { return utilization() * sojourn_tail(t); }
  /// P(sojourn > t) = e^-(mu - lambda) t.
  [[nodiscard]] double sojourn_tail(double t) const { return math::exp(-slack() * t); }

  [[nodiscard]] double wait_quantile(double p) const {
    return std::max(0.0, math::log(utilization() / (1 - p)) / slack());
  }
  [[nodiscard]] double sojourn_quantile(double p) const { return -math::log(1 - p) / slack(); }

 private:
  MM1(double arrival_rate, double service_rate)
      : arrival_rate_{arrival_rate}, service_rate_{service_rate} {}
  [[nodiscard]] double slack() const { return service_rate_ - arrival_rate_; }

  double arrival_rate_;
  double service_rate_;
};

}  // namespace spillway::theory
