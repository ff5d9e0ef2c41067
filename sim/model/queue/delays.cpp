#include "sim/model/queue/queue.h"

// Messages that are here and not to be had yet: new ones with a delay, and those that pause before
// they are delivered again.

namespace spillway {

/// Hides a message until then.
void Queue::delay(Handle handle, Time until, Context& context) {
  Message& message = context.messages[handle];
  message.flags |= flag::kAway;
  message.timer = context.events.push_lane_timer(delay_lane_, until, Phase::kArrival,
                                                 {say<Resend>(wiring_.address), handle});
  delayed_.push_back(context.messages, handle);
  metrics_.delayed.add(context.now(), 1);
}

/// Takes a message out of those that are hidden.
void Queue::end_delay(Handle handle, Context& context) {
  context.messages[handle].flags &= static_cast<std::uint16_t>(~flag::kAway);
  delayed_.erase(context.messages, handle);
  metrics_.delayed.add(context.now(), -1);
}

Next Queue::on(Resend, Handle handle, Context& context) {
  end_delay(handle, context);
  if (is_too_old(handle, context)) {
    const bool held_its_group = wiring_.groups && context.messages[handle].attempt != 0;
    if (held_its_group) free_group(handle, context);
    expire(handle, context);
    if (held_its_group) room_in_flight(context);
    return {};
  }
  if (context.messages[handle].attempt != 0) {
    put_back(handle, context);
    return {};
  }
  // It is confirmed long since: where nothing can go for it, it comes in beyond the capacity.
  const bool makes_way =
      wiring_.overflow == Overflow::drop_head || wiring_.overflow == Overflow::dead_letter;
  if (makes_way && is_full(handle, context) && !make_room(handle, context)) return {};
  line_up(handle, context);
  deliver(context);
  depth_changed(context);
  return {};
}

}  // namespace spillway
