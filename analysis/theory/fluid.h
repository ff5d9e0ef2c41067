#pragma once

#include <optional>
#include <span>
#include <vector>

namespace spillway::theory {

/// A stretch of time in which a rate goes in a straight line from one value to another.
///
/// Unit: s and 1/s. Range: from_s < until_s, rates >= 0. A stretch without end (until_s infinite)
/// keeps one rate.
struct RatePiece {
  double from_s = 0;
  double until_s = 0;
  double rate_from = 0;
  double rate_until = 0;
};

/// A stretch of the backlog's path: backlog + net t + slope t^2 / 2, t s after from_s.
struct BacklogPiece {
  double from_s;
  double until_s;
  double backlog;   ///< messages at from_s
  double net;       ///< arrivals less capacity at from_s, 1/s; 0 while the queue stays empty
  double slope;     ///< change of net, 1/s^2
  double arrivals;  ///< 1/s at from_s
  double ramp;      ///< change of arrivals, 1/s^2
  double capacity;  ///< 1/s
  bool busy;        ///< false while the queue stays empty
};

/// A queue's backlog when messages are taken for a fluid: what load and capacity alone decide,
/// without chance. Printed beside the simulated depth, it tells which part of a backlog no luck can
/// avoid.
///
///   B(t) = max over s <= t of the integral from s to t of (arrivals - capacity)   (reflection at
///   0)
///
/// Exact: on every piece the path is a parabola. Order of arrival is assumed for ages.
struct FluidAnswer {
  double max_backlog;  ///< messages; infinite when it grows for ever
  double max_at_s;     ///< first instant of it
  std::optional<double>
      empty_at_s;        ///< first instant from then on with no backlog; nothing if never
  double oldest_age_s;   ///< the longest any message waits; infinite if one waits for ever
  double delayed;        ///< messages that arrive to a backlog
  double total_delay_s;  ///< all waits added up: the area under the backlog
  std::vector<BacklogPiece> path;  ///< from the first instant given to infinity

  /// Backlog at an instant. Unit: s, messages. Returns 0 before the first piece.
  [[nodiscard]] double backlog_at(double at_s) const;
  /// Time from an instant until there is no backlog. Returns nothing if there always is.
  [[nodiscard]] std::optional<double> drain_time_s(double from_s) const;
  /// Wait of a message that arrives at an instant. Unit: s. Returns infinity if it is never served.
  [[nodiscard]] double delay_at(double at_s) const;
};

/// Follows the backlog of `arrivals` against `capacity`, beginning with `initial_backlog` messages
/// at the first instant that either mentions.
///
/// Outside the pieces a rate is 0. Capacity is constant within each piece (it moves in steps, as
/// instances come and go). Returns nothing when pieces are out of order, overlap, have a negative
/// rate, or change the rate where they may not. Cost: O(pieces^2).
/// Source: G. F. Newell, Applications of Queueing Theory, ch. 2 (rush-hour queues).
std::optional<FluidAnswer> fluid_backlog(std::span<const RatePiece> arrivals,
                                         std::span<const RatePiece> capacity,
                                         double initial_backlog = 0);

}  // namespace spillway::theory
