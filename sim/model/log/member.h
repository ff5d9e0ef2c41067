#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/kernel/event_set.h"
#include "sim/kernel/ring.h"

namespace spillway {

/// Records of one partition that a member has polled and not handled yet.
struct Span {
  std::uint32_t partition = 0;
  std::uint64_t from = 0;
  std::uint64_t until = 0;
};

/// One who reads for a group: a client of its own, with one record in its handler.
struct Member {
  std::uint32_t group = 0;
  bool is_up = true;                   ///< its process runs
  bool is_busy = false;                ///< a record is with its handler, or on the way there
  bool commits_later = false;          ///< a commit is on the clock
  Timer pause = 0;                     ///< before it tries a record again; 0 = none
  Time committed_at = 0;               ///< when it committed last
  Ring<std::uint32_t> line;            ///< its partitions that hold something to poll, in turn
  std::deque<Span> polled;             ///< what is left of its last poll
  std::vector<std::uint32_t> touched;  ///< partitions of which it has handled something

  bool polls() const { return is_up && !is_busy && pause == 0 && polled.empty(); }
};

}  // namespace spillway
