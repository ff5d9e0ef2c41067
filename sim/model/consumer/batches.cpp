#include "sim/model/consumer/batches.h"

#include <algorithm>

#include "sim/flow/receive.h"
#include "sim/model/consumer/consumer.h"

// Consumers that handle several messages together.
//
//   buffer ──full, or the window is over──► slot: handler of each, in turn ──► once for all ──► all
//   settled
//
// A batch whose handlers all end well is acknowledged. Where one fails, the rest are not begun and
// all go back; or, where failures are returned one by one, the others go on without it. What is
// done once for all speaks for all that are left.

namespace spillway {

void Batches::restart(std::uint32_t instances) {
  gatherings.assign(instances, {});
  all.clear();
  of_frame.clear();
  free_.clear();
}

std::uint32_t Batches::take() {
  if (free_.empty()) {
    all.emplace_back();
    return static_cast<std::uint32_t>(all.size() - 1);
  }
  const std::uint32_t number = free_.front();
  free_.pop_front();
  return number;
}

void Batches::give(std::uint32_t number) {
  Batch& batch = all[number];
  batch.members.clear();  // keeps its memory
  batch.current = 0;
  batch.common = 0;
  batch.in_work = false;
  free_.push_back(number);
}

/// Takes a delivery into the buffer of its instance.
Next Consumer::gather(Handle delivery, Context& context) {
  Message& message = context.messages[delivery];
  const std::uint32_t number = message.via - wiring_.first_taker;
  message.flags |= flag::kInLine;
  Batches::Gathering& gathering = batches_->gatherings[number];
  gathering.is_over |= gathering.count != 0 && returns_credit(message);
  if (!gathering.is_over) ++gathering.count;
  instances_[number].buffer.push_back(context.messages, delivery);
  begin_due(number, context);
  expect_more(number, context);
  return {};
}

/// Begins the batches that are complete or due, as long as there are slots.
void Consumer::begin_due(std::uint32_t number, Context& context) {
  while (has_next(number)) {
    if (wiring_.limit != nullptr && !gets_permit(number, context)) return;
    begin_batch(number, context);
  }
}

/// Sets the clock of what waits for a batch to be full.
void Consumer::expect_more(std::uint32_t number, Context& context) {
  Batches::Gathering& gathering = batches_->gatherings[number];
  if (gathering.count == 0 || gathering.waits || gathering.is_due) return;
  if (batches_->is_complete(gathering)) return;
  // All that comes at one instant comes together: so this looks at it last.
  const Handle first = instances_[number].buffer.front();
  const Time ends = context.messages[first].since + batches_->rules.window;
  gathering.ends = context.events.push_lane_timer(
      batches_->window_lane, std::max(ends, context.now()), Phase::kArrival,
      {say<Tick>(wiring_.address), Batches::kWindowOver + number});
  gathering.waits = true;
}

Next Consumer::window_over(std::uint32_t number, Context& context) {
  Batches::Gathering& gathering = batches_->gatherings[number];
  gathering.waits = false;
  gathering.is_due = true;
  begin_due(number, context);
  expect_more(number, context);
  return {};
}

/// Takes a batch out of an instance's buffer into a slot.
void Consumer::begin_batch(std::uint32_t number, Context& context) {
  Instance& instance = instances_[number];
  Batches::Gathering& gathering = batches_->gatherings[number];
  if (gathering.waits) context.events.cancel(gathering.ends);
  const std::uint32_t taken = batches_->take();
  Batches::Batch& batch = batches_->all[taken];
  batch.instance = number;
  batch.in_work = true;
  for (; gathering.count != 0; --gathering.count) {
    batch.members.push_back({instance.buffer.pop_front(context.messages)});
  }
  count_next_receive(number, context);
  ++instance.busy;
  metrics_.busy.add(context.now(), 1);
  metrics_.batches.add(context.messages[batch.members.front().delivery].segment);
  begin_frame(batch.members.front().delivery, taken, context);
}

/// Counts the first receive that is left in an instance's buffer.
void Consumer::count_next_receive(std::uint32_t number, Context& context) {
  Batches::Gathering& gathering = batches_->gatherings[number];
  gathering = {};
  const Handle first = instances_[number].buffer.front();
  for (Handle next = first; next != 0; next = context.messages[next].next) {
    gathering.is_over = gathering.count != 0 && returns_credit(context.messages[next]);
    if (gathering.is_over || batches_->is_complete(gathering)) break;
    ++gathering.count;
  }
}

/// Lets a handler begin, or what is done once for a batch: in line until then, for no event names
/// it.
void Consumer::begin_frame(Handle frame, std::uint32_t batch, Context& context) {
  batches_->of_frame[frame] = batch;
  context.messages[frame].flags |= flag::kInLine;
  context.post({say<Credit>(wiring_.address), frame});
}

/// A handler of a batch has ended, or what is done once for it.
Next Consumer::go_on_with_batch(bool well, Handle frame, Context& context) {
  const auto found = batches_->of_frame.find(frame);
  const std::uint32_t number = found->second;
  batches_->of_frame.erase(found);
  Batches::Batch& batch = batches_->all[number];
  if (frame == batch.common) {
    context.release(frame);
    batch.common = 0;
    end_batch(number, well, context);
    return {};
  }
  Message& message = context.messages[frame];
  message.outcome = well ? Outcome::ok : Outcome::error;
  message.flags |= flag::kInLine;
  context.see(Moment::ended, wiring_.address, message);
  Batches::Member& member = batch.members[batch.current];
  member.absorbed = well && wiring_.idempotent && absorbs(message, context);
  if (!well && !batches_->rules.returns_failures) {
    end_batch(number, false, context);
  } else if (++batch.current < batch.members.size()) {
    begin_frame(batch.members[batch.current].delivery, number, context);
  } else {
    begin_common(number, context);
  }
  return {};
}

/// Begins what is done once for a batch, if something is and any of its messages are left.
void Consumer::begin_common(std::uint32_t number, Context& context) {
  Batches::Batch& batch = batches_->all[number];
  const auto first = std::ranges::find_if(batch.members, [&](const Batches::Member& member) {
    return context.messages[member.delivery].outcome == Outcome::ok;
  });
  if (batches_->rules.program == 0 || first == batch.members.end()) {
    return end_batch(number, true, context);
  }
  batch.common = context.spawn(first->delivery);
  const Message& delivery = context.messages[first->delivery];
  Message& common = context.messages[batch.common];
  common.via = delivery.via;
  common.attempt = delivery.attempt;
  common.pc = batches_->rules.program;
  begin_frame(batch.common, number, context);
}

/// Counts how a message of a batch has ended.
void Consumer::count(const Batches::Member& member, Context& context) {
  const Message& message = context.messages[member.delivery];
  if (message.outcome != Outcome::ok) {
    metrics_.failed.add(message.segment);
  } else if (member.absorbed) {
    metrics_.absorbed.add(message.segment);
  } else {
    metrics_.handled.add(message.segment);
    metrics_.handled_after.record(message.segment, context.now() - message.since);
    if (is_stale(message, member.delivery, context)) metrics_.for_nobody.add(message.segment);
  }
}

/// Settles the messages of a batch, and frees its slot. `well`: all that did not fail by themselves
/// are done.
void Consumer::end_batch(std::uint32_t number, bool well, Context& context) {
  const std::vector<Batches::Member>& members = batches_->all[number].members;
  const Handle first = members.front().delivery;
  for (const Batches::Member& member : members) {
    Message& message = context.messages[member.delivery];
    if (!well) message.outcome = Outcome::error;
    message.flags &= static_cast<std::uint16_t>(~(flag::kInLine | flag::kDelivery));
    count(member, context);
  }
  // One call settles them all. What returns the credit comes last: nothing more is handed over
  // before all of them have been let go of.
  for (const bool last : {false, true}) {
    for (const Batches::Member& member : members) {
      if (returns_credit(context.messages[member.delivery]) != last) continue;
      const Next said{say<Settle>(wiring_.source), member.delivery};
      if (const Next next =
              context.travel(wiring_.way_back, said, Phase::kCompletion, context.messages[first])) {
        context.post(next);
      }
    }
  }
  const std::uint32_t instance = batches_->all[number].instance;
  batches_->give(number);
  --instances_[instance].busy;
  metrics_.busy.add(context.now(), -1);
  if (wiring_.limit != nullptr) wiring_.limit->give(1, context);
  if (wiring_.scales) slot_freed(instance, context);
  begin_due(instance, context);
  expect_more(instance, context);
}

/// Forgets what an instance gathers that takes nothing more.
void Consumer::stop_gathering(std::uint32_t instance, Context& context) {
  Batches::Gathering& gathering = batches_->gatherings[instance];
  if (gathering.waits) context.events.cancel(gathering.ends);
  gathering = {};
}

/// Forgets all batches when the connections close; what is done once for one is lost. Their
/// messages go back with all others.
void Consumer::drop_batches(Context& context) {
  for (const Batches::Batch& batch : batches_->all) {
    if (batch.in_work && batch.common != 0) context.release(interrupt(batch.common, context));
  }
  for (const Batches::Gathering& gathering : batches_->gatherings) {
    if (gathering.waits) context.events.cancel(gathering.ends);
  }
  batches_->restart(wiring_.instances);
}

}  // namespace spillway
