#include "sim/model/batcher/batcher.h"

#include <algorithm>
#include <utility>

#include "sim/flow/attributes.h"
#include "sim/flow/exchange.h"
#include "sim/flow/impairments.h"

namespace spillway {

void Batcher::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  gatherings_.resize(wiring_.partitions + 1);
  for (Gathering& gathering : gatherings_) {
    gathering.records.clear();
    gathering.bytes = 0;
    gathering.due = kNever;
  }
  free_.clear();
  for (std::uint32_t place = 0; place < receipts_.size(); ++place) {
    receipts_[place].clear();
    free_.push_back(place);
  }
}

/// Where a record gathers: the log chooses its partition in the same way.
std::size_t Batcher::place_of(const Message& record, Context& context) const {
  if (wiring_.partitions == 1) return 0;
  const AttributeTable* table = attributes_of(record, context);
  if (table == nullptr || table->key_site == AttributeTable::kNone) return wiring_.partitions;
  return mix64(key_of(record, context)) % wiring_.partitions;
}

Next Batcher::on(Offer, Handle handle, Context& context) {
  const Message& record = context.messages[handle];
  if (record.timer != 0) return unload(handle, context);
  const std::size_t place = place_of(record, context);
  Gathering& gathering = gatherings_[place];
  const std::int64_t size = wiring_.most_bytes == kNoLimit ? 0 : size_of(record, context);
  if (!gathering.records.empty() && size > wiring_.most_bytes - gathering.bytes) {
    leave(gathering, context);
  }
  if (gathering.records.empty()) {
    gathering.due = context.now() + wiring_.linger;
    context.events.push_pipe(linger_, gathering.due, Phase::kExpiry,
                             {say<Tick>(wiring_.address), static_cast<std::uint32_t>(place)});
  }
  gathering.records.push_back(handle);
  gathering.bytes += size;
  if (std::cmp_greater_equal(gathering.records.size(), wiring_.most_records) ||
      gathering.bytes >= wiring_.most_bytes) {
    leave(gathering, context);
  }
  return {};
}

Next Batcher::on(Tick, std::uint32_t place, Context& context) {
  Gathering& gathering = gatherings_[place];
  // One that was full has left, and others may gather since.
  if (!gathering.records.empty() && gathering.due == context.now()) leave(gathering, context);
  return {};
}

/// Sends what has gathered as one.
void Batcher::leave(Gathering& gathering, Context& context) {
  if (wiring_.confirm) drop_given_up(gathering, context);
  gathering.bytes = 0;
  if (gathering.records.empty()) return;
  const Handle carrier = context.make();
  Message& frame = context.messages[carrier];
  const Message& first = context.messages[gathering.records.front()];
  // It is nobody's work but its records', and lives on its own.
  frame.flags = flag::kDetached;
  frame.deadline = kNever;
  frame.since = context.now();
  frame.root = carrier;
  frame.outstanding = context.producer_of(first);
  frame.ordinal = first.ordinal;
  frame.lane = first.lane;
  frame.segment = first.segment;
  frame.pc = wiring_.pc;
  if (wiring_.confirm) frame.via = keep_receipts(gathering, context);
  metrics_.batches.add(frame.segment);
  metrics_.batched.add(frame.segment, gathering.records.size());
  Handle next = 0;
  for (std::size_t i = gathering.records.size(); i-- > 0;) {
    Message& record = context.messages[gathering.records[i]];
    metrics_.wait.record(record.segment, context.now() - record.since);
    record.next = std::exchange(next, gathering.records[i]);
  }
  gathering.records.clear();
  open(context.exchanges[wiring_.exchange], carrier, context, self());
  load(sent_by(carrier, context), next, context);
  if (!wiring_.confirm) context.release(carrier);
}

/// Nobody sends the records of those who have crashed, or have waited for too long.
void Batcher::drop_given_up(Gathering& gathering, Context& context) {
  std::erase_if(gathering.records, [&](Handle record) {
    const Handle receipt = context.messages[record].parent;
    if (context.messages[receipt].parent != 0) return false;
    lose_one(record, context);
    context.release(receipt);
    return true;
  });
}

/// Notes who waits for a batch. Returns its place.
std::uint32_t Batcher::keep_receipts(const Gathering& gathering, const Context& context) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(receipts_.size()));
    receipts_.emplace_back();
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  for (const Handle record : gathering.records) {
    receipts_[place].push_back(context.messages[record].parent);
  }
  return place;
}

/// What an attempt of a batch sends.
Handle Batcher::sent_by(Handle carrier, const Context& context) const {
  const Handle waited_for = context.messages[carrier].next;
  return wiring_.confirm ? context.messages[waited_for].next : waited_for;
}

/// Gives an attempt its records. One that a fault has lost as it set out has lost them.
void Batcher::load(Handle sent, Handle first, Context& context) {
  if (context.messages.alive(sent)) {
    context.messages[sent].timer = first;
  } else {
    lose(first, context);
  }
}

/// Makes the records of another attempt, for those who still wait. Returns the first of them.
Handle Batcher::copy(const std::vector<Handle>& receipts, std::uint16_t attempt, Context& context) {
  Handle first = 0;
  for (std::size_t i = receipts.size(); i-- > 0;) {
    if (context.messages[receipts[i]].parent == 0) continue;
    const Handle made = context.spawn(receipts[i]);
    Message& record = context.messages[made];
    const std::uint32_t lane = record.lane;
    record.lane = mix32(lane, attempt);
    if (context.identities.kept) context.identities.same(record.ordinal, record.lane, lane);
    record.parent = receipts[i];
    record.pc = context.exchanges[wiring_.exchange].envelope;
    record.next = std::exchange(first, made);
  }
  return first;
}

/// A batch is there: the log takes its records together.
Next Batcher::unload(Handle sent, Context& context) {
  Message& message = context.messages[sent];
  const Handle first = std::exchange(message.timer, 0);
  const Handle receipt = message.parent;
  Time parts = 0;
  for (Handle each = first; each != 0; each = context.messages[each].next) {
    context.messages[each].via = wiring_.edge;
    if (receipt == 0) continue;
    // What the log says of each record comes together here; all that it draws for it is as for one.
    const Handle part = context.spawn(sent);
    Message& confirm = context.messages[part];
    confirm.reply_to = say<Reply>(wiring_.address);
    confirm.attempt = context.messages[receipt].attempt;
    confirm.via = wiring_.inside;
    context.messages[each].parent = part;
    ++parts;
  }
  message.deadline = parts;  // so many are to come
  if (receipt == 0) context.release(sent);
  return {wiring_.log, first};
}

Next Batcher::on(Reply, Handle receipt, Context& context) {
  if (context.messages[receipt].via == wiring_.inside) return confirmed(receipt, context);
  if (const Handle carrier = receive(receipt, context)) go_on(carrier, context);
  return {};
}

/// The log has said what became of a record. When it has of all, the batch is answered.
Next Batcher::confirmed(Handle part, Context& context) {
  const Message& said = context.messages[part];
  const Handle sent = said.parent;
  Message& message = context.messages[sent];
  if (said.outcome != Outcome::ok) message.outcome = said.outcome;
  context.release(part);
  if (--message.deadline > 0) return {};
  const Handle receipt = message.parent;
  context.messages[receipt].outcome = message.outcome;
  context.release(sent);
  return answer(receipt, context);
}

Next Batcher::on(Expired, Handle carrier, Context& context) {
  time_out(carrier, context);
  go_on(carrier, context);
  return {};
}

Next Batcher::on(Resend, Handle sent, Context& context) {
  const auto first = static_cast<Handle>(context.messages[sent].timer);
  const Next next = resend(sent, context, self());
  if (!context.messages.alive(sent)) lose(first, context);
  return next;
}

bool Batcher::somebody_waits(Handle carrier, const Context& context) const {
  return std::ranges::any_of(receipts_[context.messages[carrier].via],
                             [&](Handle receipt) { return context.messages[receipt].parent != 0; });
}

/// An attempt of a batch has ended: it is sent again, or its senders are told.
void Batcher::go_on(Handle carrier, Context& context) {
  Message& frame = context.messages[carrier];
  Exchange exchange = context.exchanges[wiring_.exchange];
  if (frame.outcome != Outcome::ok && !somebody_waits(carrier, context)) exchange.attempts = 1;
  if (close(exchange, carrier, context, self()) != Flow::wait) return end(carrier, context);
  const Handle sent = sent_by(carrier, context);
  const std::uint16_t attempt = context.messages[frame.next].attempt;
  load(sent, copy(receipts_[frame.via], attempt, context), context);
}

/// Tells all who wait for a batch what became of it.
void Batcher::end(Handle carrier, Context& context) {
  const Outcome outcome = context.messages[carrier].outcome;
  const std::uint32_t place = context.messages[carrier].via;
  for (const Handle receipt : receipts_[place]) {
    Message& answered = context.messages[receipt];
    answered.outcome = outcome;
    // It says that the time is up, and is not to be waited for beyond that.
    if (outcome == Outcome::timeout) answered.flags |= flag::kLost;
    context.post({answered.reply_to, receipt});
  }
  receipts_[place].clear();
  free_.push_back(place);
  context.release(carrier);
}

void Batcher::lose(Handle first, Context& context) {
  while (first != 0) {
    const Handle next = context.messages[first].next;
    lose_one(first, context);
    first = next;
  }
}

/// Who waits for a confirm decides himself what it means that a record is lost.
void Batcher::lose_one(Handle record, Context& context) {
  const Message& message = context.messages[record];
  metrics_.lost.add(message.segment);
  context.see(Moment::vanished, wiring_.address, message);
  if (!wiring_.confirm) context.fail_root(message);
  context.release(record);
}

Next Batcher::on(Impair, std::uint32_t change, Context& context) {
  if (!ImpairmentChange::of(change).begins) return {};
  for (Gathering& gathering : gatherings_) {
    for (const Handle record : gathering.records) lose_one(record, context);
    gathering.records.clear();
    gathering.bytes = 0;
  }
  return {};
}

}  // namespace spillway
