#include "sim/model/queue/queue.h"

#include <algorithm>
#include <limits>

#include "sim/flow/receive.h"

namespace spillway {

void Queue::claim(Context& context) {
  if (wiring_.visibility) visibility_lane_ = context.events.add_lane();
  if (wiring_.expires) ttl_lane_ = context.events.add_lane();
  if (wiring_.screens || wiring_.redelivery) delay_lane_ = context.events.add_lane();
  if (wiring_.retention != kNever) retention_clock_ = context.events.add_slot();
  if (wiring_.groups) grouped_ = std::make_unique<GroupedBacklog>();
  if (wiring_.levels > 0) levelled_ = std::make_unique<LevelledBacklog>(wiring_.levels);
  if (wiring_.receives) window_lane_ = context.events.add_lane();
  if (polls_) polls_->claim(*wiring_.polls, context.events);
  if (wiring_.dedup) taken_in_ = std::make_unique<RememberedIds>(*wiring_.dedup);
}

void Queue::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  condition_.restart();
  open_ = true;
  confirms_.restart();
  backlog_.clear();
  if (apart_) clear_apart();
  if (taken_in_) taken_in_->clear();
  blocked_.clear();
  awaits_space_ = false;
  if (wiring_.throughput) wiring_.throughput->restart();
  delayed_.clear();
  if (at_risk_ != nullptr) at_risk_->clear();
  turns_.restart();
  const bool asked = wiring_.polls && wiring_.polls->fixed.empty();
  for (const Taker& taker : wiring_.takers) turns_.add(asked ? 0 : taker.prefetch);
  close_absent_takers();
  if (wiring_.receives) begin_receives();
  limit_in_flight_ = wiring_.max_in_flight;
  if (polls_) begin_polls(context);
  latest_received_ = -1;
  arrivals_ = 0;
  in_flight_ = 0;
  bytes_ = 0;
  clock_runs_ = false;
  latest_kept_ = 0;
  heartbeats_.clear();
  free_heartbeats_.clear();
  redrives_.clear();
  ledger_ = {};
}

Ledger Queue::ledger() const {
  Ledger ledger = ledger_;
  ledger.ready = depth();
  ledger.in_flight = in_flight_;
  ledger.delayed = delayed_.size();
  ledger.blocked = blocked_.size();
  return ledger;
}

void Queue::depth_changed(Context& context) {
  const auto depth_now = static_cast<std::int64_t>(depth());
  metrics_.ready.add(context.now(), depth_now - metrics_.ready.level());
  metrics_.drained.changed(context.now(), depth_now);
  const Handle head = oldest(context);
  metrics_.oldest.oldest(context.now(), head == 0 ? kNever : context.messages[head].since);
  if (wiring_.weighs) [[unlikely]] {
    metrics_.bytes.add(context.now(), static_cast<std::int64_t>(bytes_) - metrics_.bytes.level());
    if (wiring_.space != nullptr) {
      wiring_.space->changed(wiring_.number_there, static_cast<std::int64_t>(bytes_), context);
    }
  }
  if (!blocked_.empty()) [[unlikely]]
    admit_blocked(context);
}

Next Queue::on(Offer, Handle handle, Context& context) {
  Message& message = context.messages[handle];
  ++ledger_.sent;
  context.see(Moment::arrived, wiring_.address, message);
  if (!condition_.sound()) [[unlikely]] {
    if (condition_.down()) {
      if (wiring_.on_broker && message.parent == 0) {
        lose(handle, context);
      } else {
        refuse(handle, Outcome::unavailable, context);
      }
      return {};
    }
    if (condition_.errs(message, context)) {
      refuse(handle, Outcome::error, context);
      return {};
    }
  }
  if (!asks_ || may_come_in(handle, context)) accept(handle, context);
  return {};
}

/// Whether a message is taken now; else everything about it is done.
[[gnu::noinline]] bool Queue::may_come_in(Handle handle, Context& context) {
  if (wiring_.screens && screen(handle, context)) return false;
  if (is_too_old(handle, context)) {
    remember(handle, context);
    confirm(handle, Outcome::ok, context);
    expire(handle, context);
    return false;
  }
  return !is_full(handle, context) || make_room(handle, context);
}

void Queue::accept(Handle handle, Context& context) {
  if (wiring_.dedup) [[unlikely]]
    remember(handle, context);
  confirm_taken(handle, context);
  if (goes_straight_on()) {
    context.messages[handle].via = arrivals_++;
    hand_over(handle, turns_.take(), context);
    return;
  }
  line_up(handle, context);
  if (!plain_ || takes_at_once()) deliver(context);
  depth_changed(context);
}

/// Takes a message's place at the end of what is ready.
void Queue::line_up(Handle handle, Context& context) {
  context.messages[handle].via = arrivals_++;
  if (wiring_.weighs) [[unlikely]]
    bytes_ += static_cast<std::uint64_t>(size_of(context.messages[handle], context));
  // Where somebody can take one nothing waits, and this one will not either.
  if (wiring_.expires && (wiring_.groups || !takes_at_once())) watch_age(handle, context);
  if (apart_) [[unlikely]]
    return enter_apart(handle, context);
  backlog_.add(context.messages, handle);
}

/// Says of a message taken out of the backlog that it is ready no more.
void Queue::leave_line(Handle handle, Context& context) {
  if (wiring_.weighs) [[unlikely]]
    bytes_ -= static_cast<std::uint64_t>(size_of(context.messages[handle], context));
  if ((context.messages[handle].flags & flag::kInLine) != 0) stop_watching(handle, context);
}

/// Takes the head out of what is ready: the oldest, of the highest priority.
Handle Queue::take_next(Context& context) {
  if (apart_) [[unlikely]] {
    const Handle handle = take_next_apart(context);
    leave_line(handle, context);
    return handle;
  }
  const Handle handle = backlog_.take(context.messages);
  leave_line(handle, context);
  // What has waited long is in no cache any more: the two that follow are fetched meanwhile.
  if (const Handle next = backlog_.front(); next != 0) {
    const Message& message = context.messages[next];
    context.messages.prefetch(message.root);
    context.messages.prefetch(message.next);
  }
  return handle;
}

Next Queue::on(Done, Handle receipt, Context& context) { return answer(receipt, context); }

void Queue::deliver(Context& context) {
  if (apart_) [[unlikely]]
    return deliver_apart(context);
  if (wiring_.receives) [[unlikely]]
    return deliver_by_receive(context);
  while (!backlog_.empty() && takes_at_once()) {
    const std::uint32_t taker = turns_.take();
    hand_over(take_next(context), taker, context);
  }
}

/// Hands a message to a taker, to which its way takes so long. Returns the delivery, which has yet
/// to travel.
[[gnu::always_inline]] inline Handle Queue::hand(Handle handle, std::uint32_t taker_index,
                                                 Time takes, Context& context) {
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
    const Time on_its_way = takes == kDrawn ? context.delay(taker.way, handed) : takes;
    metrics_.waited.record(segment, context.now() + on_its_way - message.since);
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
  if (at_risk_ != nullptr) [[unlikely]]
    at_risk_->hand(handle, delivery, context.messages);
  if (wiring_.visibility) {
    message.flags |= flag::kReleased;
    message.timer =
        context.events.push_lane_timer(visibility_lane_, context.now() + *wiring_.visibility,
                                       Phase::kExpiry, {say<Expired>(wiring_.address), handle});
    if (taker.heartbeat != 0) [[unlikely]]
      expect_heartbeat(delivery, taker, context);
  }
  context.see(Moment::delivered, wiring_.address, message);
  return delivery;
}

void Queue::hand_over(Handle handle, std::uint32_t taker_index, Context& context) {
  const Handle delivery = hand(handle, taker_index, kDrawn, context);
  const Taker& taker = wiring_.takers[taker_index];
  if (const Next next = context.travel(taker.way, {say<Offer>(taker.consumer), delivery},
                                       Phase::kArrival, context.messages[delivery])) {
    context.post(next);
  }
}

/// Hands the first message of a receive over. Returns how long it is on its way.
Time Queue::hand_over_first(Handle handle, std::uint32_t taker_index, Context& context) {
  hand_over(handle, taker_index, context);
  return context.delay(wiring_.takers[taker_index].way,
                       context.messages[context.messages[handle].next]);
}

/// Hands another one over, which is as long on its way as the first: one answer brings them all.
void Queue::hand_over_behind(Handle handle, std::uint32_t taker_index, Time takes,
                             Context& context) {
  const Handle delivery = hand(handle, taker_index, takes, context);
  const Taker& taker = wiring_.takers[taker_index];
  Message& handed = context.messages[delivery];
  handed.flags |= flag::kWithoutCredit;
  const Next arrives{say<Offer>(taker.consumer), delivery};
  if (taker.way.kind == Hop::Kind::drawn) {
    context.events.push(context.now() + takes, Phase::kArrival, arrives);
  } else if (const Next next = context.travel(taker.way, arrives, Phase::kArrival, handed)) {
    context.post(next);
  }
}

Next Queue::on(Settle, Handle delivery, Context& context) {
  const Message& settled = context.messages[delivery];
  const std::uint32_t taker = settled.via;
  // Acknowledged before its handler: what settles speaks for the delivery named in reply_to. That
  // one comes when its handler has ended, for no message, to say that its taker has a place again.
  const bool before = (settled.flags & flag::kAhead) != 0 && settled.parent != 0;
  const bool returns = !before && returns_credit(settled);
  if (returns && (wiring_.delivery || wiring_.receives)) [[unlikely]] {
    return_credit(taker, settled, context);
    settle(delivery, before, context);
  } else {
    settle(delivery, before, context);
    if (returns) on(Credit{}, taker, context);
  }
  return {};
}

/// Takes back a delivery that is acknowledged or given back.
[[gnu::always_inline]] inline void Queue::settle(Handle delivery, bool before, Context& context) {
  const Message& settled = context.messages[delivery];
  const Handle handle = settled.parent;
  const Handle claimed = before ? settled.reply_to : delivery;
  if (handle == 0) {
    // Its message is settled, or lost: nobody else handles it.
    if (settled.outcome != Outcome::ok) context.fail_root(settled);
    context.release(delivery);
    return;
  }
  if (settled.outcome != Outcome::ok) {
    context.edges[wiring_.takers[settled.via].edge].metrics.count_error(settled.segment,
                                                                        context.now());
  }
  const bool current = context.messages.alive(handle) && context.messages[handle].next == claimed;
  if (!current) {
    if (settled.outcome == Outcome::ok &&
        !(wiring_.late_acks_count && acknowledge_late(settled, context))) {
      ++ledger_.duplicates;
      metrics_.duplicates.add(settled.segment);
    }
  } else {
    Message& message = context.messages[handle];
    message.next = 0;
    if (wiring_.visibility) {
      message.flags &= static_cast<std::uint16_t>(~flag::kReleased);
      context.events.cancel(message.timer);
    }
    --in_flight_;
    metrics_.in_flight.add(context.now(), -1);
    if (settled.outcome == Outcome::ok) {
      ++ledger_.acknowledged;
      context.see(Moment::acknowledged, wiring_.address, message);
      if (wiring_.groups) [[unlikely]]
        free_group(handle, context);
      context.release(handle);
    } else {
      give_back(handle, settled.outcome == Outcome::unavailable ? Back::disconnected : Back::failed,
                context);
    }
    if (in_flight_ + 1 == wiring_.max_in_flight || wiring_.groups) [[unlikely]]
      room_in_flight(context);
  }
  context.release(delivery);
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
  if (wiring_.receives) [[unlikely]] {
    ask(taker, context);
    return {};
  }
  turns_.give(taker);
  if (depth() != 0) {
    deliver(context);
    depth_changed(context);
  }
  return {};
}

}  // namespace spillway
