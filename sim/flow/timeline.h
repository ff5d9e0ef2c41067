#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/kernel/time.h"

namespace spillway {

/// A named set of time spans that metrics are also taken over; empty name: the whole run after
/// warm-up.
struct Window {
  std::string name;
  std::vector<std::pair<Time, Time>> spans;  ///< [from, until)
  std::vector<std::uint32_t> segments;       ///< the segments that make it up
};

/// Cuts a run into segments at every instant where a window, the warm-up or the run begins or
/// ends. What is measured goes into its segment once; a window is a set of segments.
class Timeline {
 public:
  /// Messages keep their segment in 16 bits.
  static constexpr std::size_t kMostSegments = 65535;

  Timeline() = default;
  /// Cuts [0, duration) at `warmup` and at the windows' ends; windows are clipped to
  /// [warmup, duration). Segment 0 is always the warm-up, even when it is empty.
  Timeline(Time warmup, Time duration, std::vector<Window> windows);

  Time warmup() const { return warmup_; }
  Time duration() const { return duration_; }

  /// The first window is the whole run after warm-up.
  const std::vector<Window>& windows() const { return windows_; }

  std::uint32_t segments() const { return static_cast<std::uint32_t>(begins_.size()); }
  Time begin_of(std::uint32_t segment) const { return begins_[segment]; }
  /// When the next one begins; of the last, which later instants belong to: never.
  Time end_of(std::uint32_t segment) const {
    return segment + 1 < segments() ? begins_[segment + 1] : kNever;
  }

  /// The segment of an instant in [0, duration); later instants belong to the last one.
  /// Cost: logarithmic in the number of segments.
  std::uint32_t segment_of(Time at) const {
    if (at >= begins_.back()) return segments() - 1;
    const auto later = std::upper_bound(begins_.begin() + 1, begins_.end(), at);
    return static_cast<std::uint32_t>(later - begins_.begin()) - 1;
  }

 private:
  Time warmup_ = 0;
  Time duration_ = 0;
  std::vector<Time> begins_;  ///< ascending; begins_[0] = 0; begins_[1] = warmup
  std::vector<Window> windows_;
};

}  // namespace spillway
