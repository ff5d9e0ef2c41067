#pragma once

#include <optional>

#include "sim/kernel/math.h"

namespace spillway::theory {

/// The M/G/infinity station: everyone is served at once, as by a delay or an autoscaled function.
///
/// The number present is Poisson with mean lambda E[S], whatever the service time's distribution.
/// Units: rates in 1/s, times in s, means in messages.
/// Source: D. Gross and C. M. Harris, Fundamentals of Queueing Theory, ch. 2 and 5.
class MMInf {
 public:
  /// Returns nothing when an input isn't positive.
  static std::optional<MMInf> of(double arrival_rate, double service_mean) {
    if (!(arrival_rate > 0 && service_mean > 0)) return std::nullopt;
    return MMInf{arrival_rate, service_mean};
  }

  [[nodiscard]] double mean_in_system() const { return arrival_rate_ * service_mean_; }
  [[nodiscard]] double mean_sojourn() const { return service_mean_; }

  /// P(N <= n) at any instant in steady state.
  [[nodiscard]] double state_cdf(int n) const {
    return 1 - math::incomplete_gamma(static_cast<double>(n) + 1, mean_in_system());
  }
  /// E[N] at t s after an empty start, with exponential service.
  [[nodiscard]] double mean_in_system_at(double t) const {
    return mean_in_system() * (1 - math::exp(-t / service_mean_));
  }

 private:
  MMInf(double arrival_rate, double service_mean)
      : arrival_rate_{arrival_rate}, service_mean_{service_mean} {}

  double arrival_rate_;
  double service_mean_;
};

}  // namespace spillway::theory
