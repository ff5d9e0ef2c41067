#include <algorithm>

#include "sim/model/queue/queue.h"

// Takers that take several messages at a time. A receive takes what is ready, up to the taker's
// batch, and is over; with a window it waits for more, as long as that lasts. What it did not take
// it has no credit for any more: all of its credit comes back with its first message.

namespace spillway {

void Queue::begin_receives() { receives_.assign(wiring_.takers.size(), {}); }

void Queue::deliver_by_receive(Context& context) {
  while (depth() != 0 && takes_at_once()) {
    const std::uint32_t taker = turns_.next();
    const Taker& rules = wiring_.takers[taker];
    Receive& receive = receives_[taker];
    const bool opens = receive.room == 0;
    const std::uint64_t room = opens ? rules.batch : receive.room;
    const std::uint64_t count =
        std::min({room, std::uint64_t{depth()}, limit_in_flight_ - in_flight_});
    const bool stays_open = rules.window > 0 && count < room;
    turns_.take_many(stays_open ? count : room);
    for (std::uint64_t i = 0; i < count; ++i) {
      const Handle next = take_next(context);
      if (opens && i == 0) {
        answer_receive(taker, next, context);
        receive.takes = hand_over_first(next, taker, context);
      } else {
        hand_over_behind(next, taker, receive.takes, context);
      }
    }
    if (!opens && !stays_open) context.events.cancel(receive.ends);
    receive.room = stays_open ? room - count : 0;
    if (opens && stays_open) {
      receive.ends =
          context.events.push_lane_timer(window_lane_, context.now() + rules.window, Phase::kExpiry,
                                         {say<Tick>(wiring_.address), taker + 1});
    }
  }
}

/// Ends a receive that waits for more.
void Queue::end_receive(std::uint32_t taker) {
  turns_.withdraw(taker, receives_[taker].room);
  receives_[taker] = {};
}

/// Ends the receives of takers whose connections close.
void Queue::end_receives(std::uint32_t first, std::uint32_t count, Context& context) {
  for (std::uint32_t taker = first; taker < first + count; ++taker) {
    if (receives_[taker].room == 0) continue;
    context.events.cancel(receives_[taker].ends);
    end_receive(taker);
  }
}

}  // namespace spillway
