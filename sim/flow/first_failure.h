#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "sim/flow/measure.h"
#include "sim/flow/timeline.h"

namespace spillway {

/// The time from a window's beginning until more fails than ever before the window: a failure more
/// in one second than in any second between the warm-up and the window, so the first failure of
/// all where nothing has failed before. Infinite when that never happens.
///
/// Looked for until the run ends, or until the window comes again; of a window that comes several
/// times, the mean over those times in which it happens. Only of windows that have a name.
/// Cost: nothing without such windows; else a division for each failure.
class FirstFailure {
 public:
  static constexpr Sample::Kind kKind = Sample::Kind::value;

  void begin(const Timeline& timeline, const Demand&);
  void mark(Time now, std::uint32_t segment);

  /// Something fails now.
  void count(Time now) {
    if (!watches_.empty()) look(now);
  }

  /// Whether the metric is taken over this window.
  static bool applies(const Window& window);
  Sample sample(const Window& window) const;

 private:
  /// One window of the timeline: each time that it comes, and when more failed then.
  struct Watch {
    struct Incident {
      Time from;
      Time failed = kNever;
    };
    std::string_view window;  ///< its name
    std::vector<Incident> incidents;
    std::size_t next = 0;           ///< incident that comes next
    std::uint64_t most_before = 0;  ///< failures in a second before the first incident
    bool open = false;              ///< it has come, and more has not failed yet
  };
  static constexpr std::uint64_t kNothingOpen = std::numeric_limits<std::uint64_t>::max();

  void look(Time now);
  void find_least();

  Time warmup_ = 0;
  Time duration_ = 0;
  Time second_ = 0;                     ///< the latest in which something failed
  std::uint64_t in_second_ = 0;         ///< so far
  std::uint64_t most_ = 0;              ///< in any second since the warm-up
  std::uint64_t least_ = kNothingOpen;  ///< as many must fail in a second to close an open watch
  std::vector<Watch> watches_;
};

}  // namespace spillway
