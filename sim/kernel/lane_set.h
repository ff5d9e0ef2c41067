#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "sim/kernel/event.h"
#include "sim/kernel/lane.h"
#include "sim/kernel/order.h"
#include "sim/kernel/timer.h"
#include "sim/kernel/winner_tree.h"

namespace spillway {

/// All lanes of an event set, and which of them has the next event.
///
/// Most of what stands in lanes is cancelled long before its time, and nobody looks then at what
/// comes next: there is a bound on the next event, and only when the bound's time has come is the
/// event itself looked up.
/// Cost: O(1) to append to a lane that holds something, and to cancel; O(log(lanes)) for the rest.
class LaneSet {
 public:
  /// Adds a lane. Set-up only.
  LaneId add() {
    const LaneId lane = lanes_.add();
    [[maybe_unused]] const ClockId clock = tree_.add(0);
    assert(clock == lane);
    return lane;
  }

  bool empty(LaneId lane) const { return lanes_.empty(lane); }

  /// Tells whether `event` may be appended: nothing in the lane comes after it.
  [[gnu::always_inline]] bool accepts(LaneId lane, const Event& event) const {
    return lanes_.accepts(lane, event);
  }

  /// Appends an event that the lane accepts. Returns: its timer. Where the lane was empty, there
  /// may be another bound.
  [[gnu::always_inline]] Timer append(LaneId lane, const Event& event) {
    const bool first = empty(lane);
    const Timer timer = lanes_.append(lane, event);
    if (first) [[unlikely]]
      begin(lane, event.at, event.order, event.action);
    return timer;
  }

  /// Cancels a pending event.
  void cancel(Timer timer) { lanes_.cancel(timer); }

  /// The next event, or a cancelled one before it; never, when there is none. The free bits of its
  /// order are of no meaning.
  const Event& bound() const { return tree_.head(first_.clock()); }

  /// Tells whether the bound is the next event.
  bool is_exact() const { return sequence_of(first_event().order) == sequence_of(bound().order); }

  /// Looks up what comes next in the lane whose cancelled event is the bound.
  void correct() { look_up(first_.clock()); }

  /// Removes the next event, which the bound is.
  void pop() {
    assert(is_exact());
    const LaneId lane = first_.clock();
    lanes_.pop_front(lane);
    look_up(lane);
  }

  /// Number of events pending. Cost: a look at each.
  std::size_t pending() const;

  /// Forgets all events; keeps lanes and memory.
  void restart();

 private:
  const Event& first_event() const { return lanes_.first(first_.clock()); }

  /// An empty lane has an event now.
  void begin(LaneId lane, Time at, std::uint64_t order, Action action);

  void look_up(LaneId lane);

  LaneStore lanes_;
  WinnerTree tree_;  // of the lanes' bounds
  Winner first_;     // the lane with the earliest
};

}  // namespace spillway
