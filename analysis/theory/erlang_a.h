#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "analysis/theory/birth_death.h"

namespace spillway::theory {

/// The M/M/c+M queue (Erlang A): as M/M/c, but a waiting message gives up after an exponential
/// patience. Stable at any load.
///
/// Units: rates in 1/s, times in s, means in messages; `patience_rate` is 1 / mean patience.
/// Source: C. Palm 1946; O. Garnett, A. Mandelbaum, M. Reiman, Designing a call center with
/// impatient customers, M&SOM 4 (2002).
class ErlangA {
 public:
  /// Returns nothing when a rate isn't positive, servers < 1, or patience is so long that more than
  /// ten million states would matter. Cost: O(servers + excess load / patience_rate), once.
  static std::optional<ErlangA> of(double arrival_rate, double service_rate, int servers,
                                   double patience_rate) {
    if (!(arrival_rate > 0 && service_rate > 0 && servers >= 1 && patience_rate > 0))
      return std::nullopt;
    // Where departures are twice the arrivals, each further state is at most half as likely.
    constexpr double kHalvings = 80;
    const double capacity = servers * service_rate;
    const double states =
        servers + std::max(0.0, (2 * arrival_rate - capacity) / patience_rate) + kHalvings;
    if (!(states < 1e7)) return std::nullopt;
    const auto probability = birth_death(
        static_cast<std::size_t>(states), [&](std::size_t) { return arrival_rate; },
        [&](std::size_t n) {
          const auto present = static_cast<double>(n);
          const double serving = std::min(present, static_cast<double>(servers));
          return serving * service_rate + (present - serving) * patience_rate;
        });
    double in_queue = 0;
    double served = 0, waited = 0;  // shares of who is served, weighed with their waits
    double wait = 0;                // of who finds n present and is patient enough
    for (std::size_t n = 0; n < probability.size(); ++n) {
      const double ahead = static_cast<double>(n) - servers;
      // Each of those ahead goes at c mu + k theta, k of them waiting still: patience outlasts all
      // with a product in which all but the ends cancels; those times are then shorter by it.
      const double beyond = std::max(0.0, ahead + 1) * patience_rate;
      if (ahead >= 0) {
        in_queue += ahead * probability[n];
        wait += 1 / (capacity + beyond);
      }
      const double lasts = probability[n] * capacity / (capacity + beyond);
      served += lasts;
      waited += lasts * wait;
    }
    return ErlangA{arrival_rate, capacity, in_queue, patience_rate, waited / served};
  }

  [[nodiscard]] double mean_in_queue() const { return in_queue_; }
  /// Share of messages that give up.
  [[nodiscard]] double abandonment() const { return in_queue_ * patience_rate_ / arrival_rate_; }
  /// Mean time in the queue, of all messages.
  [[nodiscard]] double mean_wait() const { return in_queue_ / arrival_rate_; }
  /// Mean time in the queue of those that are served.
  [[nodiscard]] double mean_wait_of_served() const { return wait_of_served_; }
  [[nodiscard]] double throughput() const { return arrival_rate_ * (1 - abandonment()); }
  [[nodiscard]] double utilization() const { return throughput() / capacity_; }

 private:
  ErlangA(double arrival_rate, double capacity, double in_queue, double patience_rate,
          double wait_of_served)
      : arrival_rate_{arrival_rate},
        capacity_{capacity},
        in_queue_{in_queue},
        patience_rate_{patience_rate},
        wait_of_served_{wait_of_served} {}

  double arrival_rate_;
  double capacity_;
  double in_queue_;
  double patience_rate_;
  double wait_of_served_;
};

}  // namespace spillway::theory
