#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/kernel/event.h"
#include "sim/kernel/order.h"
#include "sim/kernel/timer.h"

namespace spillway {

using LaneId = std::uint32_t;

/// FIFOs of events in order of time, whose events can be cancelled: the lanes.
///
/// The events of all lanes stand in one pool, those of a lane in a circle with the place that is
/// the lane's own, so that neither end is a case of its own. A link costs 8 bytes an event and
/// makes cancelling leave nothing behind: no dead entries to skip, no compaction, places that never
/// move (so a timer names its place), memory for what is pending and no more. Places are reused
/// last in, first out, so a lane in steady state walks through memory almost as a ring would.
/// Cost: 32 bytes an event; all operations O(1), no allocation but when the pool doubles.
class LaneStore {
 public:
  /// Adds a lane. Set-up only: before any event.
  LaneId add() {
    assert(used_ == lanes_);
    const LaneId lane = take();
    lanes_ = used_;
    entries_[lane] = {{}, lane, lane};
    return lane;
  }

  std::uint32_t lanes() const { return lanes_; }

  bool empty(LaneId lane) const { return entries_[lane].next == lane; }

  /// The next event of a lane; never, when there is none.
  const Event& first(LaneId lane) const { return entries_[entries_[lane].next].event; }

  /// The number of events in a lane. Cost: a look at each.
  std::size_t size(LaneId lane) const {
    std::size_t size = 0;
    for (auto place = entries_[lane].next; place != lane; place = entries_[place].next) ++size;
    return size;
  }

  /// Tells whether `event` may be appended: nothing in the lane comes after it.
  [[gnu::always_inline]] bool accepts(LaneId lane, const Event& event) const {
    const std::uint32_t last = entries_[lane].previous;
    if (entries_[last].event.at < event.at) [[likely]]
      return true;
    return last == lane || comes_before(entries_[last].event, event);
  }

  /// Appends an event that the lane accepts. Returns: its timer. The sequence number serves as
  /// generation.
  [[gnu::always_inline]] Timer append(LaneId lane, const Event& event) {
    const std::uint32_t place = take();
    assert(place <= kTimerIndexMask);
    const std::uint32_t last = entries_[lane].previous;
    Entry& entry = entries_[place];
    entry.event.set(event.at, event.order, event.action);
    entry.previous = last;
    entry.next = lane;
    entries_[last].next = place;
    entries_[lane].previous = place;
    return make_timer(place, sequence_of(event.order));
  }

  /// Removes the next event of a lane that has one.
  void pop_front(LaneId lane) {
    assert(!empty(lane));
    remove(entries_[lane].next);
  }

  /// Removes the pending event of a timer.
  void cancel(Timer timer) {
    assert(holds(timer) && "the event of this timer is not pending");
    remove(timer_index(timer));
  }

  /// Forgets all events; keeps lanes and memory.
  void restart() {
    free_ = 0;
    used_ = lanes_;
    for (LaneId lane = 0; lane < lanes_; ++lane) entries_[lane] = {{}, lane, lane};
  }

 private:
  struct Entry {
    Event event;
    std::uint32_t previous = 0;
    std::uint32_t next = 0;  // of a free place: the next free one
  };

  /// Tells whether a timer's event is pending, as far as five bits of generation can tell.
  bool holds(Timer timer) const {
    const std::uint32_t place = timer_index(timer);
    return place >= lanes_ && place < used_ && entries_[place].event.action &&
           timer_generation(timer) ==
               (sequence_of(entries_[place].event.order) & kTimerGenerationMask);
  }

  [[gnu::always_inline]] void remove(std::uint32_t place) {
    const std::uint32_t previous = entries_[place].previous;
    const std::uint32_t next = entries_[place].next;
    entries_[previous].next = next;
    entries_[next].previous = previous;
    entries_[place].event.action.target = 0;
    entries_[place].next = free_;
    free_ = place;
  }

  std::uint32_t take() {
    const std::uint32_t place = free_;
    if (place != 0) [[likely]] {
      free_ = entries_[place].next;
      return place;
    }
    if (used_ == entries_.size()) grow();
    return used_++;
  }

  [[gnu::noinline]] void grow();

  std::vector<Entry> entries_;  // the first ones are the lanes'
  std::uint32_t lanes_ = 0;
  std::uint32_t free_ = 0;  // 0: there is none, that is a lane's
  std::uint32_t used_ = 0;  // places never handed out start here
};

}  // namespace spillway
