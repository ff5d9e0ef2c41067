#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/kernel/event.h"
#include "sim/kernel/general_set.h"
#include "sim/kernel/lane.h"
#include "sim/kernel/order.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/time.h"
#include "sim/kernel/timer.h"
#include "sim/kernel/winner_tree.h"

namespace spillway {

using SlotId = std::uint32_t;
using LaneId = std::uint32_t;
using PipeId = std::uint32_t;

/// The pending events of a run and its clock. Events run by (time, phase, sequence).
///
/// Sequence is the order of scheduling, whatever the way: what is scheduled first of two events of
/// one instant and phase runs first. There are four ways, by what is known of the delay:
/// - a slot holds at most one event (a source's next tick, a single server's completion);
/// - a pipe is a FIFO for events of one phase that all lie the same span ahead when scheduled, and
///   are never cancelled (what travels for a constant time): only its first event competes;
/// - a lane is the same for events that can be cancelled (a timeout);
/// - the general set takes any delay, and what would come out of order in a pipe or lane (its span
///   was changed), at its own cost.
/// Slots, the first events of pipes and lanes, and that of the general set meet in a tournament.
///
/// Range: now() <= at < kNever, and a target other than 0, for all that is scheduled (asserted).
/// Errors: std::length_error beyond 2^26 events in lanes, or cancellable ones in the general set.
/// Cost: O(log(slots + pipes + lanes)) without a branch, O(1) amortised for the rest; memory is
/// allocated on growth only and kept by restart().
class EventSet {
 public:
  /// The instant of the event popped last.
  Time now() const { return now_; }

  /// How many slots, pipes and lanes there are.
  std::size_t clocks() const { return tree_.size(); }

  /// Adds a place for one pending event. Set-up only.
  SlotId add_slot() { return add_clock(kSlot); }

  /// Adds a FIFO of events that all have the same offset from now and the same phase, none of which
  /// is ever cancelled. Set-up only.
  PipeId add_pipe() { return add_clock(kPipe); }

  /// Adds a FIFO of events that all have the same offset from now. Set-up only.
  LaneId add_lane() { return add_clock(kLane); }

  /// Forgets all events and starts over at 0; keeps slots, pipes, lanes and memory. What follows is
  /// equal to what a new set would do, down to the timers it gives out.
  void restart();

  /// Schedules the slot's event, in place of the one it holds.
  [[gnu::always_inline]] void set_slot(SlotId slot, Time at, Phase phase, Action action) {
    assert(tree_.kind(slot) == kSlot);
    tree_.head(slot).set(at, next_order(at, phase, action), action);
    head_changed(slot);
  }

  /// Cancels the slot's event, if there is one.
  void clear_slot(SlotId slot) {
    assert(tree_.kind(slot) == kSlot);
    Event& head = tree_.head(slot);
    if (head.at == kNever) return;
    head = Event{};
    head_changed(slot);
  }

  /// Schedules an event that cannot be cancelled, `pipe`'s span ahead.
  [[gnu::always_inline]] void push_pipe(PipeId pipe, Time at, Phase phase, Action action) {
    assert(tree_.kind(pipe) == kPipe);
    const std::uint64_t order = next_order(at, phase, action);
    Ring<Event>& events = pipes_[pipe];
    if (events.empty()) {
      events.append().set(at, order, action);
      tree_.head(pipe).set(at, order, action);
      head_changed(pipe);
    } else if (comes_before(events.back(), {at, order, action})) [[likely]] {
      events.append().set(at, order, action);
    } else {
      insert(at, order, action);
    }
  }

  /// Schedules an event that can be cancelled, `lane`'s span ahead.
  [[gnu::always_inline]] Timer push_lane_timer(LaneId lane, Time at, Phase phase, Action action) {
    const std::uint64_t order = next_order(at, phase, action);
    const std::uint32_t place = append(lane, {at, order, action});
    if (place == 0) [[unlikely]]
      return insert_timer(at, order, action);
    return entries_.timer(place);
  }

  /// Schedules an event that cannot be cancelled, any time ahead.
  void push(Time at, Phase phase, Action action) {
    insert(at, next_order(at, phase, action), action);
  }

  /// Schedules an event that can be cancelled, any time ahead.
  Timer push_timer(Time at, Phase phase, Action action) {
    return insert_timer(at, next_order(at, phase, action), action);
  }

  /// Cancels a pending event of push_lane_timer on this lane.
  [[gnu::always_inline]] void cancel(LaneId lane, Timer timer) {
    assert(tree_.kind(lane) == kLane);
    if ((timer & kTimerInGeneralSet) != 0) [[unlikely]]
      return cancel(timer);
    assert(entries_.holds(timer) && "the event of this timer is not pending");
    // The tournament hears of it when the lane wins: most timers are cancelled long before.
    entries_.remove(lanes_[lane], timer_index(timer));
  }

  /// Cancels a pending event of push_timer.
  void cancel(Timer timer) {
    if (general_.cancel(timer) && stale_ != general_clock_) {
      general_.settle();
      tree_.head(general_clock_) = general_.head();
      tree_.replay_apart(general_clock_);
    }
  }

  /// Takes the next event if it is not later than `until`, and moves the clock to it.
  ///
  /// Returns: false, having changed nothing, when there is none.
  [[gnu::always_inline]] bool pop(Event& out, Time until) {
    const Winner winner = next();
    const ClockId clock = winner.clock();
    Event& head = tree_.head(clock);
    // kNever stands for "no event", so it is not popped even with no limit.
    if (head.at > std::min(until, kNever - 1)) return false;
    out = head;
    now_ = out.at;
    stale_ = clock;
    head.at = kNever;
    const std::uint32_t kind = winner.kind();
    pipe_is_stale_ = kind == kPipe;
    if (kind == kLane) {
      head = entries_.pop_front(lanes_[clock]);
    } else if (kind == kGeneral) {
      general_.pop();
    }
    return true;
  }

  /// The instant of the next event; kNever when there is none.
  Time next_at() const { return tree_.head(next().clock()).at; }

  /// Number of events scheduled and neither popped nor cancelled. Cost: a look at every clock and
  /// at every event in a lane.
  std::size_t pending() const;

 private:
  enum Kind : std::uint8_t { kSlot, kPipe, kLane, kGeneral };

  /// What lies in lanes is cancelled mostly, and what has no fixed place to wait in is mostly rare.
  static constexpr std::array<std::uint32_t, 2> kLosers{kLane, kGeneral};

  ClockId add_clock(Kind kind);
  void add_general_clock();

  /// The order of an event that is scheduled now.
  std::uint64_t next_order([[maybe_unused]] Time at, Phase phase, [[maybe_unused]] Action action) {
    assert(at >= now_ && at < kNever && action);
    const std::uint64_t order = order_of(phase, 0) | next_order_;
    next_order_ += kOrderFreeMask + 1;
    return order;
  }

  /// Returns: the place in the lane; 0 when the lane does not accept the event.
  [[gnu::always_inline]] std::uint32_t append(LaneId lane, const Event& event) {
    assert(tree_.kind(lane) == kLane);
    Lane& events = lanes_[lane];
    const bool first = events.last == 0;
    if (!first && !entries_.accepts(events, event)) [[unlikely]]
      return 0;
    const std::uint32_t place = entries_.append(events, event);
    if (first && comes_before(event, tree_.head(lane))) {
      tree_.head(lane).set(event.at, event.order, event.action);
      head_changed(lane);
    }
    return place;
  }

  // An event that goes to the general set is handed on by its parts: else each would be made in
  // memory, wherever it goes.

  [[gnu::noinline]] void insert(Time at, std::uint64_t order, Action action) {
    if (general_clock_ == kNoClock) [[unlikely]]
      add_general_clock();
    const Event event{at, order, action};
    general_.push(event, now_);
    general_grew(event);
  }

  [[gnu::noinline]] Timer insert_timer(Time at, std::uint64_t order, Action action) {
    if (general_clock_ == kNoClock) [[unlikely]]
      add_general_clock();
    const Event event{at, order, action};
    const Timer timer = general_.push_timer(event, now_);
    general_grew(event);
    return timer;
  }

  void general_grew(const Event& event) {
    if (stale_ == general_clock_) return;
    Event& head = tree_.head(general_clock_);
    if (!comes_before(event, head)) return;
    head = event;
    tree_.replay_apart(general_clock_);
  }

  void head_changed(ClockId clock) {
    if (clock != stale_) tree_.replay_apart(clock);
  }

  /// Brings the tree up to date with the clock popped last. A handler usually schedules that
  /// clock's next event, so its matches are replayed once, after the handler, and not twice.
  /// Whether that clock is a pipe is a coin toss to a processor when it is popped; here, after a
  /// handler that only ever comes from one, it is foreseen.
  [[gnu::always_inline]] Winner settle() const {
    if (pipe_is_stale_) {
      pipe_is_stale_ = false;
      Ring<Event>& events = pipes_[stale_];
      events.pop_front();
      const Event& first = events.front_place();
      // Whether there is one more is another coin toss: never, by its bits, instead of a branch.
      const Time never_if_empty = -Time{events.empty()} & kNever;
      tree_.head(stale_).set(first.at | never_if_empty, first.order, first.action);
    }
    if (stale_ == general_clock_) {
      general_.settle();
      tree_.head(stale_) = general_.head();
    }
    return tree_.replay(stale_);
  }

  /// The clock whose event comes next. A lane whose first event was cancelled competes with that
  /// until it wins: then it is put right.
  [[gnu::always_inline]] Winner next() const {
    for (;;) {
      const Winner winner = settle();
      if (winner.kind() != kLane) return winner;
      const ClockId lane = winner.clock();
      const Event& first = entries_[lanes_[lane].first];
      if (first.order == tree_.head(lane).order) [[likely]]
        return winner;
      tree_.head(lane) = first;
      stale_ = lane;
    }
  }

  Time now_ = 0;
  std::uint64_t next_order_ = 0;  // the next sequence number, where an order has it
  // Settling is put off until somebody asks, so next_at() may have to do it: it changes how the
  // events are held, never which.
  mutable ClockId stale_ = 0;  // the clock popped last: its head's matches are to be replayed
  mutable bool pipe_is_stale_ = false;  // and it is a pipe, whose first event has been popped
  ClockId general_clock_ = kNoClock;    // there is none until the general set is first used
  mutable WinnerTree tree_;
  mutable std::vector<Ring<Event>> pipes_;  // by clock; of others than pipes: unused
  std::vector<Lane> lanes_;                 // by clock; of others than lanes: unused
  LaneStore entries_;
  mutable GeneralSet general_;
};

}  // namespace spillway
