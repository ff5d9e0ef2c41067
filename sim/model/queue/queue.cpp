#include "sim/model/queue/queue.h"

#include <algorithm>
#include <limits>

namespace spillway {

void Queue::claim(Context& context) {
  if (wiring_.visibility) visibility_lane_ = context.events.add_lane();
  if (wiring_.expires) ttl_lane_ = context.events.add_lane();
}

void Queue::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  condition_.restart();
  unconfirmed_.clear();
  returned_.clear();
  ready_.clear();
  turns_.restart();
  for (const Taker& taker : wiring_.takers) turns_.add(taker.prefetch);
  latest_received_ = -1;
  arrivals_ = 0;
  in_flight_ = 0;
  ledger_ = {};
}

Ledger Queue::ledger() const {
  Ledger ledger = ledger_;
  ledger.ready = depth();
  ledger.in_flight = in_flight_;
  return ledger;
}

void Queue::depth_changed(Context& context) {
  const auto depth_now = static_cast<std::int64_t>(depth());
  metrics_.ready.add(context.now(), depth_now - metrics_.ready.level());
  metrics_.drained.changed(context.now(), depth_now);
  const ArrivalLine& oldest = oldest_line();
  metrics_.oldest.oldest(context.now(),
                         oldest.empty() ? kNever : context.messages[oldest.front()].since);
}

Next Queue::on(Offer, Handle handle, Context& context) {
  Message& message = context.messages[handle];
  ++ledger_.sent;
  context.see(Moment::arrived, wiring_.address, message);
  if (!condition_.sound()) [[unlikely]] {
    if (condition_.down()) {
      refuse(handle, Outcome::unavailable, context);
      return {};
    }
    if (condition_.errs(message, context)) {
      refuse(handle, Outcome::error, context);
      return {};
    }
  }
  if (is_too_old(handle, context)) {
    confirm(handle, Outcome::ok, context);
    expire(handle, context);
    return {};
  }
  if (depth() >= wiring_.capacity && !takes_at_once()) {
    if (wiring_.overflow == Overflow::reject) {
      refuse(handle, Outcome::unavailable, context);
      return {};
    }
    const Handle head = take_oldest(context);
    if (wiring_.overflow == Overflow::dead_letter) {
      dead_letter(head, context);
    } else {
      ++ledger_.dropped;
      const Message& dropped = context.messages[head];
      metrics_.dropped.add(dropped.segment);
      context.see(Moment::dropped, wiring_.address, dropped);
      context.fail_root(dropped);
      context.release(head);
    }
  }
  accept(handle, context);
  return {};
}

void Queue::accept(Handle handle, Context& context) {
  confirm(handle, Outcome::ok, context);
  context.messages[handle].via = arrivals_++;
  // Where somebody can take one nothing waits, and this one will not either.
  if (!takes_at_once()) watch_age(handle, context);
  ready_.push_back(context.messages, handle);
  deliver(context);
  depth_changed(context);
}

void Queue::refuse(Handle handle, Outcome why, Context& context) {
  const Message& message = context.messages[handle];
  ++ledger_.rejected;
  metrics_.rejected.add(message.segment);
  context.see(Moment::refused, wiring_.address, message);
  // A sender that waits for the confirm decides itself what that means.
  if (message.parent == 0) context.fail_root(message);
  confirm(handle, why, context);
  context.release(handle);
}

void Queue::confirm(Handle handle, Outcome outcome, Context& context) {
  Message& message = context.messages[handle];
  const Handle receipt = message.parent;
  if (receipt == 0) return;
  message.parent = 0;
  Message& waiting = context.messages[receipt];
  waiting.outcome = outcome;
  if (condition_.hung()) [[unlikely]] {
    unconfirmed_.push_back(receipt);
    return;
  }
  if (wiring_.confirm) {
    const Time takes = condition_.stretched(context.draw(*wiring_.confirm, waiting));
    if (takes > 0) {
      // The receipt rests here, and comes back to this queue to be sent on.
      context.events.push(context.now() + takes, Phase::kCompletion,
                          {say<Done>(wiring_.address), receipt});
      return;
    }
  }
  if (const Next next = answer(receipt, context)) context.post(next);
}

Next Queue::on(Done, Handle receipt, Context& context) { return answer(receipt, context); }

void Queue::deliver(Context& context) {
  while (depth() != 0 && takes_at_once()) {
    const std::uint32_t taker = turns_.take();
    hand_over(take_oldest(context), taker, context);
  }
}

void Queue::hand_over(Handle handle, std::uint32_t taker_index, Context& context) {
  const Handle delivery = context.spawn(handle);
  const Taker& taker = wiring_.takers[taker_index];
  Message& message = context.messages[handle];
  Message& handed = context.messages[delivery];
  handed.via = taker_index;
  handed.attempt = message.attempt;
  handed.reply_to = taker.consumer;
  handed.flags |= flag::kDelivery;
  message.next = delivery;
  ++in_flight_;
  ++ledger_.receives;
  context.edges[taker.edge].metrics.attempts.add(message.segment);
  metrics_.in_flight.add(context.now(), 1);
  const std::uint32_t segment = message.segment;
  metrics_.receives.add(segment);
  if (message.attempt == 0) {
    metrics_.waited.record(segment,
                           context.now() + context.delay(taker.way, handed) - message.since);
  } else {
    ++ledger_.redelivered;
    metrics_.redelivered.add(segment);
  }
  if (message.since < latest_received_) {
    ++ledger_.reordered;
    metrics_.reordered.add(segment);
  } else {
    latest_received_ = message.since;
  }
  if (message.attempt != std::numeric_limits<std::uint16_t>::max()) ++message.attempt;
  if (wiring_.visibility) {
    message.timer =
        context.events.push_lane_timer(visibility_lane_, context.now() + *wiring_.visibility,
                                       Phase::kExpiry, {say<Expired>(wiring_.address), handle});
  }
  context.see(Moment::delivered, wiring_.address, message);
  if (const Next next = context.travel(taker.way, {say<Offer>(taker.consumer), delivery},
                                       Phase::kArrival, handed)) {
    context.post(next);
  }
}

Next Queue::on(Settle, Handle delivery, Context& context) {
  const Message& settled = context.messages[delivery];
  const Handle handle = settled.parent;
  // Acknowledged before its handler: what settles speaks for the delivery named in reply_to. That
  // one comes when its handler has ended, for no message, to say that its taker has a place again.
  const bool before = (settled.flags & flag::kAhead) != 0 && handle != 0;
  const Handle claimed = before ? settled.reply_to : delivery;
  if (!before) return_credit(settled.via, settled, context);
  if (handle == 0) {
    context.release(delivery);
    return {};
  }
  if (settled.outcome != Outcome::ok) {
    context.edges[wiring_.takers[settled.via].edge].metrics.errors.add(settled.segment);
  }
  const bool current = context.messages.alive(handle) && context.messages[handle].next == claimed;
  if (!current) {
    if (settled.outcome == Outcome::ok) {
      ++ledger_.duplicates;
      metrics_.duplicates.add(settled.segment);
    }
  } else {
    Message& message = context.messages[handle];
    message.next = 0;
    if (wiring_.visibility) context.events.cancel(visibility_lane_, message.timer);
    --in_flight_;
    metrics_.in_flight.add(context.now(), -1);
    if (settled.outcome == Outcome::ok) {
      ++ledger_.acknowledged;
      context.see(Moment::acknowledged, wiring_.address, message);
      context.release(handle);
    } else {
      give_back(handle, context);
    }
  }
  context.release(delivery);
  return {};
}

Next Queue::on(Expired, Handle handle, Context& context) {
  Message& message = context.messages[handle];
  if ((message.flags & flag::kInLine) != 0) {
    message.flags &= static_cast<std::uint16_t>(~flag::kInLine);
    // What was never received stands in ready_, whatever came back in returned_.
    (message.attempt == 0 ? ready_ : returned_).erase(context.messages, handle);
    expire(handle, context);
    depth_changed(context);
    return {};
  }
  message.next = 0;  // its delivery speaks for it no more
  --in_flight_;
  metrics_.in_flight.add(context.now(), -1);
  give_back(handle, context);
  return {};
}

void Queue::give_back(Handle handle, Context& context) {
  Message& message = context.messages[handle];
  if (wiring_.dead_letter != 0 && message.attempt >= wiring_.dead_letter_after) {
    dead_letter(handle, context);
    return;
  }
  context.see(Moment::returned, wiring_.address, message);
  if (is_too_old(handle, context)) return expire(handle, context);
  if (!takes_at_once()) watch_age(handle, context);
  returned_.insert_by_arrival(context.messages, handle);
  deliver(context);
  depth_changed(context);
}

void Queue::dead_letter(Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  ++ledger_.dead_lettered;
  metrics_.dead_lettered.add(message.segment);
  context.see(Moment::dead_lettered, wiring_.address, message);
  context.fail_root(message);
  const Handle moved = context.detach(handle);
  Message& letter = context.messages[moved];
  letter.attempt = 0;
  letter.since = context.now();
  context.post({wiring_.dead_letter, moved});
}

Handle Queue::take_oldest(Context& context) {
  const Handle handle = oldest_line().pop_front(context.messages);
  Message& message = context.messages[handle];
  if ((message.flags & flag::kInLine) != 0) {
    message.flags &= static_cast<std::uint16_t>(~flag::kInLine);
    context.events.cancel(ttl_lane_, message.timer);
  }
  return handle;
}

bool Queue::is_too_old(Handle handle, Context& context) const {
  if (!wiring_.expires) return false;
  const Message& message = context.messages[handle];
  return context.now() - message.since > ttl_of(message, context);
}

void Queue::watch_age(Handle handle, Context& context) {
  if (!wiring_.expires) return;
  Message& message = context.messages[handle];
  const Time ttl = ttl_of(message, context);
  if (ttl >= kNever - message.since) return;
  message.timer = context.events.push_lane_timer(ttl_lane_, message.since + ttl, Phase::kExpiry,
                                                 {say<Expired>(wiring_.address), handle});
  message.flags |= flag::kInLine;
}

void Queue::expire(Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  ++ledger_.expired;
  metrics_.expired.add(message.segment);
  context.see(Moment::expired, wiring_.address, message);
  context.fail_root(message);
  context.release(handle);
}

void Queue::return_credit(std::uint32_t taker, const Message& delivery, Context& context) {
  const Next credit{say<Credit>(wiring_.address), taker};
  Time gap = 0;
  if (wiring_.delivery) {
    const Time takes = condition_.stretched(context.draw(*wiring_.delivery, delivery));
    gap = std::max<Time>(0, takes - wiring_.delivery_less);
  }
  if (gap > 0) {
    context.events.push(context.now() + gap, Phase::kCompletion, credit);
  } else {
    context.post(credit);
  }
}

Next Queue::on(Credit, Handle taker, Context& context) {
  turns_.give(taker);
  if (depth() != 0) {
    deliver(context);
    depth_changed(context);
  }
  return {};
}

Next Queue::on(Impair, std::uint32_t payload, Context& context) {
  const ImpairmentChange change = ImpairmentChange::of(payload);
  const Address hit = context.impairments[change.impairment].target;
  if (hit == wiring_.address) {
    condition_.change(change, context);
    if (!condition_.hung()) {
      while (!unconfirmed_.empty()) {
        const Handle receipt = unconfirmed_.front();
        unconfirmed_.pop_front();
        if (const Next next = answer(receipt, context)) context.post(next);
      }
    }
  } else {
    // A consumer's instances stand together.
    const auto is_hit = [&](const Taker& taker) { return taker.consumer == hit; };
    const auto first = std::ranges::find_if(wiring_.takers, is_hit);
    const auto end = std::find_if_not(first, wiring_.takers.end(), is_hit);
    const auto from = static_cast<std::uint32_t>(first - wiring_.takers.begin());
    const auto count = static_cast<std::uint32_t>(end - first);
    if (change.begins) {
      turns_.close(from, count);
    } else {
      turns_.open(from, count);
    }
  }
  if (depth() != 0) {
    deliver(context);
    depth_changed(context);
  }
  return {};
}

}  // namespace spillway
