#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analysis/theory/stepped_time.h"

namespace spillway::theory {

/// The M/M/c/K queue: as M/M/c, with room for K messages in all, waiting and in service. A message
/// that finds no room is lost. Stable at any load. K = c is Erlang's loss system.
///
/// Times are those of accepted messages. Units: rates in 1/s, times in s, means in messages.
/// Source: D. Gross and C. M. Harris, Fundamentals of Queueing Theory, ch. 2; the times follow from
/// the state that an accepted arrival sees, as steps of a uniformized chain.
class MMcK {
 public:
  /// Returns nothing when a rate isn't positive, servers < 1 or room < 1. Servers beyond the room
  /// are never used. Cost: O(room), once, in time and memory.
  static std::optional<MMcK> of(double arrival_rate, double service_rate, int servers, int room);

  /// P(N = n). Returns 0 beyond the room.
  [[nodiscard]] double state_probability(std::size_t n) const {
    return n < states_.size() ? states_[n] : 0;
  }
  /// Share of arrivals that are lost.
  [[nodiscard]] double loss() const { return states_.back(); }
  /// Accepted, hence finished, messages per second.
  [[nodiscard]] double throughput() const { return arrival_rate_ * (1 - loss()); }
  [[nodiscard]] double utilization() const { return throughput() / (servers_ * service_rate_); }
  [[nodiscard]] double mean_in_system() const { return mean_in_system_; }
  [[nodiscard]] double mean_in_queue() const { return mean_in_queue_; }
  [[nodiscard]] double mean_wait() const { return mean_in_queue_ / throughput(); }
  [[nodiscard]] double mean_sojourn() const { return mean_in_system_ / throughput(); }

  [[nodiscard]] double wait_tail(double t) const { return wait_.tail(t); }
  [[nodiscard]] double wait_quantile(double p) const { return wait_.quantile(p); }
  [[nodiscard]] double sojourn_tail(double t) const { return sojourn_.tail(t); }
  [[nodiscard]] double sojourn_quantile(double p) const { return sojourn_.quantile(p); }

 private:
  MMcK(double arrival_rate, double service_rate, int servers, std::vector<double> states);

  double arrival_rate_;
  double service_rate_;
  int servers_;
  std::vector<double> states_;
  double mean_in_system_ = 0;
  double mean_in_queue_ = 0;
  SteppedTime wait_;
  SteppedTime sojourn_;
};

}  // namespace spillway::theory
