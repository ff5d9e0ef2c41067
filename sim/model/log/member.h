#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/flow/message.h"
#include "sim/kernel/event_set.h"
#include "sim/kernel/ring.h"

namespace spillway {

/// Records of one partition that a member has polled and not handled yet.
struct Span {
  std::uint32_t partition = 0;
  std::uint64_t from = 0;
  std::uint64_t until = 0;
  bool is_late = false;                 ///< somebody else reads the partition now
  std::vector<std::uint16_t> attempts;  ///< of what is left of a late one, its last record first
};

/// One who reads for a group: a client of its own, with one record in its handler, or one batch.
struct Member {
  /// A record of the batch in hand, and how its handler has ended.
  struct Part {
    Handle delivery = 0;
    std::uint32_t segment = 0;
    Outcome outcome = Outcome::ok;
  };

  std::uint32_t group = 0;
  std::uint32_t reader = 0;
  bool is_up = true;                    ///< its process runs
  bool is_stopped = false;              ///< it alone of its consumer's does not
  bool is_in = true;                    ///< it belongs to the group
  bool is_called = false;               ///< it has heard that the group rebalances
  bool has_joined = false;              ///< and has answered that it is there
  bool is_busy = false;                 ///< a record is with its handler, or on the way there
  bool commits_later = false;           ///< a commit is on the clock
  Timer pause = 0;                      ///< before it tries a record again; 0 = none
  Timer patience = 0;                   ///< until it should have polled again; 0 = none
  Time committed_at = 0;                ///< when it committed last
  Time joined_at = 0;                   ///< when its heartbeats began
  Ring<std::uint32_t> line;             ///< its partitions that hold something to poll, in turn
  std::deque<Span> polled;              ///< what is left of its last poll
  std::vector<std::uint32_t> touched;   ///< partitions of which it has handled something
  std::vector<std::uint32_t> gives_up;  ///< partitions that are to move, once its poll is over
  std::vector<Part> batch;              ///< in hand, in the order of the records
  std::size_t unsettled = 0;            ///< of them
  std::uint64_t again = 0;              ///< records of the next batch, which was in hand before
  Time due = kNever;                    ///< the next batch that waits for its window to be over

  bool polls() const { return is_up && !is_busy && pause == 0 && polled.empty(); }
};

}  // namespace spillway
