#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace spillway::theory {

/// The M/D/1 queue: Poisson arrivals, constant service time, one server, first come first served.
///
/// Its wait has a jump at 0 and pieces of one service time each; Erlang's alternating series for it
/// loses all digits after a few service times. Here each probability is a sum of positive terms
/// over the number of messages present, which is exact at any load and time. Units: rates in 1/s,
/// times in s, means in messages. Quantiles take 0 <= p < 1. Source: G. J. Franx, A simple solution
/// for the M/D/c waiting time distribution, Operations Research Letters 29 (2001).
class MD1 {
 public:
  /// Returns nothing when an input isn't positive or the queue is unstable
  /// (arrival_rate * service_time >= 1).
  static std::optional<MD1> of(double arrival_rate, double service_time);

  [[nodiscard]] double utilization() const { return arrival_rate_ * service_time_; }
  [[nodiscard]] double mean_wait() const {
    return utilization() * service_time_ / (2 * (1 - utilization()));
  }
  [[nodiscard]] double mean_sojourn() const { return mean_wait() + service_time_; }
  [[nodiscard]] double mean_in_queue() const { return arrival_rate_ * mean_wait(); }
  [[nodiscard]] double mean_in_system() const { return arrival_rate_ * mean_sojourn(); }

  /// P(N > n) at any instant.
  [[nodiscard]] double state_tail(std::size_t n) const;

  [[nodiscard]] double wait_tail(double t) const;
  [[nodiscard]] double wait_quantile(double p) const;
  [[nodiscard]] double sojourn_tail(double t) const {
    return t < service_time_ ? 1 : wait_tail(t - service_time_);
  }
  [[nodiscard]] double sojourn_quantile(double p) const { return wait_quantile(p) + service_time_; }

 private:
  // From here on P(N > n) falls by a constant factor to all digits: the next zeros of the
  // generating function lie so much farther out that their share vanishes within some dozen states.
  static constexpr std::size_t kStates = 128;

  MD1(double arrival_rate, double service_time);

  double arrival_rate_;
  double service_time_;
  double decay_ = 0;                           // P(N > n + 1) / P(N > n) for large n
  std::array<double, kStates> state_tails_{};  // P(N > n)
};

}  // namespace spillway::theory
