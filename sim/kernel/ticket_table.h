#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "sim/kernel/event.h"
#include "sim/kernel/reservation.h"
#include "sim/kernel/timer.h"

namespace spillway {

/// The actions of cancellable events of the general set.
///
/// Such an event carries no target but the number of its ticket, so cancelling needs to find the
/// ticket only, not the event, which may be anywhere; whoever meets the event later finds the
/// ticket void and drops both.
class TicketTable {
 public:
  /// Issues a ticket. Returns: its index, never 0.
  std::uint32_t take(Action action) {
    std::uint32_t index = free_;
    if (index != 0) [[likely]] {
      free_ = tickets_[index].action.payload;
    } else {
      if (used_ >= places_) grow();
      index = used_++;
      tickets_[index].generation = 0;
    }
    tickets_[index].action = action;
    return index;
  }

  void give(std::uint32_t index) {
    Ticket& ticket = tickets_[index];
    ticket.action = {0, free_};
    ++ticket.generation;
    free_ = index;
  }

  /// Makes a ticket void; it stays taken until its event is met.
  void cancel(std::uint32_t index) { tickets_[index].action.target = 0; }

  /// What the ticket stands for; nothing when it is void.
  Action action(std::uint32_t index) const { return tickets_[index].action; }

  Timer timer(std::uint32_t index) const {
    return kTimerInGeneralSet | make_timer(index, tickets_[index].generation);
  }

  /// Tells whether a timer's event is pending, as far as five bits of generation can tell.
  bool holds(Timer timer) const {
    const std::uint32_t index = timer_index(timer);
    return (timer & kTimerInGeneralSet) != 0 && index != 0 && index < used_ &&
           tickets_[index].action &&
           timer_generation(timer) == (tickets_[index].generation & kTimerGenerationMask);
  }

  /// Takes all tickets back; keeps the memory.
  void restart() {
    free_ = 0;
    used_ = 1;
  }

 private:
  struct Ticket {
    Action action;  // of a free ticket: no target, the payload is the next free one
    std::uint32_t generation = 0;
  };

  void grow();

  Ticket* tickets_ = nullptr;
  std::uint32_t places_ = 0;
  Reservation memory_;  // of the tickets: of millions, each event looks at one of them, anywhere
  std::uint32_t free_ = 0;
  std::uint32_t used_ = 1;  // places never taken start here; 0 is nobody's
};

}  // namespace spillway
