#pragma once

#include <optional>

namespace spillway::theory {

/// The M/G/1 queue: Poisson arrivals, any service time, one server, first come first served.
///
/// Only the mean and the squared coefficient of variation of the service time decide the means. Its
/// percentiles need the whole distribution: see md1.h and mph1.h; there is no closed form for
/// lognormal service. Units: rates in 1/s, times in s, means in messages.
/// Source: F. Pollaczek 1930, A. Khinchine 1932: Wq = rho (1 + c^2) / (2 (1 - rho)) E[S].
class MG1 {
 public:
  /// `service_scv` is Var[S] / E[S]^2. Returns nothing when an input is out of range or the queue
  /// is unstable (arrival_rate * service_mean >= 1).
  static std::optional<MG1> of(double arrival_rate, double service_mean, double service_scv) {
    if (!(arrival_rate > 0 && service_mean > 0 && service_scv >= 0 &&
          arrival_rate * service_mean < 1))
      return std::nullopt;
    return MG1{arrival_rate, service_mean, service_scv};
  }

  [[nodiscard]] double utilization() const { return arrival_rate_ * service_mean_; }
  /// Infinite when the service time has no finite variance.
  [[nodiscard]] double mean_wait() const {
    return utilization() * (1 + service_scv_) / (2 * (1 - utilization())) * service_mean_;
  }
  [[nodiscard]] double mean_sojourn() const { return mean_wait() + service_mean_; }
  [[nodiscard]] double mean_in_queue() const { return arrival_rate_ * mean_wait(); }
  [[nodiscard]] double mean_in_system() const { return arrival_rate_ * mean_sojourn(); }

 private:
  MG1(double arrival_rate, double service_mean, double service_scv)
      : arrival_rate_{arrival_rate}, service_mean_{service_mean}, service_scv_{service_scv} {}

  double arrival_rate_;
  double service_mean_;
  double service_scv_;
};

}  // namespace spillway::theory
