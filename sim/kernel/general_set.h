#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/kernel/event.h"
#include "sim/kernel/far_buckets.h"
#include "sim/kernel/near_heap.h"
#include "sim/kernel/ticket_table.h"
#include "sim/kernel/timer.h"

namespace spillway {

/// Events with any delay: a small heap of the near future in front of buckets of the far one.
///
/// As long as there are few events all of them are near. When the heap outgrows its limit it
/// deals them out over the buckets and keeps the earliest; later events go straight to a bucket
/// and reach the heap when their bucket is the earliest.
/// Cost: O(1) amortised a push and pop up to ten million events, O(log n) among equal times.
///
/// After `pop`, or a push or cancellation since, call `settle` before `head`.
class GeneralSet {
 public:
  /// Live events (those cancelled do not count).
  std::size_t size() const { return near_.size() + far_.size() - dead_; }

  /// Adds an event that cannot be cancelled, at `now` or later; `now` never decreases.
  void push(const Event& event, Time now) {
    if (event.at < near_end_) {
      near_.push(event);
      if (near_.size() > split_above_) [[unlikely]]
        split(now);
    } else {
      far_.push(event);
    }
  }

  /// Adds an event that can be cancelled.
  Timer push_timer(Event event, Time now) {
    const std::uint32_t ticket = tickets_.take(event.action);
    event.action = {0, ticket};
    push(event, now);
    return tickets_.timer(ticket);
  }

  /// Voids the timer's event. Returns: true when the set was settled and has to be settled anew.
  bool cancel(Timer timer) {
    assert(tickets_.holds(timer) && "the event of this timer is not pending");
    const std::uint32_t ticket = timer_index(timer);
    tickets_.cancel(ticket);
    ++dead_;
    const bool was_head =
        near_.size() != 0 && !near_.has_hole() && near_.top().action == Action{0, ticket};
    if (dead_ > size() + kDeadAllowed) [[unlikely]]
      compact();
    return was_head;
  }

  /// Makes the first live event the head.
  void settle() {
    near_.settle();
    for (;;) {
      if (near_.size() == 0) {
        if (far_.empty()) {
          near_end_ = kNever;
          return;
        }
        refill();
        continue;
      }
      const Action action = near_.top().action;
      if (action.target != 0 || tickets_.action(action.payload)) return;
      drop(near_.top());
      near_.pop();
      near_.settle();
    }
  }

  /// The first event; never, when there is none. Settled sets only.
  Event head() const {
    if (near_.size() == 0) return Event{};
    Event event = near_.top();
    if (event.action.target == 0) event.action = tickets_.action(event.action.payload);
    return event;
  }

  /// Removes the head of a settled set that has one.
  void pop() {
    const Action action = near_.top().action;
    if (action.target == 0) tickets_.give(action.payload);
    near_.pop();
  }

  /// Forgets all events; keeps the memory.
  void restart();

 private:
  static constexpr std::size_t kNearMost = 128;  // the heap is split above this
  static constexpr std::size_t kNearFill = 48;   // a bucket up to this size goes to the heap whole
  static constexpr std::size_t kDeadAllowed = 64;

  bool is_dead(const Event& event) const {
    return event.action.target == 0 && !tickets_.action(event.action.payload);
  }

  void drop(const Event& event) {
    tickets_.give(event.action.payload);
    --dead_;
  }

  void split(Time now);
  void refill();
  void compact();

  NearHeap near_;
  FarBuckets far_;
  TicketTable tickets_;
  Time near_end_ = kNever;  // events before this instant are in the heap, all others are far
  std::size_t split_above_ = kNearMost;
  std::size_t dead_ = 0;
};

}  // namespace spillway
