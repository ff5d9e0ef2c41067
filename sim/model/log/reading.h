#pragma once

#include <cstdint>
#include <limits>

#include "sim/kernel/ring.h"

namespace spillway {

/// How far a group has read a partition:
///
///   … settled │ handled, to be committed │ polled │ ready …
///             settled                    handled  position  end of the partition
///
/// What is settled is committed, and no more business of the group's. When its reader is lost, it
/// goes back from its position to what is settled.
struct Reading {
  static constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

  /// What has become of a record.
  enum class Fate : std::uint8_t {
    open,
    handled,
    dropped,
    lost,
    expired,  ///< deleted, and so passed over
  };

  struct Mark {
    std::uint16_t receives = 0;
    Fate fate = Fate::open;    ///< since it was received last
    bool was_handled = false;  ///< well, by whomever
    bool is_closed = false;    ///< its root does not wait for this group any more
  };

  std::uint32_t member = kNobody;  ///< who reads it
  bool in_line = false;            ///< there is something for its member to poll
  bool is_touched = false;         ///< something was handled since the last commit
  bool is_cut = false;             ///< what it should have read next was deleted
  std::uint64_t settled = 0;
  std::uint64_t handled = 0;
  std::uint64_t position = 0;
  Ring<Mark> marks;  ///< of all records from `settled` on that were polled once

  Mark& mark(std::uint64_t offset) { return marks[static_cast<std::size_t>(offset - settled)]; }
  /// Moves `handled` on over what was passed over.
  void skip_gaps() {
    while (handled < position && mark(handled).fate != Fate::open) ++handled;
  }
  /// The first offset that was never polled.
  std::uint64_t polled_to() const { return settled + marks.size(); }
};

}  // namespace spillway
