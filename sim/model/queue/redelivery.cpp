#include <algorithm>

#include "sim/model/queue/queue.h"

// What becomes of a message that was received and not acknowledged in time.

namespace spillway {

Time Queue::Redelivery::pause_after(std::uint32_t receives) const {
  constexpr double kMost = 1e18;  // beyond the longest run there is no next receive
  auto pause = static_cast<double>(delay);
  for (std::uint32_t i = 1; i < receives && pause < kMost && factor != 1; ++i) pause *= factor;
  pause += static_cast<double>(step) * (receives - 1.0);
  return std::min(static_cast<Time>(std::min(pause, kMost) + 0.5), cap);
}

Next Queue::on(Expired, Handle handle, Context& context) {
  Message& message = context.messages[handle];
  if ((message.flags & flag::kInLine) != 0) {
    message.flags &= static_cast<std::uint16_t>(~flag::kInLine);
    take_out(handle, context);
    leave_line(handle, context);
    expire(handle, context);
    depth_changed(context);
    return {};
  }
  message.flags &= static_cast<std::uint16_t>(~flag::kReleased);
  message.next = 0;  // its delivery speaks for it no more
  --in_flight_;
  metrics_.in_flight.add(context.now(), -1);
  give_back(handle, Back::silent, context);
  room_in_flight(context);
  return {};
}

/// Delivers what the limit of messages in flight has held back, or one in flight of its group.
void Queue::room_in_flight(Context& context) {
  if ((wiring_.max_in_flight == kNoLimit && !wiring_.groups) || depth() == 0) return;
  deliver(context);
  depth_changed(context);
}

void Queue::give_back(Handle handle, Back why, Context& context) {
  const Message& message = context.messages[handle];
  if (message.attempt >= wiring_.dead_letter_after) {
    if (wiring_.groups) free_group(handle, context);
    if (wiring_.dead_letter != 0) return dead_letter(handle, context);
    return drop(handle, context);
  }
  context.see(Moment::returned, wiring_.address, message);
  if (is_too_old(handle, context)) {
    if (wiring_.groups) free_group(handle, context);
    return expire(handle, context);
  }
  if (wiring_.redelivery) {
    const Redelivery& redelivery = *wiring_.redelivery;
    const bool pauses =
        (why == Back::failed && redelivery.failed) || (why == Back::silent && redelivery.silent);
    const Time pause = pauses ? redelivery.pause_after(message.attempt) : 0;
    if (pause > 0) return delay(handle, context.now() + pause, context);
  }
  put_back(handle, context);
}

/// Makes a message ready again, in its old place.
void Queue::put_back(Handle handle, Context& context) {
  if (wiring_.weighs) [[unlikely]]
    bytes_ += static_cast<std::uint64_t>(size_of(context.messages[handle], context));
  if (wiring_.expires && (wiring_.groups || !takes_at_once())) watch_age(handle, context);
  if (apart_) [[unlikely]] {
    put_back_apart(handle, context);
  } else {
    backlog_.put_back(context.messages, handle);
  }
  deliver(context);
  depth_changed(context);
}

void Queue::dead_letter(Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  ++ledger_.dead_lettered;
  metrics_.dead_lettered.add(message.segment);
  context.see(Moment::dead_lettered, wiring_.address, message);
  context.fail_root(message);
  const Time began = age_begins(message);
  Handle moved = context.detach(handle);
  if (moved == handle && wiring_.late_acks_count) moved = rename(handle, context);
  Message& letter = context.messages[moved];
  letter.attempt = 0;
  letter.since = context.now();
  letter.born = wiring_.keeps_age ? began : letter.since;
  context.post({wiring_.dead_letter, moved});
}

/// Gives a message that belongs to no root another name, so that what named it here finds it gone.
Handle Queue::rename(Handle handle, Context& context) {
  const Handle fresh = context.take();
  context.messages.set(fresh, context.messages[handle]).root = fresh;
  context.messages.give(handle);
  return fresh;
}

/// Takes an acknowledgement in that came when its delivery did not speak for the message any more.
/// Returns whether the message was still here.
bool Queue::acknowledge_late(const Message& settled, Context& context) {
  const Handle handle = settled.parent;
  if (!context.messages.alive(handle)) return false;
  Message& message = context.messages[handle];
  // Long after it has gone its place may be somebody else's, by the same name even.
  constexpr std::uint16_t kKind = flag::kDetached | flag::kDelivery | flag::kTombstone;
  if (message.ordinal != settled.ordinal || message.lane != settled.lane ||
      (message.flags & kKind) != (settled.flags & flag::kDetached)) {
    return false;
  }
  if ((message.flags & flag::kAway) != 0) {
    context.events.cancel(message.timer);
    end_delay(handle, context);
    if (wiring_.groups) free_group(handle, context);
  } else if (is_ready(handle, context)) {
    take_out(handle, context);
    leave_line(handle, context);
    depth_changed(context);
  } else if ((message.flags & flag::kReleased) != 0) {  // with another consumer
    message.flags &= static_cast<std::uint16_t>(~flag::kReleased);
    message.next = 0;
    context.events.cancel(message.timer);
    --in_flight_;
    metrics_.in_flight.add(context.now(), -1);
    if (wiring_.groups) free_group(handle, context);
  } else {
    return false;  // it has gone, and is kept as the root of work that goes on
  }
  ++ledger_.acknowledged;
  context.see(Moment::acknowledged, wiring_.address, message);
  context.release(handle);
  room_in_flight(context);
  return true;
}

}  // namespace spillway
