#include "sim/model/consumer/consumer.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "sim/flow/abandon.h"
#include "sim/flow/receive.h"
#include "sim/flow/work_keeper.h"

namespace spillway {

void Consumer::claim(Context& context) {
  if (cores_ != nullptr) cores_->claim(context.events);
  if (work_ != nullptr) {
    work_->claim(context.events);
  } else if (wiring_.concurrency == 1) {
    claim_clocks(context.events);
  }
  if (batches_ != nullptr) batches_->window_lane = context.events.add_lane();
  if (wiring_.patience != kNever) patience_ = context.events.add_pipe();
}

/// Each instance that handles one message at a time has a clock of its own, as long as they are not
/// so many that finding the next event among all clocks takes longer than it does in a heap.
void Consumer::claim_clocks(EventSet& events) {
  constexpr std::size_t kMostOfOne = 128;
  constexpr std::size_t kMostOfAll = 1024;
  if (wiring_.instances > 1 && (wiring_.instances > kMostOfOne || events.clocks() > kMostOfAll)) {
    return;
  }
  first_slot_ = events.add_slot();
  for (std::uint32_t i = 1; i < wiring_.instances; ++i) events.add_slot();
}

void Consumer::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  condition_.restart();
  if (cores_ != nullptr) {
    cores_->restart(&metrics_.cores_in_use);
    condition_.give_cores(cores_.get());
  }
  if (work_ != nullptr) {
    work_->restart(nullptr);
    condition_.share(work_.get());
  }
  held_.clear();
  instances_.assign(wiring_.instances, {});
  held_up_ = 0;
  if (handled_ != nullptr) handled_->clear();
  if (fleet_ != nullptr) fleet_->begin(context, demand);
  if (batches_ != nullptr) batches_->restart(wiring_.instances);
}

Next Consumer::on(Offer, Handle delivery, Context& context) {
  Message& message = context.messages[delivery];
  if ((message.flags & flag::kTombstone) != 0) [[unlikely]] {
    context.unearth(delivery);
    return {};
  }
  if (wiring_.scales && fleet_->at(message.via - wiring_.first_taker) != Fleet::Place::serving)
      [[unlikely]]
    return turn_away(delivery, context);
  message.since = context.now();
  message.pc = wiring_.program;
  metrics_.peak.count(context.now());
  if (batches_ != nullptr) [[unlikely]]
    return gather(delivery, context);
  if (wiring_.acknowledges_before) acknowledge(delivery, context);
  Instance& instance = instance_of(message);
  if (instance.busy == wiring_.concurrency || wiring_.limit != nullptr) {
    message.flags |= flag::kInLine;
    instance.buffer.push_back(context.messages, delivery);
    if (wiring_.limit != nullptr) begin_next(message.via - wiring_.first_taker, context);
    return {};
  }
  ++instance.busy;
  metrics_.busy.add(context.now(), 1);
  return go(begin_handler(delivery, context), delivery, context);
}

void Consumer::acknowledge(Handle delivery, Context& context) {
  // What settles is a copy: the delivery goes on as the handler's frame, and speaks for no message.
  const Handle early = context.spawn(delivery);
  Message& acknowledging = context.messages[early];
  Message& message = context.messages[delivery];
  acknowledging.parent = std::exchange(message.parent, 0);
  acknowledging.via = message.via;
  acknowledging.attempt = message.attempt;
  acknowledging.reply_to = delivery;
  acknowledging.flags |= flag::kAhead;
  message.flags |= flag::kAhead;
  if (const Next next = settle(early, context)) context.post(next);
}

/// A delivery has its slot.
Progress Consumer::begin_handler(Handle delivery, Context& context) {
  const Message& message = context.messages[delivery];
  if (condition_.hung()) [[unlikely]]
    return Progress::held;
  context.see(Moment::started, wiring_.address, message);
  if (!condition_.sound() && condition_.errs(message, context)) [[unlikely]]
    return Progress::failed;
  if (wiring_.idempotent && is_handled(message, context)) [[unlikely]]
    return absorb(delivery, context);
  return advance(delivery, context, self_of(delivery, context));
}

Next Consumer::on(Done, Handle delivery, Context& context) {
  const Message& message = context.messages[delivery];
  if ((message.flags & flag::kTombstone) != 0) [[unlikely]] {
    context.unearth(delivery);
    return {};
  }
  // When the handler ends, this is looked at: nobody has for as long as the work took.
  context.messages.prefetch(message.parent);
  return go(resume(delivery, context, self_of(delivery, context)), delivery, context);
}

Next Consumer::on(Reply, Handle answer, Context& context) {
  const Handle delivery = receive(answer, context);
  if (delivery == 0) return {};
  return go(resume(delivery, context, self_of(delivery, context)), delivery, context);
}

Next Consumer::on(Expired, Handle delivery, Context& context) {
  time_out(delivery, context);
  return go(resume(delivery, context, self_of(delivery, context)), delivery, context);
}

Next Consumer::on(Resend, Handle sent, Context& context) {
  return resend(sent, context, {wiring_.address});
}

Next Consumer::on(Credit, Handle delivery, Context& context) {
  Message& message = context.messages[delivery];
  if ((message.flags & flag::kTombstone) != 0) [[unlikely]] {
    context.unearth(delivery);
    return {};
  }
  message.flags &= static_cast<std::uint16_t>(~(flag::kInLine | flag::kHeld));
  const Progress progress = message.pc == wiring_.program
                                ? begin_handler(delivery, context)
                                : advance(delivery, context, self_of(delivery, context));
  return go(progress, delivery, context);
}

Next Consumer::go(Progress progress, Handle delivery, Context& context) {
  if (progress == Progress::waiting) return {};
  Message& message = context.messages[delivery];
  if (progress == Progress::held) [[unlikely]] {
    message.flags |= flag::kInLine | flag::kHeld;
    held_.push_back(context.messages, delivery);
    return {};
  }
  const std::uint32_t segment = message.segment;
  const bool well = progress == Progress::ended;
  if (batches_ != nullptr) [[unlikely]]
    return go_on_with_batch(well, delivery, context);
  const bool crashed = !well && message.outcome == Outcome::crashed;
  message.outcome = well ? Outcome::ok : Outcome::error;
  context.see(Moment::ended, wiring_.address, message);
  if (well && wiring_.idempotent && absorbs(message, context)) [[unlikely]] {
    metrics_.absorbed.add(segment);
  } else if (well) {
    metrics_.handled.add(segment);
    metrics_.handled_after.record(segment, context.now() - message.since);
    if (is_stale(message, delivery, context)) metrics_.for_nobody.add(segment);
  } else {
    metrics_.failed.add(segment);
  }
  Instance& instance = instance_of(message);
  if (wiring_.limit != nullptr) [[unlikely]] {
    pass_permit_on(message.via - wiring_.first_taker, context);
  } else if (instance.buffer.empty()) {
    --instance.busy;
    metrics_.busy.add(context.now(), -1);
    if (wiring_.scales) [[unlikely]]
      slot_freed(message.via - wiring_.first_taker, context);
  } else {
    context.post({say<Credit>(wiring_.address), instance.buffer.pop_front(context.messages)});
  }
  if (!wiring_.acknowledges_before) {
    if (!crashed) return settle(delivery, context);
    // Its connection has closed: the queue hears it at once, or never.
    lose(delivery, wiring_.hidden, context);
    return {};
  }
  // All that is left is to tell the queue that there is a place again: no work of the root.
  if (!well) context.fail_root(message);
  return settle(context.detach(delivery), context);
}

/// Whether the message of a delivery has been given to somebody else meanwhile.
bool Consumer::is_stale(const Message& delivery, Handle handle, const Context& context) const {
  if ((delivery.flags & flag::kAhead) != 0) return false;
  // What is pushed speaks for itself alone: nobody could give it to somebody else.
  if (wiring_.pushed) return false;
  return !context.messages.alive(delivery.parent) ||
         context.messages[delivery.parent].next != handle;
}

Next Consumer::settle(Handle delivery, Context& context) {
  Message& message = context.messages[delivery];
  message.flags &= static_cast<std::uint16_t>(~flag::kDelivery);
  return context.travel(wiring_.way_back, {say<Settle>(wiring_.source), delivery},
                        Phase::kCompletion, message);
}

Next Consumer::on(Impair, std::uint32_t payload, Context& context) {
  const ImpairmentChange change = ImpairmentChange::of(payload);
  if (context.impairments[change.impairment].instances != 0) {
    strike_instances(change, context);
    return {};
  }
  condition_.change(change, context);
  const FaultKind kind = context.impairments[change.impairment].kind;
  const bool connection = kind == FaultKind::outage || kind == FaultKind::crash;
  if (cores_ != nullptr) {
    cores_->set_processors(condition_.stopped() ? 0 : cores_->processors(), context);
  }
  if (work_ != nullptr) {
    work_->set_processors(condition_.stopped() ? 0 : work_->processors(), context);
  }
  // The queue first, so that what goes back is not delivered here again.
  if (connection) context.post({say<Impair>(wiring_.source), payload});
  if (change.begins) {
    if (connection) disconnect(kind == FaultKind::crash && wiring_.hidden, context);
    return {};
  }
  if (!condition_.hung()) {
    while (!held_.empty()) {
      context.post({say<Credit>(wiring_.address), held_.pop_front(context.messages)});
    }
  }
  return {};
}

/// Every delivery that is here or on its way, in the order in which they came.
std::vector<Handle> Consumer::all_deliveries(const Context& context) const {
  std::vector<Handle> all;
  context.messages.each([&](Handle handle) {
    const Message& message = context.messages[handle];
    if ((message.flags & flag::kDelivery) != 0 && message.reply_to == wiring_.address) {
      all.push_back(handle);
    }
  });
  std::ranges::sort(all, {}, [&](Handle handle) {
    const Message& message = context.messages[handle];
    return std::tuple(message.since, message.lane, message.ordinal, message.attempt, message.via);
  });
  return all;
}

/// Stops a handler where it stands. Returns its frame, in another place where an event names this.
Handle Consumer::interrupt(Handle frame, Context& context) {
  const Message& message = context.messages[frame];
  if ((message.flags & flag::kInLine) != 0) return frame;
  const std::uint8_t op = message.pc == 0 ? kEnd : context.code[message.pc - 1].op;
  if (waits_for_others(op)) {
    abandon_wait(frame, context);
  } else if (SharedProcessors* keeper = keeper_of(op, &condition_); keeper != nullptr) {
    frame = context.move_away(frame);
    keeper->leave(context);
  } else if (op == op_of<Work> && first_slot_ != Self::kNoSlot) {
    context.events.clear_slot(slot_of(message));
  } else {
    return context.move_away(frame);  // its event comes, and finds a tombstone
  }
  return frame;
}

/// Loses all that is here or on its way: the queue has it back at once, or hears nothing.
void Consumer::disconnect(bool silently, Context& context) {
  const std::vector<Handle> all = all_deliveries(context);
  if (wiring_.scales) vanish_ending(context);
  held_.clear();
  if (batches_ != nullptr) [[unlikely]]
    drop_batches(context);
  for (Instance& instance : instances_) {
    instance.busy = 0;
    instance.buffer.clear();
  }
  if (wiring_.limit != nullptr) {
    wiring_.limit->give(static_cast<std::uint64_t>(metrics_.busy.level()), context);
  }
  metrics_.busy.add(context.now(), -metrics_.busy.level());
  for (Handle delivery : all) {
    lose(interrupt(delivery, context), silently, context);
  }
}

/// A delivery is lost that has been stopped where it stood.
void Consumer::lose(Handle delivery, bool silently, Context& context) {
  Message& lost = context.messages[delivery];
  lost.flags &= static_cast<std::uint16_t>(~(flag::kDelivery | flag::kInLine | flag::kHeld));
  if ((lost.flags & flag::kAhead) != 0) {
    metrics_.failed.add(lost.segment);
    context.fail_root(lost);
    context.post({say<Credit>(wiring_.source), lost.via});
    context.release(delivery);
  } else if (silently) {
    if (returns_credit(lost)) context.post({say<Credit>(wiring_.source), lost.via});
    context.release(delivery);
  } else {
    lost.outcome = Outcome::unavailable;
    context.post({say<Settle>(wiring_.source), delivery});
  }
}

}  // namespace spillway
