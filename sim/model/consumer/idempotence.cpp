#include "sim/flow/asking.h"
#include "sim/model/consumer/consumer.h"

// What an idempotent consumer does about a message that comes once more.

namespace spillway {

bool Consumer::is_handled(const Message& delivery, const Context& context) const {
  return handled_->knows(context.identities.id_of(delivery.ordinal, delivery.lane), context.now());
}

/// Ends a handler before it begins; who waits for what it did has it once more.
Progress Consumer::absorb(Handle delivery, Context& context) const {
  if (context.replies != 0) {
    if (wiring_.replies_by != 0) reply_by_message(delivery, wiring_.replies_by - 1, context);
    finish_job(delivery, true, true, context);
  }
  return Progress::ended;
}

/// Whether a handler that has ended well was not the first to do so for its message.
bool Consumer::absorbs(const Message& delivery, const Context& context) {
  return !handled_->add(context.identities.id_of(delivery.ordinal, delivery.lane), context.now());
}

}  // namespace spillway
