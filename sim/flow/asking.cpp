#include "sim/flow/asking.h"

#include <algorithm>
#include <cassert>

#include "sim/flow/draw_anew.h"
#include "sim/flow/exchange.h"

namespace spillway {
namespace {

/// What tells a reply's lane from that of the message it answers.
constexpr std::uint32_t kReply = 0x5e91'7a1d;

/// Mixed into the lane of a request that is to draw other numbers than it did before.
constexpr std::uint32_t kDrawnAnew = ~std::uint32_t{0};

constexpr std::uint16_t kUnconfirmed = flag::kAhead;

/// Whether its message or the confirm is on its way, and will find the ticket.
bool is_on_its_way(const Message& ticket) {
  return (ticket.flags & (kUnconfirmed | flag::kLost)) == kUnconfirmed;
}

const Asking& asking_of(const Exchange& exchange, const Context& context) {
  return context.askings[exchange.access];
}

void stop_collecting(Conversation& conversation, Context& context) {
  if (conversation.collecting != 0) context.events.cancel(conversation.collecting);
  conversation.collecting = 0;
}

/// Tells the frame that it need not wait any more, if that is so.
Next tell(std::uint32_t number, Outcome outcome, Context& context) {
  Conversation& conversation = context.conversations[number];
  const Handle ticket = conversation.ticket;
  const Next next{conversation.owner, ticket};
  stop_collecting(conversation, context);
  Message& message = context.messages[ticket];
  message.outcome = outcome;
  message.next = 0;
  if (outcome == Outcome::timeout) message.flags |= flag::kLost;  // nothing names it any more
  context.conversations.leave(number);
  return next;
}

Next tell_if_enough(std::uint32_t number, Context& context) {
  const Conversation& conversation = context.conversations[number];
  const Message& ticket = context.messages[conversation.ticket];
  if (is_on_its_way(ticket) || conversation.collecting != 0) return {};
  if (conversation.came < conversation.needed) return {};
  return tell(number, Outcome::ok, context);
}

/// Sends a reply to a reply queue that has a name, as any message for which nobody waits.
void send_reply(Handle reply, const Asking& asking, std::uint32_t delivery, Context& context) {
  const auto route = std::ranges::find(asking.routes, delivery, &ReplyRoute::delivery);
  assert(route != asking.routes.end());
  Message& message = context.messages[reply];
  message.via = route->edge;
  message.pc = asking.envelope;
  Edge& edge = context.edges[route->edge];
  edge.metrics.attempts.add(message.segment);
  if (const Next now =
          context.travel(edge.out, {asking.reply_queue, reply}, Phase::kArrival, message)) {
    context.post(now);
  }
}

}  // namespace

Correlation correlation(std::uint32_t ordinal, std::uint32_t lane) {
  return Correlation{ordinal} << 32 | lane;
}

void begin_asking(const Exchange& exchange, Handle handle, Context& context, const Self& self) {
  const Asking& asking = asking_of(exchange, context);
  const std::uint32_t number = context.conversations.open(handle);
  Conversation& conversation = context.conversations[number];
  const Handle ticket = context.messages[handle].next;
  Message& message = context.messages[ticket];
  conversation.ticket = ticket;
  conversation.owner = say<Reply>(self.address);
  conversation.edge = exchange.edge;
  conversation.asking = exchange.access;
  conversation.needed = asking.needed;
  const auto name = [&](std::uint32_t lane) {
    context.conversations.name(number, correlation(message.ordinal, mix32(lane, kReply)));
  };
  if (asking.lanes.empty()) name(message.lane);
  for (const std::uint32_t lane : asking.lanes) name(mix32(message.lane, lane));
  message.reply_to = say<Reply>(asking.by);
  message.flags |= kUnconfirmed;
  if (asking.until != kNever) {
    conversation.collecting = context.events.push_timer(
        context.now() + asking.until, Phase::kExpiry, {say<Expired>(asking.by), ticket});
  }
}

void end_asking(Handle handle, Context& context) {
  const std::uint32_t number = context.conversations.of(handle);
  if (number == 0) return;
  Conversation& conversation = context.conversations[number];
  stop_collecting(conversation, context);
  if (conversation.ticket != 0) {
    Message& ticket = context.messages[conversation.ticket];
    if (!is_on_its_way(ticket)) ticket.flags |= flag::kLost;
  }
  context.conversations.leave(number);
}

Next take_confirm(Handle ticket, Context& context) {
  Message& message = context.messages[ticket];
  message.flags &= static_cast<std::uint16_t>(~kUnconfirmed);
  if (message.parent == 0) {
    context.release(ticket);
    return {};
  }
  const std::uint32_t number = context.conversations.of(message.parent);
  assert(number != 0);
  if (context.conversations[number].refused) return tell(number, Outcome::timeout, context);
  if (message.outcome == Outcome::ok) return tell_if_enough(number, context);
  // Whoever collects for a time asks a topic, which refuses nothing.
  return tell(number, message.outcome, context);
}

Next take_end(Handle ticket, Context& context) {
  const Message& message = context.messages[ticket];
  const std::uint32_t number = context.conversations.of(message.parent);
  assert(number != 0);
  Conversation& conversation = context.conversations[number];
  conversation.collecting = 0;
  if (conversation.came != 0) return tell_if_enough(number, context);
  if (!is_on_its_way(message)) return tell(number, Outcome::timeout, context);
  conversation.refused = true;  // it is told when the topic has confirmed
  return {};
}

Next take_loss(Handle frame, Context& context) {
  const std::uint32_t number = context.conversations.of(frame);
  if (number == 0) return {};
  const Conversation& conversation = context.conversations[number];
  if (conversation.ticket == 0 || is_on_its_way(context.messages[conversation.ticket])) return {};
  if (conversation.refused) return tell(number, Outcome::timeout, context);
  return tell_if_enough(number, context);
}

Next hear_reply(Handle reply, Context& context) {
  const Message& message = context.messages[reply];
  const Correlation key = correlation(message.ordinal, message.lane);
  const std::uint32_t number = context.conversations.find(key);
  if (number == 0) return {};
  Conversation& conversation = context.conversations[number];
  const bool late = conversation.frame == 0;
  if (late) context.edges[conversation.edge].metrics.late.add(message.segment);
  ++conversation.came;
  context.conversations.answered(number, key);
  return late ? Next{} : tell_if_enough(number, context);
}

Next take_reply(Handle reply, Context& context) {
  const Next next = hear_reply(reply, context);
  context.release(reply);
  return next;
}

void reply_by_message(Handle handle, std::uint32_t edge, Context& context) {
  const Message& frame = context.messages[handle];
  const std::uint32_t lane = mix32(frame.lane, kReply);
  const std::uint32_t number = context.conversations.find(correlation(frame.ordinal, lane));
  if (number == 0 || context.conversations[number].job) return;
  const Handle reply = context.spawn(handle);
  Message& message = context.messages[reply];
  message.parent = 0;
  message.lane = lane;
  const Conversation& conversation = context.conversations[number];
  if (context.askings[conversation.asking].reply_queue != 0) {
    return send_reply(reply, context.askings[conversation.asking], edge, context);
  }
  message.via = conversation.edge;
  // First to the broker, by the way that acknowledgements take; from there to who has asked.
  const Next next{say<Offer>(context.replies), reply};
  if (const Next now =
          context.travel(context.edges[edge].back, next, Phase::kCompletion, message)) {
    context.post(now);
  }
}

void reply_to_again(std::uint32_t ordinal, std::uint32_t before, std::uint32_t lane,
                    Context& context) {
  const Correlation known = correlation(ordinal, mix32(before, kReply));
  const std::uint32_t number = context.conversations.find(known);
  if (number == 0 || context.conversations[number].job) return;
  context.conversations.name(number, correlation(ordinal, mix32(lane, kReply)));
  context.conversations.answered(number, known);
}

void begin_job(const Exchange& exchange, Handle handle, Context& context, const Self& self) {
  const std::uint32_t number = context.conversations.open(handle);
  Conversation& conversation = context.conversations[number];
  conversation.owner = say<Reply>(self.address);
  conversation.job = true;
  conversation.edge = exchange.edge;
  const Message& sent = context.messages[context.messages[handle].next];
  context.conversations.name(
      number,
      correlation(
          sent.ordinal,
          mix32(exchange.kind == Exchange::Kind::call ? lane_of_draws(sent) : sent.lane, kReply)));
}

void ask_after(const Exchange& exchange, Handle handle, Context& context, const Self& self) {
  const Asking& asking = asking_of(exchange, context);
  const std::uint32_t number = context.conversations.of(handle);
  const Handle ticket = context.spawn(handle);
  Message& frame = context.messages[handle];
  Message& message = context.messages[ticket];
  message.via = exchange.edge;
  message.flags |= kUnconfirmed;  // an event names it until it is handed to the frame
  context.conversations[number].ticket = ticket;
  frame.next = ticket;
  context.events.push(context.now() + asking.every, Phase::kArrival,
                      {say<Tick>(asking.by), ticket});
  if (asking.limit != kNever) {
    frame.timer = context.events.push_timer(context.now() + asking.limit, Phase::kExpiry,
                                            {say<Expired>(self.address), handle});
  }
}

Time pause_between_questions(Handle frame, Context& context) {
  return asking_of(exchange_of(context.messages[frame], context), context).every;
}

void finish_job(Handle handle, bool consumer, bool well, Context& context) {
  const Message& frame = context.messages[handle];
  const Correlation key =
      correlation(frame.ordinal, mix32(consumer ? frame.lane : lane_of_draws(frame), kReply));
  const std::uint32_t number = context.conversations.find(key);
  if (number == 0 || !context.conversations[number].job) return;
  Conversation& conversation = context.conversations[number];
  ++conversation.came;
  conversation.refused = !well;
  context.conversations.answered(number, key);
}

void draw_anew(Message& request, Context& context) {
  const auto key = [&] {
    return correlation(request.ordinal, mix32(lane_of_draws(request), kReply));
  };
  const Correlation before = key();
  request.lane = mix32(request.lane, kDrawnAnew);
  const std::uint32_t number = context.conversations.find(before);
  if (number == 0 || !context.conversations[number].job) return;
  context.conversations.name(number, key());
  context.conversations.answered(number, before);
}

}  // namespace spillway
