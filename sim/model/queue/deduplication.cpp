#include "sim/model/queue/queue.h"

// Queues that know for a time what they have taken in. Dead letters are new messages, and are not
// looked at.

namespace spillway {

/// What the queue knows a message by.
MessageId Queue::id_of(Handle handle, Context& context) const {
  constexpr std::uint64_t kOfKeys = 0x6b65790000000000;  // keeps keys apart from other ids
  const Message& message = context.messages[handle];
  if (context.envelopes[message.pc].same_by_key) return mix64(kOfKeys + key_of(message, context));
  return context.identities.id_of(message.ordinal, message.lane);
}

/// Confirms a message that is known, and lets go of it. Returns whether it was.
bool Queue::absorb(Handle handle, Context& context) {
  if (!taken_in_->knows(id_of(handle, context), context.now())) return false;
  const Message& message = context.messages[handle];
  ++ledger_.deduplicated;
  metrics_.deduplicated.add(message.segment);
  context.see(Moment::deduplicated, wiring_.address, message);
  confirm(handle, Outcome::ok, context);
  context.release(handle);
  return true;
}

/// Knows from now on what has been taken in.
void Queue::remember(Handle handle, Context& context) {
  if (!wiring_.dedup || (context.messages[handle].flags & flag::kDetached) != 0) return;
  taken_in_->add(id_of(handle, context), context.now());
}

}  // namespace spillway
