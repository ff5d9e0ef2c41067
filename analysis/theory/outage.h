#pragma once

#include <optional>

namespace spillway::theory {

/// An outage seen as a fluid: messages arrive at a constant rate, capacity is short for a while,
/// then more than enough.
///
///   backlog   ^      /\                  B = (lambda - theta) D
///             |    /    \                T = B / (capacity - lambda)
///             |  /         \             recovery = D + T
///             +/--------------\----> t
///              0     D       D+T
struct Outage {
  double arrival_rate = 0;       ///< lambda, 1/s
  double capacity = 0;           ///< servers times service rate once repaired, 1/s
  double length_s = 0;           ///< D
  double residual_capacity = 0;  ///< theta, what is left of the capacity during the outage, 1/s
};

/// What an outage does to a queue that was empty and keeps everything in order of arrival.
struct OutageAnswer {
  double backlog;        ///< messages at the end of the outage, the most there are
  double drain_s;        ///< from the end of the outage until empty
  double recovery_s;     ///< from its beginning until empty
  double delayed;        ///< messages that waited
  double total_delay_s;  ///< their delays added up: the area under the backlog
  double mean_delay_s;   ///< of a delayed message, whatever the speed of the drain
  double worst_delay_s;  ///< in order of arrival
};

/// Whether the formulas apply: rates in order (0 <= theta < lambda < capacity) and D > 0.
constexpr bool applies(const Outage& outage) {
  return outage.residual_capacity >= 0 && outage.residual_capacity < outage.arrival_rate &&
         outage.arrival_rate < outage.capacity && outage.length_s > 0;
}

/// Returns nothing where the formulas do not apply, as when the capacity never catches up.
constexpr std::optional<OutageAnswer> outage_answer(const Outage& outage) {
  if (!applies(outage)) return std::nullopt;
  OutageAnswer answer{};
  answer.backlog = (outage.arrival_rate - outage.residual_capacity) * outage.length_s;
  answer.drain_s = answer.backlog / (outage.capacity - outage.arrival_rate);
  answer.recovery_s = outage.length_s + answer.drain_s;
  answer.delayed = outage.arrival_rate * answer.recovery_s;
  answer.total_delay_s = answer.backlog * answer.recovery_s / 2;
  answer.mean_delay_s = answer.total_delay_s / answer.delayed;
  // Worst for the message that the repair finds at the head of the queue.
  answer.worst_delay_s = outage.length_s * (1 - outage.residual_capacity / outage.arrival_rate);
  return answer;
}

/// What is lost, and how long the rest takes to drain after the outage.
struct OutageLoss {
  double lost;     ///< messages
  double drain_s;  ///< from the end of the outage until empty
};

/// An outage with room for `room` messages; what finds it full is lost.
constexpr std::optional<OutageLoss> outage_with_room(const Outage& outage, double room) {
  if (!applies(outage) || !(room >= 0)) return std::nullopt;
  const double backlog = (outage.arrival_rate - outage.residual_capacity) * outage.length_s;
  const double kept = backlog < room ? backlog : room;
  return OutageLoss{backlog - kept, kept / (outage.capacity - outage.arrival_rate)};
}

/// A full outage (no residual capacity) with messages that expire after a constant `ttl_s` of
/// waiting. None expires in the drain: waits only fall then.
constexpr std::optional<OutageLoss> outage_with_ttl(const Outage& outage, double ttl_s) {
  if (!applies(outage) || outage.residual_capacity > 0 || !(ttl_s >= 0)) return std::nullopt;
  const double kept_s = outage.length_s < ttl_s ? outage.length_s : ttl_s;
  return OutageLoss{outage.arrival_rate * (outage.length_s - kept_s),
                    outage.arrival_rate * kept_s / (outage.capacity - outage.arrival_rate)};
}

/// Wait of the message that arrives `at_s` after the beginning of a full outage, 0 <= at_s <= D, in
/// order of arrival: (D - s) + lambda s / capacity.
constexpr std::optional<double> outage_delay_at(const Outage& outage, double at_s) {
  if (!applies(outage) || outage.residual_capacity > 0 || !(at_s >= 0 && at_s <= outage.length_s))
    return std::nullopt;
  return (outage.length_s - at_s) + outage.arrival_rate * at_s / outage.capacity;
}

/// The capacity that drains `backlog` messages within `target_s` while arrivals go on. Unit: 1/s.
constexpr double catch_up_capacity(double arrival_rate, double backlog, double target_s) {
  return arrival_rate + backlog / target_s;
}

/// Variance of the time to drain `backlog` messages: first passage of a Brownian motion. Unit: s^2.
///
/// The scv are squared coefficients of variation of gaps and services; `backlog_variance` that of
/// the backlog itself. Returns nothing unless arrival_rate < capacity.
constexpr std::optional<double> drain_variance(double backlog, double backlog_variance,
                                               double arrival_rate, double arrival_scv,
                                               double capacity, double service_scv) {
  const double slack = capacity - arrival_rate;
  if (!(slack > 0)) return std::nullopt;
  const double noise = arrival_rate * arrival_scv + capacity * service_scv;
  return backlog * noise / (slack * slack * slack) + backlog_variance / (slack * slack);
}

}  // namespace spillway::theory
