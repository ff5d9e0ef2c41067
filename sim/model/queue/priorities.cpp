#include <algorithm>

#include "sim/flow/receive.h"
#include "sim/model/queue/queue.h"

// Queues with priorities, and what they have in common with those with groups: what is ready stands
// in several lines, apart. Reply queues have one line, and find the taker of each message.

namespace spillway {

/// The priority of a message here: one that is too high is the highest.
std::uint32_t Queue::level_of(Handle handle, const Context& context) const {
  const std::uint32_t says = context.envelopes[context.messages[handle].pc].priority;
  return std::min(says == Envelope::kNone ? wiring_.level_unsaid : says, wiring_.levels - 1);
}

void Queue::enter_apart(Handle handle, Context& context) {
  if (wiring_.groups) return enter_group(handle, context);
  levelled_->add(context.messages, handle, level_of(handle, context));
}

void Queue::put_back_apart(Handle handle, Context& context) {
  if (wiring_.groups) {
    free_group(handle, context);
    return enter_group(handle, context);
  }
  levelled_->put_back(context.messages, handle, level_of(handle, context));
}

void Queue::take_out_apart(Handle handle, Context& context) {
  if (wiring_.groups) return leave_group(handle, context);
  levelled_->erase(context.messages, handle, level_of(handle, context));
}

Handle Queue::take_next_apart(Context& context) {
  return wiring_.groups ? grouped_->take_oldest(context.messages)
                        : levelled_->take(context.messages);
}

void Queue::deliver_apart(Context& context) {
  if (wiring_.groups) return deliver_by_group(context);
  if (wiring_.replies) return deliver_replies(context);
  if (wiring_.receives) return deliver_by_receive(context);
  while (depth() != 0 && takes_at_once()) {
    const std::uint32_t taker = turns_.take();
    hand_over(take_next(context), taker, context);
  }
}

/// Hands each reply to who has asked for it, who takes any number of them.
void Queue::deliver_replies(Context& context) {
  while (depth() != 0 && takes_at_once()) {
    const Handle handle = take_next(context);
    hand_over(handle, context.envelopes[context.messages[handle].pc].taker, context);
    context.messages[context.messages[handle].next].flags |= flag::kWithoutCredit;
  }
}

void Queue::clear_apart() {
  if (grouped_) grouped_->clear();
  if (levelled_) levelled_->clear();
}

bool Queue::is_ready(Handle handle, Context& context) {
  if (!apart_) return backlog_.contains(context.messages, handle);
  if (levelled_) {
    return levelled_->contains(context.messages, handle, level_of(handle, context));
  }
  return grouped_->contains(context.messages, handle, group_of(context.messages[handle], context));
}

}  // namespace spillway
