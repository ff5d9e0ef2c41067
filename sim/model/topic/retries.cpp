#include <algorithm>
#include <optional>

#include "sim/flow/asking.h"
#include "sim/flow/exchange.h"
#include "sim/model/topic/topic.h"

// Copies that a topic holds until they are taken: tried again by a policy, or sent by a call. A
// held copy has its envelope in `pc`, its record in `via`, its attempt under way in `next`, and
// in `deadline` when that attempt is where it is handed to.

namespace spillway {
namespace {

/// A pause with its jitter: the same for the same copy and attempt.
Time spread(const RetrySchedule& retry, Time pause, std::uint32_t attempts, const Message& held,
            Context& context) {
  if (retry.jitter == Jitter::none || pause == 0) return pause;
  const std::int64_t drawn = context.sites[retry.site].at(held.ordinal, mix32(held.lane, attempts));
  if (retry.jitter == Jitter::full) return share_of(pause, drawn);
  if (retry.jitter == Jitter::exponential) return exponential_pause(pause, drawn);
  return pause - pause / 2 + share_of(pause / 2, drawn);
}

}  // namespace

/// The subscription that holds copies and hands them on over this edge; nullptr: none does.
Topic::Subscription* Topic::holding(std::uint32_t edge) {
  for (Subscription& subscription : subscriptions_) {
    if (subscription.wiring.edge == edge) {
      return subscription.wiring.holds() ? &subscription : nullptr;
    }
  }
  return nullptr;
}

void Topic::hold(std::uint32_t index, Handle copy, Context& context) {
  std::uint32_t record = static_cast<std::uint32_t>(held_.size());
  if (free_held_.empty()) {
    held_.emplace_back();
  } else {
    record = free_held_.back();
    free_held_.pop_back();
  }
  held_[record] = {index, 0};
  context.messages[copy].via = record;
  attempt(copy, context);
}

void Topic::forget(Handle held, const Context& context) {
  free_held_.push_back(context.messages[held].via);
}

void Topic::attempt(Handle held, Context& context) {
  Subscription& subscription = subscription_of(held, context);
  const Message& message = context.messages[held];
  const std::uint32_t number = held_[message.via].attempts++;
  if (subscription.wiring.instances != 0 && !subscription.turns.any()) {
    attempt_failed(held, context);
    return;
  }
  if (number > 0) {
    ++subscription.places.redelivered;
    subscription.metrics.redelivered.add(message.segment);
  }
  hand_on(subscription, make_attempt(subscription, held, number, context), context);
}

Handle Topic::make_attempt(Subscription& subscription, Handle held, std::uint32_t number,
                           Context& context) {
  const SubscriptionWiring& wiring = subscription.wiring;
  const Handle copy = context.spawn(held);
  Message& holding = context.messages[held];
  Message& made = context.messages[copy];
  holding.next = copy;
  if (number == 0) made.since = holding.since;
  made.via = wiring.edge;
  if (wiring.instances != 0) {
    made.via = subscription.first_taker + subscription.turns.take();
    made.reply_to = wiring.target;
    made.flags |= flag::kDelivery;
  } else if (wiring.calls) {
    made.reply_to = say<Reply>(wiring_.address);
  } else {
    confirm_to_me(subscription, copy, held, number, context);
  }
  // A queue counts by it how often it was received there.
  if (wiring.instances != 0 || wiring.calls) {
    made.attempt = static_cast<std::uint16_t>(std::min(number, 0xffffU));
  }
  const Time takes = wiring_.delivery ? context.draw(*wiring_.delivery, made) : 0;
  holding.deadline = context.now() + takes + context.delay(context.edges[wiring.edge].out, made);
  if (wiring.timeout != kNever) {
    holding.timer =
        context.events.push_timer(context.now() + takes + wiring.timeout, Phase::kExpiry,
                                  {say<Expired>(wiring_.address), held});
  }
  return copy;
}

/// Sends a copy to a queue, which is to confirm it. One that is sent again draws other numbers.
void Topic::confirm_to_me(Subscription& subscription, Handle copy, Handle held,
                          std::uint32_t number, Context& context) {
  const Handle receipt = context.spawn(held);
  const Message& holding = context.messages[held];
  Message& made = context.messages[copy];
  Message& waiting = context.messages[receipt];
  waiting.reply_to = say<Reply>(wiring_.address);
  waiting.via = subscription.wiring.edge;
  made.parent = receipt;
  made.pc = holding.pc;
  if (number == 0) return;
  made.lane = waiting.lane = mix32(holding.lane, number);
  if (context.identities.kept) {
    const std::uint32_t first = context.identities.first_of(made.ordinal, holding.lane);
    context.identities.same(made.ordinal, made.lane, first);
  }
  if (context.replies != 0) {
    const std::uint32_t before = number == 1 ? holding.lane : mix32(holding.lane, number - 1);
    reply_to_again(made.ordinal, before, made.lane, context);
  }
}

Next Topic::on(Resend, Handle held, Context& context) {
  Subscription& subscription = subscription_of(held, context);
  --subscription.delayed;
  subscription.metrics.delayed.add(context.now(), -1);
  attempt(held, context);
  return {};
}

/// A service has answered too late: whatever it still does is for nobody.
Next Topic::on(Expired, Handle held, Context& context) {
  Subscription& subscription = subscription_of(held, context);
  Message& message = context.messages[held];
  message.timer = 0;
  context.messages[message.next].parent = 0;
  context.edges[subscription.wiring.edge].metrics.count_timeout(message.segment, context.now());
  settled(subscription, context);
  attempt_failed(held, context);
  return {};
}

Next Topic::attempt_answered(Subscription& subscription, Handle answer, Context& context) {
  const Message& message = context.messages[answer];
  const Handle held = message.parent;
  if (held == 0) {  // too late
    context.release(answer);
    return {};
  }
  Message& holding = context.messages[held];
  if (holding.timer != 0) context.events.cancel(holding.timer);
  holding.timer = 0;
  settled(subscription, context);
  const bool taken = message.outcome == Outcome::ok;
  const bool to_queue = subscription.wiring.instances == 0 && !subscription.wiring.calls;
  if (!taken && !to_queue) {
    context.edges[subscription.wiring.edge].metrics.count_error(message.segment, context.now());
  }
  context.release(answer);
  if (taken) {
    attempt_succeeded(subscription, held, context);
  } else {
    attempt_failed(held, context);
  }
  return {};
}

void Topic::attempt_succeeded(Subscription& subscription, Handle held, Context& context) {
  const Message& message = context.messages[held];
  ++subscription.places.acknowledged;
  subscription.metrics.waited.record(message.segment, message.deadline - message.since);
  context.see(Moment::acknowledged, wiring_.address, message);
  forget(held, context);
  context.release(held);
}

/// Tries again after a pause if the policy lets it; gives the copy up if not.
void Topic::attempt_failed(Handle held, Context& context) {
  Subscription& subscription = subscription_of(held, context);
  Message& message = context.messages[held];
  const auto& retry = subscription.wiring.retry;
  const std::uint32_t made = held_[message.via].attempts;
  if (const auto pause = retry ? retry->pause_after(made) : std::nullopt) {
    const Time takes = spread(*retry, *pause, made, message, context);
    if (context.now() - message.since <= retry->within - takes) {
      ++subscription.delayed;
      subscription.metrics.delayed.add(context.now(), 1);
      const Next again{say<Resend>(wiring_.address), held};
      if (takes == 0) {
        context.post(again);
      } else {
        context.events.push(context.now() + takes, Phase::kArrival, again);
      }
      return;
    }
  }
  forget(held, context);
  const bool to_queue = subscription.wiring.instances == 0 && !subscription.wiring.calls;
  if (to_queue && subscription.wiring.dead_letter == 0) {
    reject(subscription, held, context);
  } else {
    give_up(subscription, held, context);
  }
}

}  // namespace spillway
