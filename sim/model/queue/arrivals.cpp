#include "sim/model/queue/queue.h"

// What becomes of a message at the door of a queue that does not simply take it in.

namespace spillway {

/// Looks at a message that may be too large, one too many, or delayed. Returns whether it is dealt
/// with.
bool Queue::screen(Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  if (size_of(message, context) > wiring_.max_message_size) {
    refuse(handle, Outcome::error, context);
    return true;
  }
  // A dead letter has had its delay.
  if ((message.flags & flag::kDetached) != 0) return false;
  return is_kept_out(handle, context) || screen_further(handle, context);
}

/// Looks at what its throughput and its broker's alarm let in. Returns whether it is refused, or
/// its sender waits.
bool Queue::is_kept_out(Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  if (wiring_.throughput && !wiring_.throughput->admits(size_of(message, context), context.now())) {
    metrics_.throttled.add(message.segment);
    refuse(handle, Outcome::unavailable, context);
    return true;
  }
  // Who comes while others wait stands behind them.
  if (wiring_.space == nullptr || (!wiring_.space->alarmed() && blocked_.empty())) return false;
  blocked_.push_back(context.messages, handle);
  metrics_.blocked.add(context.now(), 1);
  if (wiring_.space->alarmed()) wait_for_space();
  return true;
}

/// Looks at a message that may come in, whether it is known, or delayed. Returns whether it is
/// dealt with.
bool Queue::screen_further(Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  if (wiring_.dedup && absorb(handle, context)) return true;
  const Envelope& envelope = context.envelopes[message.pc];
  Time takes = 0;
  if (envelope.delay != Envelope::kNone) {
    takes = context.draw(envelope.delay, message);
  } else if (wiring_.delay) {
    takes = context.draw(*wiring_.delay, message);
  }
  if (takes == 0) return false;
  remember(handle, context);
  confirm_taken(handle, context);
  delay(handle, context.now() + takes, context);
  return true;
}

/// The same, by bytes. Who comes while others wait stands behind them.
bool Queue::is_too_heavy(Handle handle, Context& context) {
  if (!blocked_.empty() && blocked_.front() != handle) return true;
  const auto size = static_cast<std::uint64_t>(size_of(context.messages[handle], context));
  return (size > wiring_.capacity_bytes || bytes_ > wiring_.capacity_bytes - size) &&
         !takes_at_once(handle, context);
}

/// Does what a full queue does. Returns whether the message can come in now.
bool Queue::make_room(Handle handle, Context& context) {
  const bool never = wiring_.capacity_bytes != kNoLimit &&
                     static_cast<std::uint64_t>(size_of(context.messages[handle], context)) >
                         wiring_.capacity_bytes;
  if (wiring_.overflow == Overflow::reject || never) {
    refuse(handle, never ? Outcome::error : Outcome::unavailable, context);
    return false;
  }
  if (wiring_.overflow == Overflow::block) {
    blocked_.push_back(context.messages, handle);
    metrics_.blocked.add(context.now(), 1);
    return false;
  }
  do {
    const Handle head = take_next(context);
    if (wiring_.overflow == Overflow::dead_letter) {
      dead_letter(head, context);
    } else {
      drop(head, context);
    }
  } while (wiring_.capacity_bytes != kNoLimit && is_too_heavy(handle, context));
  return true;
}

void Queue::refuse(Handle handle, Outcome why, Context& context) {
  ++ledger_.rejected;
  metrics_.rejected.add(context.messages[handle].segment);
  confirms_.refuse(handle, why, condition_, context);
}

void Queue::drop(Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  ++ledger_.dropped;
  metrics_.dropped.add(message.segment);
  context.see(Moment::dropped, wiring_.address, message);
  context.fail_root(message);
  context.release(handle);
}

/// Lets blocked messages in, in the order in which they came, as long as there is room.
void Queue::admit_blocked(Context& context) {
  if (admitting_ || awaits_space_) return;
  admitting_ = true;
  while (!blocked_.empty() && !is_full(blocked_.front(), context)) {
    if (wiring_.space != nullptr && wiring_.space->alarmed()) {
      wait_for_space();
      break;
    }
    const Handle handle = blocked_.pop_front(context.messages);
    metrics_.blocked.add(context.now(), -1);
    if (is_too_old(handle, context)) {
      confirm(handle, Outcome::ok, context);
      expire(handle, context);
    } else if (wiring_.space == nullptr || !screen_further(handle, context)) {
      accept(handle, context);
    }
  }
  admitting_ = false;
}

void Queue::wait_for_space() {
  if (awaits_space_) return;
  awaits_space_ = true;
  wiring_.space->wait(wiring_.address);
}

/// It is this queue's turn to let in those whom its broker's alarm has kept out.
void Queue::space_again(Context& context) {
  awaits_space_ = false;
  admit_blocked(context);
  wiring_.space->tell_next(context);
}

/// Tells senders who wait that the queue has gone.
void Queue::refuse_blocked(Context& context) {
  while (!blocked_.empty()) {
    const Handle handle = blocked_.pop_front(context.messages);
    metrics_.blocked.add(context.now(), -1);
    refuse(handle, Outcome::unavailable, context);
  }
}

}  // namespace spillway
