#include <algorithm>

#include "sim/model/queue/queue.h"

// Queues whose messages belong to groups: one that is in flight, or pauses, holds its group, so
// that the others of it wait in their order. One receive of several may take several of a group:
// whoever has them handles them in turn.

namespace spillway {

bool Queue::is_group_free(Handle handle, Context& context) const {
  return grouped_->is_free(group_of(context.messages[handle], context));
}

void Queue::enter_group(Handle handle, Context& context) {
  grouped_->add(context.messages, handle, group_of(context.messages[handle], context));
}

void Queue::leave_group(Handle handle, Context& context) {
  grouped_->erase(context.messages, handle, group_of(context.messages[handle], context));
}

/// Lets the others of a message's group go on, which is in flight or pauses no more.
void Queue::free_group(Handle handle, Context& context) {
  grouped_->free(context.messages, group_of(context.messages[handle], context));
}

void Queue::deliver_by_group(Context& context) {
  while (grouped_->any() && takes_at_once()) {
    if (wiring_.takers[turns_.next()].batch > 1) {
      receive_by_group(context);
      continue;
    }
    const std::uint32_t taker = turns_.take();
    const Handle handle = grouped_->take(context.messages);
    if (wiring_.receives) answer_receive(taker, handle, context);
    leave_line(handle, context);
    hand_over(handle, taker, context);
  }
}

/// Hands several over in one receive: as many of the oldest group that may go as there are, then of
/// the next one.
void Queue::receive_by_group(Context& context) {
  const std::uint32_t taker = turns_.next();
  const std::uint64_t batch = wiring_.takers[taker].batch;
  turns_.take_many(batch);
  const std::uint64_t most = std::min(batch, limit_in_flight_ - in_flight_);
  GroupId group = 0;
  Time takes = 0;
  for (std::uint64_t taken = 0; taken < most; ++taken) {
    Handle handle = taken == 0 ? 0 : grouped_->take_another(context.messages, group);
    if (handle == 0) {
      if (!grouped_->any()) break;
      handle = grouped_->take(context.messages);
      group = group_of(context.messages[handle], context);
    }
    leave_line(handle, context);
    if (taken == 0) {
      answer_receive(taker, handle, context);
      takes = hand_over_first(handle, taker, context);
    } else {
      hand_over_behind(handle, taker, takes, context);
    }
  }
}

}  // namespace spillway
