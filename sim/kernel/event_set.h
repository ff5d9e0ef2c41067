#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/kernel/event.h"
#include "sim/kernel/general_set.h"
#include "sim/kernel/lane_set.h"
#include "sim/kernel/order.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/time.h"
#include "sim/kernel/timer.h"
#include "sim/kernel/winner_tree.h"

namespace spillway {

using SlotId = std::uint32_t;
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
/// Slots, the first events of pipes, that of all lanes and that of the general set meet in a
/// tournament.
///
/// Range: now() <= at < kNever, and a target other than 0, for all that is scheduled (asserted).
/// Errors: std::length_error beyond 2^26 events in lanes, or cancellable ones in the general set.
/// Cost: O(log(slots + pipes)) without a branch, O(1) amortised for the rest; memory is
/// allocated on growth only and kept by restart().
class EventSet {
 public:
  /// The instant of the event popped last.
  Time now() const { return now_; }

  /// How many there are that meet in the tournament: slots and pipes mostly.
  std::size_t clocks() const { return tree_.size(); }

  /// Adds a place for one pending event. Set-up only.
  SlotId add_slot() { return add_clock(kSlot); }

  /// Adds a FIFO of events that all have the same offset from now and the same phase, none of which
  /// is ever cancelled. Set-up only.
  PipeId add_pipe() { return add_clock(kPipe); }

  /// Adds a FIFO of events that all have the same offset from now. Set-up only.
  LaneId add_lane() {
    if (lanes_clock_ == kNoClock) lanes_clock_ = add_clock(kLanes);
    return lanes_.add();
  }

  /// Forgets all events and starts over at 0; keeps slots, pipes, lanes and memory. What follows is
  /// equal to what a new set would do, down to the timers it gives out.
  void restart();

  /// Schedules the slot's event, in place of the one it holds.
  [[gnu::always_inline]] void set_slot(SlotId slot, Time at, Phase phase, Action action) {
    assert(tree_.kind(slot) == kSlot);
    tree_.set(slot, at, next_order(at, phase, action), action);
    head_changed(slot);
  }

  /// Cancels the slot's event, if there is one.
  void clear_slot(SlotId slot) {
    assert(tree_.kind(slot) == kSlot);
    if (tree_.head(slot).at == kNever) return;
    tree_.silence(slot);
    head_changed(slot);
  }

  /// Schedules an event that cannot be cancelled, `pipe`'s span ahead.
  void push_pipe(PipeId pipe, Time at, Phase phase, Action action) {
    const std::uint64_t order = next_order(at, phase, action);
    if (follows(pipe, {at, order, action})) {
      append(pipe, at, order, action);
    } else {
      insert(at, order, action);
    }
  }

  /// The same where the pipe's span never changes: nothing in it comes later.
  [[gnu::always_inline]] void push_pipe_in_order(PipeId pipe, Time at, Phase phase, Action action) {
    const std::uint64_t order = next_order(at, phase, action);
    assert(follows(pipe, {at, order, action}));
    append(pipe, at, order, action);
  }

  /// Schedules an event that can be cancelled, `lane`'s span ahead.
  [[gnu::always_inline]] Timer push_lane_timer(LaneId lane, Time at, Phase phase, Action action) {
    const std::uint64_t order = next_order(at, phase, action);
    const bool first = lanes_.empty(lane);
    if (!lanes_.accepts(lane, {at, order, action})) [[unlikely]]
      return insert_timer(at, order, action);
    const Timer timer = lanes_.append(lane, {at, order, action});
    if (first) [[unlikely]]
      lanes_grew();
    return timer;
  }

  /// Schedules an event that cannot be cancelled, any time ahead.
  void push(Time at, Phase phase, Action action) {
    insert(at, next_order(at, phase, action), action);
  }

  /// Schedules an event that can be cancelled, any time ahead.
  Timer push_timer(Time at, Phase phase, Action action) {
    return insert_timer(at, next_order(at, phase, action), action);
  }

  /// Cancels a pending event of push_lane_timer or push_timer.
  [[gnu::always_inline]] void cancel(Timer timer) {
    if ((timer & kTimerInGeneralSet) != 0) [[unlikely]]
      return cancel_general(timer);
    lanes_.cancel(timer);
  }

  /// Takes the next event if it is not later than `until`, and moves the clock to it.
  ///
  /// Returns: false, having changed nothing, when there is none.
  [[gnu::always_inline]] bool pop(Event& out, Time until) {
    const Winner winner = next();
    const ClockId clock = winner.clock();
    const Event& head = tree_.head(clock);
    // kNever stands for "no event", so it is not popped even with no limit.
    if (head.at > std::min(until, kNever - 1)) return false;
    out = head;
    out.order &= ~kOrderFreeMask;
    now_ = out.at;
    tree_.silence(clock);
    stale_ = clock;
    stale_kind_ = static_cast<Kind>(winner.kind());
    if (stale_kind_ >= kLanes) {
      if (stale_kind_ == kLanes) {
        lanes_.pop();
      } else {
        general_.pop();
      }
    }
    return true;
  }

  /// The instant of the next event; kNever when there is none.
  Time next_at() const { return tree_.head(next().clock()).at; }

  /// Number of events scheduled and neither popped nor cancelled. Cost: a look at every clock and
  /// at every event in a lane.
  std::size_t pending() const;

 private:
  enum Kind : std::uint8_t { kSlot, kPipe, kLanes, kGeneral };

  ClockId add_clock(Kind kind);
  void add_general_clock();

  /// The order of an event that is scheduled now.
  std::uint64_t next_order([[maybe_unused]] Time at, Phase phase, [[maybe_unused]] Action action) {
    assert(at >= now_ && at < kNever && action);
    const std::uint64_t order = order_of(phase, 0) | next_order_;
    next_order_ += kOrderFreeMask + 1;
    return order;
  }

  /// Tells whether nothing in the pipe comes after an event.
  bool follows(PipeId pipe, const Event& event) const {
    assert(tree_.kind(pipe) == kPipe);
    return pipes_[pipe].empty() || comes_before(pipes_[pipe].back(), event);
  }

  [[gnu::always_inline]] void append(PipeId pipe, Time at, std::uint64_t order, Action action) {
    Ring<Event>& events = pipes_[pipe];
    const bool first = events.empty();
    events.append().set(at, order, action);
    if (!first) return;
    tree_.set(pipe, at, order, action);
    head_changed(pipe);
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

  [[gnu::noinline]] void cancel_general(Timer timer);

  void general_grew(const Event& event) {
    if (stale_kind_ != kGeneral) comes_next(general_clock_, event);
  }

  [[gnu::noinline]] void lanes_grew() {
    if (stale_kind_ != kLanes) comes_next(lanes_clock_, lanes_.bound());
  }

  /// Lanes or the general set have a new event: it is their next, if it is before what was that.
  void comes_next(ClockId clock, const Event& event) {
    if (!comes_before(event, tree_.head(clock))) return;
    tree_.copy(clock, event);
    head_changed(clock);
  }

  // Whether there are matches is always answered alike, so it is asked first.
  void head_changed(ClockId clock) {
    if (tree_.has_matches() && clock != stale_) tree_.changed(clock);
  }

  /// Gives the clock popped last its next event. A handler usually schedules that, so this is done
  /// after the handler, and its matches are replayed once and not twice. Whether that clock is a
  /// pipe is a coin toss to a processor when it is popped; here, after a handler that only ever
  /// comes from one, it is foreseen.
  [[gnu::always_inline]] Winner settle() const {
    if (stale_kind_ != kSlot) {
      if (stale_kind_ == kPipe) [[likely]] {
        follow_up();
      } else {
        look_up();
      }
      stale_kind_ = kSlot;
    }
    return tree_.replay(stale_);
  }

  /// Gives the pipe popped last its next event.
  [[gnu::always_inline]] void follow_up() const {
    Ring<Event>& events = pipes_[stale_];
    events.pop_front();
    const Event& first = events.front_place();
    // Whether there is one more is another coin toss: never, by its bits, instead of a branch.
    const Time never_if_empty = -Time{events.empty()} & kNever;
    tree_.copy(stale_, {first.at | never_if_empty, first.order, first.action});
  }

  /// The same of lanes and of the general set.
  void look_up() const;

  /// The clock whose event comes next.
  [[gnu::always_inline]] Winner next() const {
    for (;;) {
      const Winner winner = settle();
      if (winner.kind() != kLanes || lanes_.is_exact()) [[likely]]
        return winner;
      lanes_.correct();
      stale_ = lanes_clock_;
      stale_kind_ = kLanes;
    }
  }

  Time now_ = 0;
  std::uint64_t next_order_ = 0;  // the next sequence number, where an order has it
  // Settling is put off until somebody asks, so next_at() may have to do it: it changes how the
  // events are held, never which.
  mutable ClockId stale_ = 0;        // the clock popped last: its head's matches are to be replayed
  mutable Kind stale_kind_ = kSlot;  // where its next event is to be looked up first
  ClockId lanes_clock_ = kNoClock;   // there is none until there are lanes
  ClockId general_clock_ = kNoClock;  // nor until the general set is first used
  mutable WinnerTree tree_;
  mutable std::vector<Ring<Event>> pipes_;  // by clock; of others than pipes: unused
  mutable LaneSet lanes_;
  mutable GeneralSet general_;
};

}  // namespace spillway
