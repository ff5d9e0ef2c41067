#pragma once

#include <algorithm>
#include <limits>
#include <optional>

#include "sim/kernel/math.h"

namespace spillway::theory {

/// The GI/M/1 queue: independent gaps between arrivals of any distribution, exponential service,
/// one server, first come first served.
///
/// An arrival finds n messages with probability (1 - sigma) sigma^n, where sigma is the root below
/// 1 of sigma = A(mu (1 - sigma)) and A the Laplace transform of the gap's distribution. Units:
/// rates in 1/s, times in s. Quantiles take 0 <= p < 1. Source: D. G. Kendall 1953; D. Gross and C.
/// M. Harris, Fundamentals of Queueing Theory, ch. 5.
class GIM1 {
 public:
  /// `transform(s)` is E[e^(-s gap)] for s >= 0 of a gap with mean 1 / arrival_rate.
  /// Returns nothing when a rate isn't positive or the queue is unstable.
  template <class Transform>
  static std::optional<GIM1> of(const Transform& transform, double arrival_rate,
                                double service_rate) {
    if (!(arrival_rate > 0 && arrival_rate < service_rate)) return std::nullopt;
    // A(mu (1 - x)) - x is convex, positive at 0 and 0 at 1: one change of sign in between.
    double low = 0;
    double high = 1;
    while (high - low > std::numeric_limits<double>::epsilon() / 2 * high) {
      const double middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) break;
      (transform(service_rate * (1 - middle)) > middle ? low : high) = middle;
    }
    return GIM1{arrival_rate, service_rate, high};
  }

  /// D/M/1: arrivals at a constant interval.
  static std::optional<GIM1> constant(double arrival_rate, double service_rate) {
    return of([=](double s) { return math::exp(-s / arrival_rate); }, arrival_rate, service_rate);
  }
  /// E_k/M/1: gaps of `phases` exponential phases.
  static std::optional<GIM1> erlang(int phases, double arrival_rate, double service_rate) {
    if (phases < 1) return std::nullopt;
    const double phase_rate = phases * arrival_rate;
    return of([=](double s) { return math::pow(phase_rate / (phase_rate + s), phases); },
              arrival_rate, service_rate);
  }

  /// Probability that an arrival waits.
  [[nodiscard]] double sigma() const { return sigma_; }
  [[nodiscard]] double utilization() const { return arrival_rate_ / service_rate_; }
  [[nodiscard]] double mean_wait() const { return sigma_ / slack(); }
  [[nodiscard]] double mean_sojourn() const { return 1 / slack(); }
  [[nodiscard]] double mean_in_queue() const { return arrival_rate_ * mean_wait(); }
  [[nodiscard]] double mean_in_system() const { return arrival_rate_ * mean_sojourn(); }

  [[nodiscard]] double wait_tail(double t) const { return sigma_ * sojourn_tail(t); }
  [[nodiscard]] double sojourn_tail(double t) const { return math::exp(-slack() * t); }
  [[nodiscard]] double wait_quantile(double p) const {
    return std::max(0.0, math::log(sigma_ / (1 - p)) / slack());
  }
  [[nodiscard]] double sojourn_quantile(double p) const { return -math::log(1 - p) / slack(); }

 private:
  GIM1(double arrival_rate, double service_rate, double sigma)
      : arrival_rate_{arrival_rate}, service_rate_{service_rate}, sigma_{sigma} {}
  [[nodiscard]] double slack() const { return service_rate_ * (1 - sigma_); }

  double arrival_rate_;
  double service_rate_;
  double sigma_;
};

}  // namespace spillway::theory
