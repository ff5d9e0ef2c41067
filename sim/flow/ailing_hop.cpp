#include "sim/flow/ailing_hop.h"

#include <algorithm>

#include "sim/flow/context.h"

namespace spillway {

Next Context::depart_ailing(const AilingHop& hop, Next next, Phase phase, const Message& message) {
  constexpr Time kMost = Time{1} << 62;  // as drawn times are kept below
  Time more = 0;
  for (const HopFault& fault : hop.active) {
    if (fault.kind == HopFault::Kind::delays) {
      more = std::min(kMost, more + draw(fault.site, message));
    } else if (fault.kind == HopFault::Kind::loses_all ||
               draw(fault.site, message) < fault.threshold) {
      lose(hop, next);
      return {};
    }
  }
  if (more == 0) return travel(hop.sound, next, phase, message);
  events.push(now() + std::min(kMost, delay(hop.sound, message) + more), phase, next);
  return {};
}

/// What a frame waits for will never arrive. It stays, so that the frame can give it up.
void Context::mark_lost(Message& waited_for) {
  waited_for.flags |= flag::kLost;
  // Replies may come all the same.
  if (replies != 0 && waited_for.reply_to == say<Reply>(replies)) {
    post({say<Lost>(replies), waited_for.parent});
  }
}

/// Takes out what will not arrive, but for what a frame waits for.
[[gnu::noinline]] void Context::lose(const AilingHop& hop, Next next) {
  if (says<Cancel>(next.target)) return;
  const Handle handle = next.payload;
  Message& message = messages[handle];
  Edge& edge = edges[hop.edge];
  edge.metrics.lost.add(message.segment);
  see(Moment::vanished, edge.to, message);
  if (says<Offer>(next.target) && !says<Reply>(message.reply_to)) {
    // A message, and no request. Its sender waits for the confirm, or never learns of it.
    if (message.parent != 0) {
      mark_lost(messages[message.parent]);
    } else {
      fail_root(message);
    }
    release(handle);
    return;
  }
  if (message.parent == 0) {
    release(handle);
    return;
  }
  mark_lost(message);
  if (!says<Reply>(next.target)) return;
  const bool worked = message.outcome == Outcome::ok || message.outcome == Outcome::error;
  const bool late = (message.flags & flag::kHurried) != 0 && message.deadline <= now();
  if (hop.told != 0 && worked && !late) post({hop.told, message.segment});
}

}  // namespace spillway
