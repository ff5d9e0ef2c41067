#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "analysis/theory/birth_death.h"

namespace spillway::theory {

/// The M/M/c queue, with room for K or without a limit, whose requests give up after an exponential
/// patience that runs from their arrival until they are served: while they wait and while they are
/// in service, which then ends. Stable at any load.
///
///   n requests present:  n ──λ──► n + 1     while n < K, refused otherwise
///                        n ──► n - 1        at min(n, c) μ + n θ
///
/// That is a call with an exponential timeout which cancels. It is not Erlang A, whose patience
/// ends with the wait (n - c waiting give up at (n - c) θ): there, begun is as good as done.
///
/// Who finds n requests waits until n - c + 1 of those have gone, at cμ + kθ with k = n, …, c
/// (those behind do not matter), and is then served at μ. The probability that patience outlasts a
/// sum of such times is the product of cμ + kθ over cμ + (k + 1)θ, in which all but the ends
/// cancels; and given that it does, each time is exponential with θ more.
///
/// Units: rates in 1/s, times in s, means in requests; `patience_rate` is θ = 1 / mean patience.
/// Source: A. Movaghar, On queueing with customer impatience until the end of service, Stochastic
/// Models 22 (2006), for exponential patience.
class Impatient {
 public:
  /// `room`: requests waiting and in service at most; nothing: no limit. Returns nothing when a
  /// rate isn't positive, servers < 1, room < servers, or more than ten million states would
  /// matter. Cost: O(servers + excess load / patience_rate), once.
  static std::optional<Impatient> of(double arrival_rate, double service_rate, std::int64_t servers,
                                     double patience_rate,
                                     std::optional<std::int64_t> room = std::nullopt) {
    if (!(arrival_rate > 0 && service_rate > 0 && servers >= 1 && patience_rate > 0))
      return std::nullopt;
    if (room && *room < servers) return std::nullopt;
    // Where departures are twice the arrivals, each further state is at most half as likely.
    constexpr double kHalvings = 80;
    const auto slots = static_cast<double>(servers);
    double states = slots + kHalvings +
                    std::max(0.0, (2 * arrival_rate - slots * service_rate) / patience_rate);
    if (room) states = std::min(states, static_cast<double>(*room) + 1);
    if (!(states < 1e7)) return std::nullopt;
    const auto probability = birth_death(
        static_cast<std::size_t>(states), [&](std::size_t) { return arrival_rate; },
        [&](std::size_t n) {
          const auto present = static_cast<double>(n);
          return std::min(present, slots) * service_rate + present * patience_rate;
        });

    Impatient answer;
    answer.arrival_rate_ = arrival_rate;
    answer.slots_ = slots;
    double waited = 0;  // mean time in line of who finds n requests and is patient enough
    double latency = 0;
    for (std::size_t n = 0; n < probability.size(); ++n) {
      const auto present = static_cast<double>(n);
      const double p = probability[n];
      answer.in_service_ += p * std::min(present, slots);
      answer.in_queue_ += p * std::max(0.0, present - slots);
      if (room && static_cast<std::int64_t>(n) == *room) {
        answer.refused_ = p;
        break;
      }
      const double beyond = std::max(slots, present + 1) * patience_rate;
      const double capacity = slots * service_rate;
      if (present >= slots) waited += 1 / (capacity + beyond);
      const double served = p * capacity / (capacity + beyond);
      answer.served_ += served;
      latency += served * (waited + 1 / (service_rate + patience_rate));
    }
    answer.mean_latency_ = latency / answer.served_;
    return answer;
  }

  [[nodiscard]] double mean_in_service() const { return in_service_; }
  [[nodiscard]] double mean_in_queue() const { return in_queue_; }
  [[nodiscard]] double utilization() const { return in_service_ / slots_; }
  /// Shares of all requests; they add up to 1.
  [[nodiscard]] double served() const { return served_; }
  [[nodiscard]] double refused() const { return refused_; }
  [[nodiscard]] double gave_up() const { return 1 - served_ - refused_; }
  /// Mean time from arrival to the end of service, of those who were served.
  [[nodiscard]] double mean_latency() const { return mean_latency_; }
  /// Mean time inside, of those who were not refused.
  [[nodiscard]] double mean_sojourn() const {
    return (in_service_ + in_queue_) / (arrival_rate_ * (1 - refused_));
  }

 private:
  Impatient() = default;

  double arrival_rate_ = 0;
  double slots_ = 0;
  double in_service_ = 0;
  double in_queue_ = 0;
  double served_ = 0;
  double refused_ = 0;
  double mean_latency_ = 0;
};

}  // namespace spillway::theory
