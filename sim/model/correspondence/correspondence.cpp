#include "sim/model/correspondence/correspondence.h"

namespace spillway {

Next Correspondence::on(Reply, Handle ticket, Context& context) {
  return take_confirm(ticket, context);
}

Next Correspondence::on(Expired, Handle ticket, Context& context) {
  return take_end(ticket, context);
}

Next Correspondence::on(Lost, Handle frame, Context& context) { return take_loss(frame, context); }

Next Correspondence::on(Offer, Handle reply, Context& context) {
  if (wiring_.queue != 0) return take_delivery(reply, context);
  const Message& message = context.messages[reply];
  return context.travel(context.edges[message.via].back, {say<Done>(wiring_.address), reply},
                        Phase::kCompletion, message);
}

/// Acknowledges a reply, and hands it to who waits for it.
Next Correspondence::take_delivery(Handle delivery, Context& context) {
  const Next next = hear_reply(delivery, context);
  Message& message = context.messages[delivery];
  message.flags &= static_cast<std::uint16_t>(~flag::kDelivery);
  if (const Next settled = context.travel(context.edges[wiring_.edge].back,
                                          {wiring_.queue, delivery}, Phase::kCompletion, message)) {
    context.post(settled);
  }
  return next;
}

Next Correspondence::on(Done, Handle reply, Context& context) { return take_reply(reply, context); }

Next Correspondence::on(Tick, Handle ticket, Context& context) {
  const Message& message = context.messages[ticket];
  if (message.parent == 0) {
    context.release(ticket);
    return {};
  }
  Edge& edge = context.edges[message.via];
  edge.metrics.polls.add(message.segment);
  const Next next =
      context.travel(edge.out, {say<Credit>(wiring_.address), ticket}, Phase::kArrival, message);
  if ((message.flags & flag::kLost) != 0) ask_again(ticket, context);
  return next;
}

Next Correspondence::on(Credit, Handle ticket, Context& context) {
  Message& message = context.messages[ticket];
  if (message.parent == 0) {
    context.release(ticket);
    return {};
  }
  const Conversation& job = context.conversations[context.conversations.of(message.parent)];
  if (job.came != 0) {
    message.outcome = job.refused ? Outcome::error : Outcome::ok;
    message.flags |= flag::kReplied;
  }
  const Next next =
      context.travel(context.edges[message.via].back, {say<Settle>(wiring_.address), ticket},
                     Phase::kCompletion, message);
  if ((message.flags & flag::kLost) != 0) ask_again(ticket, context);
  return next;
}

Next Correspondence::on(Settle, Handle ticket, Context& context) {
  Message& message = context.messages[ticket];
  if (message.parent == 0) {
    context.release(ticket);
    return {};
  }
  const Conversation& job = context.conversations[context.conversations.of(message.parent)];
  if ((message.flags & flag::kReplied) != 0) {
    message.next = 0;
    return {job.owner, ticket};
  }
  ask_again(ticket, context);
  return {};
}

/// Asks after the pause: the job is not done yet, or the question or its answer was lost.
void Correspondence::ask_again(Handle ticket, Context& context) {
  Message& message = context.messages[ticket];
  message.flags &= static_cast<std::uint16_t>(~flag::kLost);
  ++message.attempt;  // its next way over the network is another one
  context.events.push(context.now() + pause_between_questions(message.parent, context),
                      Phase::kArrival, {say<Tick>(wiring_.address), ticket});
}

}  // namespace spillway
