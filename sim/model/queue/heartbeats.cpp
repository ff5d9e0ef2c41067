#include "sim/model/queue/queue.h"

// Consumers that say, as long as they have a message, that they have it still.

namespace spillway {

/// Expects the first heartbeat of a consumer that has just been handed a delivery.
void Queue::expect_heartbeat(Handle delivery, const Taker& taker, Context& context) {
  const Message& handed = context.messages[delivery];
  std::uint32_t place = 0;
  if (free_heartbeats_.empty()) {
    place = static_cast<std::uint32_t>(heartbeats_.size());
    heartbeats_.emplace_back();
  } else {
    place = free_heartbeats_.front();
    free_heartbeats_.pop_front();
  }
  heartbeats_[place] = {delivery, handed.ordinal, handed.lane, handed.attempt};
  const Time on_the_way =
      context.delay(taker.way, handed) + context.delay(context.edges[taker.edge].back, handed);
  context.events.push(context.now() + on_the_way + taker.heartbeat, Phase::kCompletion,
                      {say<Extend>(wiring_.address), place});
}

/// The message that a heartbeat is for; 0 when its consumer has it no more, or speaks for it no
/// more. Names in the slab come again: so a delivery is known by what it is.
Handle Queue::message_of(const Heartbeat& heartbeat, const Context& context) const {
  if (!context.messages.alive(heartbeat.delivery)) return 0;
  const Message& handed = context.messages[heartbeat.delivery];
  if ((handed.flags & flag::kDelivery) == 0 || handed.ordinal != heartbeat.ordinal ||
      handed.lane != heartbeat.lane || handed.attempt != heartbeat.attempt ||
      handed.via >= wiring_.takers.size() ||
      handed.reply_to != wiring_.takers[handed.via].consumer) {
    return 0;
  }
  const Handle handle = handed.parent;
  if (handle == 0 || !context.messages.alive(handle)) return 0;
  return context.messages[handle].next == heartbeat.delivery ? handle : 0;
}

Next Queue::on(Extend, std::uint32_t place, Context& context) {
  const Handle handle = message_of(heartbeats_[place], context);
  if (handle == 0) {
    free_heartbeats_.push_back(place);
    return {};
  }
  Message& message = context.messages[handle];
  context.events.cancel(message.timer);
  message.timer =
      context.events.push_lane_timer(visibility_lane_, context.now() + *wiring_.visibility,
                                     Phase::kExpiry, {say<Expired>(wiring_.address), handle});
  metrics_.extensions.add(message.segment);
  const Taker& taker = wiring_.takers[context.messages[heartbeats_[place].delivery].via];
  context.events.push(context.now() + taker.heartbeat, Phase::kCompletion,
                      {say<Extend>(wiring_.address), place});
  return {};
}

}  // namespace spillway
