#pragma once

#include <cstddef>
#include <optional>

namespace spillway::theory {

/// The M/M/c queue (Erlang C): Poisson arrivals, exponential service, c equal servers, one line
/// in order of arrival.
///
/// Units: rates in 1/s, times in s, means in messages. Quantiles take 0 <= p < 1.
/// Source: D. Gross and C. M. Harris, Fundamentals of Queueing Theory, ch. 2.
class MMc {
 public:
  /// Returns nothing when a rate isn't positive, servers < 1, or the queue is unstable
  /// (arrival_rate >= servers * service_rate). Cost: O(servers), once.
  static std::optional<MMc> of(double arrival_rate, double service_rate, int servers);

  [[nodiscard]] double utilization() const { return arrival_rate_ / (servers_ * service_rate_); }
  /// P(wait > 0).
  [[nodiscard]] double probability_of_waiting() const { return waiting_; }
  [[nodiscard]] double mean_wait() const { return waiting_ / drain_rate(); }
  [[nodiscard]] double mean_sojourn() const { return mean_wait() + 1 / service_rate_; }
  [[nodiscard]] double mean_in_queue() const { return arrival_rate_ * mean_wait(); }
  [[nodiscard]] double mean_in_system() const { return arrival_rate_ * mean_sojourn(); }

  /// P(N = n). Cost: O(servers) below `servers`.
  [[nodiscard]] double state_probability(std::size_t n) const;

  /// P(wait > t) = C e^-(c mu - lambda) t.
  [[nodiscard]] double wait_tail(double t) const;
  [[nodiscard]] double wait_quantile(double p) const;

  /// P(sojourn > t): a service, preceded with probability C by an exponential wait. Exact also
  /// where the two rates meet, at which the textbook's form divides by zero.
  [[nodiscard]] double sojourn_tail(double t) const;
  [[nodiscard]] double sojourn_quantile(double p) const;

 private:
  MMc(double arrival_rate, double service_rate, int servers, double waiting)
      : arrival_rate_{arrival_rate},
        service_rate_{service_rate},
        servers_{servers},
        waiting_{waiting} {}
  [[nodiscard]] double drain_rate() const { return servers_ * service_rate_ - arrival_rate_; }

  double arrival_rate_;
  double service_rate_;
  int servers_;
  double waiting_;
};

}  // namespace spillway::theory
