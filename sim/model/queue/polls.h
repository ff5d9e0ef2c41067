#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/kernel/event_set.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/time.h"

namespace spillway {

/// How takers ask for messages.
struct PollRules {
  /// An instant at which messages are handed over.
  struct Fixed {
    Time at = 0;
    std::uint64_t size = 0;  ///< so many at most
  };

  Time wait = 0;                       ///< of a receive that finds nothing
  std::optional<std::uint32_t> pause;  ///< site: from an empty answer to the next receive
  std::optional<std::uint32_t> first;  ///< site, shares of 2^53: where in its pause a taker begins
  std::vector<Fixed> fixed;            ///< by time; where there are some, nobody asks
};

/// The receives that takers have sent and that have had no answer yet. Each is answered by a
/// message, or comes back empty when its wait is over; the oldest of a taker first.
struct Polls {
  struct Asked {
    std::uint64_t open = 0;      ///< so many receives
    Ring<Timer> waits;           ///< of these; none while a fault keeps them from coming to an end
    std::uint32_t answered = 0;  ///< so many came back empty: its next pause is drawn by that
  };

  void claim(const PollRules& rules, EventSet& events) {
    if (rules.wait > 0) wait_lane = events.add_lane();
    if (!rules.fixed.empty()) clock = events.add_slot();
  }

  LaneId wait_lane = 0;
  SlotId clock = 0;       ///< of the fixed instants
  std::size_t next = 0;   ///< of them
  std::vector<Asked> of;  ///< by taker
};

}  // namespace spillway
