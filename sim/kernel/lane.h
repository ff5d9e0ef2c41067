#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/kernel/event.h"
#include "sim/kernel/order.h"
#include "sim/kernel/timer.h"

namespace spillway {

/// A FIFO of events in order of time: its ends, as places in a LaneStore; 0 = empty.
struct Lane {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// The events of all lanes, doubly linked within each lane, in one pool.
///
/// A link costs 8 bytes an event and makes cancelling leave nothing behind: no dead entries to
/// skip, no compaction, places that never move (so a timer names its place), memory for what is
/// pending and no more. Places are reused last in, first out, so a lane in steady state walks
/// through memory almost as a ring would.
/// Cost: 32 bytes an event; all operations O(1), no allocation but when the pool doubles.
class LaneStore {
 public:
  LaneStore() { entries_.resize(1); }

  /// The event at a place; place 0 holds "nothing, never".
  const Event& operator[](std::uint32_t place) const { return entries_[place].event; }

  /// The number of events in a lane. Cost: a look at each.
  std::size_t size(const Lane& lane) const {
    std::size_t size = 0;
    for (std::uint32_t place = lane.first; place != 0; place = entries_[place].next) ++size;
    return size;
  }

  /// Tells whether `event` may be appended: nothing in the lane comes after it.
  bool accepts(const Lane& lane, const Event& event) const {
    return lane.last == 0 || comes_before(entries_[lane.last].event, event);
  }

  /// Appends an event that the lane accepts. Returns: its place.
  [[gnu::always_inline]] std::uint32_t append(Lane& lane, const Event& event) {
    const std::uint32_t place = take();
    entries_[place] = {event, lane.last, 0};
    if (lane.last == 0) {
      lane.first = place;
    } else {
      entries_[lane.last].next = place;
    }
    lane.last = place;
    return place;
  }

  /// Removes the first event of a lane that has one. Returns: the event that is the first now.
  [[gnu::always_inline]] const Event& pop_front(Lane& lane) {
    const std::uint32_t place = lane.first;
    const std::uint32_t next = entries_[place].next;
    entries_[next].previous = 0;
    lane.first = next;
    lane.last = next == 0 ? 0 : lane.last;
    give(place);
    return entries_[next].event;
  }

  /// Removes the event at a place of this lane.
  void remove(Lane& lane, std::uint32_t place) {
    const auto [previous, next] = Links{entries_[place].previous, entries_[place].next};
    (previous == 0 ? lane.first : entries_[previous].next) = next;
    (next == 0 ? lane.last : entries_[next].previous) = previous;
    give(place);
  }

  /// The timer that names the event at a place. The sequence number serves as generation.
  Timer timer(std::uint32_t place) const {
    assert(place <= kTimerIndexMask);
    return make_timer(place, sequence_of(entries_[place].event.order));
  }

  /// Tells whether a timer's event is pending, as far as five bits of generation can tell.
  bool holds(Timer timer) const {
    const std::uint32_t place = timer_index(timer);
    return place != 0 && place < used_ && entries_[place].event.action &&
           timer_generation(timer) ==
               (sequence_of(entries_[place].event.order) & kTimerGenerationMask);
  }

  /// Forgets all events; keeps the memory. Lanes must be reset by their owner.
  void restart() {
    free_ = 0;
    used_ = 1;
  }

 private:
  struct Links {
    std::uint32_t previous, next;
  };
  struct Entry {
    Event event;
    std::uint32_t previous = 0;
    std::uint32_t next = 0;  // of a free place: the next free one
  };

  std::uint32_t take() {
    const std::uint32_t place = free_;
    if (place != 0) [[likely]] {
      free_ = entries_[place].next;
      return place;
    }
    if (used_ == entries_.size()) grow();
    return used_++;
  }

  void give(std::uint32_t place) {
    entries_[place].event.action.target = 0;
    entries_[place].next = free_;
    free_ = place;
  }

  [[gnu::noinline]] void grow();

  std::vector<Entry> entries_;  // 0 is nobody's, see operator[]
  std::uint32_t free_ = 0;
  std::uint32_t used_ = 1;  // places never handed out start here
};

}  // namespace spillway
