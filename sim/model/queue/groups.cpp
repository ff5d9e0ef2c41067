#include "sim/model/queue/queue.h"

// Queues whose messages belong to groups: one that is in flight, or pauses, holds its group, so
// that the others of it wait in their order.

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
    const std::uint32_t taker = turns_.take();
    const Handle handle = grouped_->take(context.messages);
    if (wiring_.receives) answer_receive(taker, handle, context);
    leave_line(handle, context);
    hand_over(handle, taker, context);
  }
}

}  // namespace spillway
