#include "sim/model/topic/topic.h"

#include <utility>

#include "sim/flow/attributes.h"
#include "sim/flow/impairments.h"
#include "sim/flow/request.h"

namespace spillway {

Topic::Topic(Wiring wiring) : wiring_(std::move(wiring)) {
  for (SubscriptionWiring& each : wiring_.subscriptions) {
    looks_at_types_ = looks_at_types_ || !each.types.empty();
    holds_any_ = holds_any_ || each.holds();
    const auto index = static_cast<std::uint32_t>(subscriptions_.size());
    Subscription& subscription = subscriptions_.emplace_back();
    subscription.first_taker = static_cast<std::uint32_t>(subscription_of_taker_.size());
    subscription_of_taker_.insert(subscription_of_taker_.end(), each.instances, index);
    subscription.holds = each.holds();
    subscription.selects = each.selects();
    subscription.wiring = std::move(each);
  }
  wiring_.subscriptions.clear();
}

void Topic::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  held_.clear();
  free_held_.clear();
  for (Subscription& subscription : subscriptions_) {
    begin_measures(subscription.metrics, context.timeline, demand);
    subscription.in_flight = 0;
    subscription.delayed = 0;
    subscription.places = {};
    subscription.turns.restart();
    for (std::uint32_t i = 0; i < subscription.wiring.instances; ++i) {
      subscription.turns.add(subscription.wiring.prefetch);
    }
  }
}

Next Topic::on(Offer, Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  metrics_.published.add(message.segment);
  context.see(Moment::arrived, wiring_.address, message);
  confirm(handle, context);
  if (looks_at_types_) type_ = type_of(message, context);
  for (std::uint32_t index = 0; index < subscriptions_.size(); ++index) {
    copy_to(index, handle, context);
  }
  context.release(handle);
  return {};
}

void Topic::confirm(Handle handle, Context& context) {
  Message& message = context.messages[handle];
  const Handle receipt = message.parent;
  if (receipt == 0) return;
  message.parent = 0;
  Message& waiting = context.messages[receipt];
  waiting.outcome = Outcome::ok;
  const Time takes = wiring_.confirm ? context.draw(*wiring_.confirm, waiting) : 0;
  if (takes > 0) {
    // The receipt rests here, and comes back to this topic to be sent on.
    context.events.push(context.now() + takes, Phase::kCompletion,
                        {say<Done>(wiring_.address), receipt});
  } else if (const Next next = answer(receipt, context)) {
    context.post(next);
  }
}

Next Topic::on(Done, Handle receipt, Context& context) { return answer(receipt, context); }

bool Topic::wants(const SubscriptionWiring& wiring, const Message& message,
                  Context& context) const {
  if (!wiring.types.empty() && !wiring.types[type_]) return false;
  if (!wiring.keys) return true;
  const AttributeTable* table = attributes_of(message, context);
  return table != nullptr && table->key_site != AttributeTable::kNone &&
         wiring.keys->contain(key_of(message, context));
}

void Topic::copy_to(std::uint32_t index, Handle handle, Context& context) {
  Subscription& subscription = subscriptions_[index];
  const SubscriptionWiring& wiring = subscription.wiring;
  const Message& message = context.messages[handle];
  ++subscription.places.sent;
  if (subscription.selects && !wants(wiring, message, context)) {
    ++subscription.places.filtered;
    subscription.metrics.filtered.add(message.segment);
    context.see(Moment::filtered, wiring_.address, message);
    return;
  }
  const Handle copy = context.spawn(handle);
  Message& made = context.messages[copy];
  made.parent = 0;
  made.lane = mix32(lane_of_draws(message), wiring.lane);
  if (context.identities.any_again()) [[unlikely]] {
    const std::uint32_t first = context.identities.first_of(message.ordinal, message.lane);
    if (first != message.lane) {
      context.identities.same(message.ordinal, made.lane, mix32(first, wiring.lane));
    }
  }
  made.since = message.since;
  made.pc = message.pc;  // its envelope
  if (subscription.holds) {
    hold(index, copy, context);
    return;
  }
  if (wiring.instances != 0) {
    push(subscription, copy, context);
    return;
  }
  made.via = wiring.edge;
  if (subscription.certain) {
    hand_on(subscription, copy, context);
    taken(subscription, context.messages[copy], context);
    return;
  }
  const Handle receipt = context.spawn(copy);
  Message& waiting = context.messages[receipt];
  waiting.parent = 0;
  waiting.reply_to = say<Reply>(wiring_.address);
  waiting.via = wiring.edge;
  waiting.pc = index;
  made.parent = receipt;
  hand_on(subscription, copy, context);
}

void Topic::push(Subscription& subscription, Handle copy, Context& context) {
  if (!subscription.turns.any()) {
    give_up(subscription, copy, context);
    return;
  }
  Message& made = context.messages[copy];
  made.via = subscription.first_taker + subscription.turns.take();
  made.reply_to = subscription.wiring.target;
  made.parent = copy;  // it speaks for itself
  made.flags |= flag::kDelivery;
  hand_on(subscription, copy, context);
}

void Topic::hand_on(Subscription& subscription, Handle copy, Context& context) {
  const Message& message = context.messages[copy];
  Edge& edge = context.edges[subscription.wiring.edge];
  edge.metrics.attempts.add(message.segment);
  ++subscription.in_flight;
  ++subscription.places.receives;
  subscription.metrics.in_flight.add(context.now(), 1);
  subscription.metrics.receives.add(message.segment);
  context.see(Moment::delivered, wiring_.address, message);
  const Time takes = wiring_.delivery ? context.draw(*wiring_.delivery, message) : 0;
  const Time arrives = context.now() + takes + context.delay(edge.out, message);
  if (!subscription.holds) {
    subscription.metrics.waited.record(message.segment, arrives - message.since);
  }
  const Next offer{say<Offer>(subscription.wiring.target), copy};
  if (takes > 0) {
    context.events.push(arrives, Phase::kArrival, offer);
  } else if (const Next next = context.travel(edge.out, offer, Phase::kArrival, message)) {
    context.post(next);
  }
}

void Topic::settled(Subscription& subscription, Context& context) {
  --subscription.in_flight;
  subscription.metrics.in_flight.add(context.now(), -1);
}

/// A copy is where it was to go; `message`: itself, or what speaks for it.
void Topic::taken(Subscription& subscription, const Message& message, Context& context) {
  settled(subscription, context);
  ++subscription.places.acknowledged;
  context.see(Moment::acknowledged, wiring_.address, message);
}

Next Topic::on(Reply, Handle receipt, Context& context) {
  const Message& message = context.messages[receipt];
  if (holds_any_) {
    if (Subscription* holds = holding(message.via)) {
      return attempt_answered(*holds, receipt, context);
    }
  }
  Subscription& subscription = subscriptions_[message.pc];
  if (message.outcome == Outcome::ok) {
    taken(subscription, message, context);
    context.release(receipt);
    return {};
  }
  settled(subscription, context);
  if (subscription.wiring.dead_letter != 0) {
    give_up(subscription, receipt, context);
  } else {
    reject(subscription, receipt, context);
  }
  return {};
}

/// A queue has not taken a copy, and nobody else will.
void Topic::reject(Subscription& subscription, Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  ++subscription.places.rejected;
  subscription.metrics.rejected.add(message.segment);
  context.see(Moment::refused, wiring_.address, message);
  context.fail_root(message);
  context.release(handle);
}

Next Topic::on(Settle, Handle delivery, Context& context) {
  const Message& message = context.messages[delivery];
  // Acknowledged before its handler: that comes first, and the instance has a place again when the
  // handler has ended, which comes for no message.
  const bool before = (message.flags & flag::kAhead) != 0;
  if (!before) on(Credit{}, message.via, context);
  if (message.parent == 0) {
    context.release(delivery);
    return {};
  }
  Subscription& subscription = subscriptions_[subscription_of_taker_[message.via]];
  if (subscription.holds) return attempt_answered(subscription, delivery, context);
  if (message.outcome == Outcome::ok) {
    taken(subscription, message, context);
    context.release(delivery);
  } else {
    settled(subscription, context);
    context.edges[subscription.wiring.edge].metrics.count_error(message.segment, context.now());
    give_up(subscription, delivery, context);
  }
  return {};
}

Next Topic::on(Credit, Handle taker, Context&) {
  Subscription& subscription = subscriptions_[subscription_of_taker_[taker]];
  subscription.turns.give(taker - subscription.first_taker);
  return {};
}

Next Topic::on(Impair, std::uint32_t payload, Context& context) {
  const ImpairmentChange change = ImpairmentChange::of(payload);
  const Address hit = context.impairments[change.impairment].target;
  for (Subscription& subscription : subscriptions_) {
    if (subscription.wiring.target != hit) continue;
    if (change.begins) {
      subscription.turns.close(0, subscription.wiring.instances);
    } else {
      subscription.turns.open(0, subscription.wiring.instances);
    }
  }
  return {};
}

void Topic::give_up(Subscription& subscription, Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  context.fail_root(message);
  if (subscription.wiring.dead_letter == 0) {
    ++subscription.places.lost;
    subscription.metrics.lost.add(message.segment);
    context.see(Moment::lost, wiring_.address, message);
    context.release(handle);
    return;
  }
  ++subscription.places.dead_lettered;
  subscription.metrics.dead_lettered.add(message.segment);
  context.see(Moment::dead_lettered, wiring_.address, message);
  const Handle moved = context.detach(handle);
  Message& letter = context.messages[moved];
  letter.flags = flag::kDetached;
  letter.since = letter.born = context.now();
  letter.parent = letter.next = 0;
  letter.timer = 0;
  letter.reply_to = 0;
  letter.pc = letter.via = 0;
  letter.attempt = 0;
  letter.outcome = Outcome::ok;
  context.post({subscription.wiring.dead_letter, moved});
}

}  // namespace spillway
