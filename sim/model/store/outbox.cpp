#include "sim/model/store/outbox.h"

#include <algorithm>
#include <limits>

#include "sim/flow/exchange.h"
#include "sim/model/store/store.h"

// What a store does about its outbox. An event is a frame that waits for its confirm: what it
// waits for stands in `next`, and how often it was sent in `via`.

namespace spillway {

void Store::leave_event(Handle request, Context& context) {
  const Handle event = context.spawn(request);
  Message& message = context.messages[event];
  message.parent = 0;
  message.lane = lane_of_draws(context.messages[request]);
  message.pc = outbox_->wiring.pc;
  outbox_->waiting.push_back(context.messages, event);
  metrics_.in_outbox.add(context.now(), 1);
  schedule_look(context);
}

void Store::schedule_look(Context& context) {
  Outbox& outbox = *outbox_;
  if (outbox.looks_out || !outbox.batch.empty() || condition_.down() || condition_.hung()) return;
  if (outbox.waiting.empty() && outbox.again.empty()) return;
  const Time poll = outbox.wiring.poll;
  const Time since = context.now() - outbox.looked_at;
  const Time looks = std::max<Time>(1, since / poll + (since % poll != 0 ? 1 : 0));
  outbox.looks_out = true;
  context.events.push(outbox.looked_at + looks * poll, Phase::kArrival,
                      {say<Resend>(wiring_.address), 0});
}

Next Store::on(Resend, Handle, Context& context) {
  outbox_->looks_out = false;
  if (!condition_.down() && !condition_.hung()) look(context);
  return {};
}

/// Takes a batch and sends it.
void Store::look(Context& context) {
  Outbox& outbox = *outbox_;
  for (MessageLine* line : {&outbox.again, &outbox.waiting}) {
    while (!line->empty() && outbox.batch.size() < outbox.wiring.batch) {
      outbox.batch.push_back(line->pop_front(context.messages));
    }
  }
  outbox.unanswered = outbox.batch.size();
  const Self self{wiring_.address, Self::kNoSlot, &condition_};
  for (const Handle event : outbox.batch) {
    Message& message = context.messages[event];
    const auto attempt = static_cast<std::uint16_t>(message.via);
    if (attempt == 0) {
      metrics_.outbox_wait.record(message.segment, context.now() - message.since);
    } else {
      metrics_.sent_again.add(message.segment);
    }
    if (message.via != std::numeric_limits<std::uint16_t>::max()) ++message.via;
    message.outcome = Outcome::timeout;  // until it is confirmed
    const Exchange& exchange = exchange_of(message, context);
    const Attempt made = make_message(exchange, event, attempt, kNever, context, self);
    const Next next = attempt == 0 ? depart(exchange, made, event, context, self)
                                   : depart_again(exchange, made, event, context, self);
    if (next) context.post(next);
  }
}

Next Store::on(Reply, Handle receipt, Context& context) {
  const Handle event = receive(receipt, context);
  if (event == 0) return {};
  Message& message = context.messages[event];
  if (message.outcome != Outcome::ok) context.release(message.next);
  event_answered(event, context);
  return {};
}

Next Store::on(Expired, Handle event, Context& context) {
  const Handle receipt = context.messages[event].next;
  time_out(event, context);
  if ((context.messages[receipt].flags & flag::kLost) != 0) context.release(receipt);
  event_answered(event, context);
  return {};
}

void Store::event_answered(Handle event, Context& context) {
  context.messages[event].next = 0;
  // A relay whose store hangs marks what it has sent when that is over.
  if (--outbox_->unanswered == 0 && !condition_.hung()) end_pass(context);
}

/// Marks what is confirmed; the rest is sent again at the next look.
void Store::end_pass(Context& context) {
  Outbox& outbox = *outbox_;
  const bool full = outbox.batch.size() == outbox.wiring.batch;
  for (const Handle event : outbox.batch) {
    if (context.messages[event].outcome == Outcome::ok) {
      metrics_.in_outbox.add(context.now(), -1);
      context.release(event);
    } else {
      outbox.again.push_back(context.messages, event);
    }
  }
  outbox.batch.clear();
  outbox.looked_at = context.now();
  if (full && outbox.again.empty() && !outbox.waiting.empty()) return look(context);
  schedule_look(context);
}

/// The store has gone down, hangs, or is there again.
void Store::relay_impaired(Context& context) {
  Outbox& outbox = *outbox_;
  if (condition_.down()) {
    for (const Handle event : outbox.batch) {
      if (context.messages[event].next != 0) abandon(event, context);
      outbox.again.push_back(context.messages, event);
    }
    outbox.batch.clear();
    outbox.unanswered = 0;
    outbox.looked_at = context.now();
  } else if (!condition_.hung()) {
    if (!outbox.batch.empty() && outbox.unanswered == 0) return end_pass(context);
    schedule_look(context);
  }
}

}  // namespace spillway
