#pragma once

#include <cstdint>
#include <vector>

#include "sim/flow/message.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/time.h"

namespace spillway {

/// How the nodes of a broker keep a partition: who leads it, and what its leader has alone.
struct Storage {
  /// A record that not all replicas in sync have yet: nobody reads it.
  struct Unstored {
    Handle message = 0;
    Time takes = 0;      ///< until they have it
    Time stored_at = 0;  ///< kNever: it waits for a leader, or for a replica that is gone
  };

  /// Records that are lost from the middle of the partition, by their offsets.
  struct Gap {
    std::uint64_t from = 0;
    std::uint64_t until = 0;
  };

  Ring<Unstored> unstored;  ///< in the order in which they came, and are stored
  std::vector<Gap> gaps;
  Time due = kNever;  ///< of the clock of the first that is unstored
  bool is_down = false;
  bool fails_over = false;
  bool waits = false;    ///< for a replica that is gone, and still counted on
  bool too_few = false;  ///< replicas are in sync

  bool is_led() const { return !is_down && !fails_over; }
  bool stores() const { return is_led() && !waits; }
};

}  // namespace spillway
