#include <algorithm>
#include <limits>

#include "sim/model/log/log.h"

namespace spillway {

/// Brings the measures of one partition up to date: its oldest ready record, and its lag.
void Log::watch(Group& group, std::uint32_t index, Context& context) {
  Partition& partition = partitions_[index];
  const Reading& reading = group.readings[index];
  group.oldest.set(index, reading.position == partition.end()
                              ? Tournament::kNone
                              : context.messages[partition[reading.position].message].since);
  const std::uint64_t committed = group.wiring.commits_before ? reading.position : reading.settled;
  group.behind.set(index, -static_cast<std::int64_t>(partition.end() - committed));
}

void Log::levels_changed(Group& group, Context& context) {
  const Time now = context.now();
  const auto set = [&](Level& level, std::uint64_t value) {
    level.add(now, static_cast<std::int64_t>(value) - level.level());
  };
  set(group.metrics.ready, group.ready);
  set(group.metrics.in_flight, group.in_flight);
  set(group.metrics.lag, group.ready + (group.wiring.commits_before ? 0 : group.in_flight));
  const std::int64_t behind = group.behind.smallest();
  set(group.metrics.unread, group.unread);
  set(group.metrics.partition_lag,
      behind == Tournament::kNone ? 0 : static_cast<std::uint64_t>(-behind));
  const std::int64_t oldest = group.oldest.smallest();
  group.metrics.oldest.oldest(now, oldest == Tournament::kNone ? kNever : oldest);
  group.metrics.drained.changed(now, static_cast<std::int64_t>(group.ready));
}

/// A partition may hold something ready: puts it in its member's line, who polls if it is idle.
void Log::offer_to_poll(Group& group, std::uint32_t index, Context& context) {
  Reading& reading = group.readings[index];
  if (reading.member == Reading::kNobody || reading.position == partitions_[index].end()) return;
  if (!reading.in_line) {
    reading.in_line = true;
    members_[reading.member].line.push_back(index);
  }
  poll(reading.member, context);
}

void Log::poll(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  if (!member.polls() || member.line.empty() || !answers()) return;
  Group& group = groups_[member.group];
  const Reader& reader = reader_of(member);
  std::uint64_t room = reader.prefetch;
  std::size_t looks = std::numeric_limits<std::size_t>::max();
  if (reader.batch != 0) [[unlikely]]
    looks = bring_due_forward(index, context);
  for (; room > 0 && looks > 0 && !member.line.empty(); --looks) {
    const std::uint32_t partition = member.line.front();
    member.line.pop_front();
    Reading& reading = group.readings[partition];
    if (reading.is_cut) [[unlikely]]
      start_anew(group, partition, context);
    std::uint64_t ready = partitions_[partition].end() - reading.position;
    std::uint64_t count = std::min(room, ready);
    if (!partitions_[partition].is_plain) [[unlikely]] {
      count = std::min(room, readable(group, partition, context));
      ready = partitions_[partition].end() - reading.position;
      if (count == 0) ready = 0;  // until it is led again
    }
    if (reader.batch != 0 && count > reader.batch) count -= count % reader.batch;  // whole ones
    room -= count;
    reading.in_line = count < ready;
    if (reading.in_line) member.line.push_back(partition);
    if (count == 0) continue;
    member.polled.push_back({partition, reading.position, reading.position + count, false, {}});
    take(index, partition, count, context);
    if (reader.batch != 0) break;  // a poll for batches is of one partition
  }
  if (member.polled.empty()) return;
  if (reader.patience != kNever) {
    member.patience =
        context.events.push_lane_timer(reader.patience_lane, context.now() + reader.patience,
                                       Phase::kExpiry, {say<Expired>(wiring_.address), index});
  }
  hand_over(index, context);
}

void Log::take(std::uint32_t member, std::uint32_t partition, std::uint64_t count,
               Context& context) {
  Group& group = groups_[members_[member].group];
  Reading& reading = group.readings[partition];
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t offset = reading.position++;
    if (offset == reading.polled_to()) {
      reading.marks.push_back({});
    } else if (offset + 1 != reading.polled_to()) {
      ++group.places.reordered;
      group.metrics.reordered.add(context.messages[partitions_[partition][offset].message].segment);
    }
    receive(member, partition, offset, context);
  }
  group.ready -= count;
  group.in_flight += count;
  watch(group, partition, context);
}

void Log::receive(std::uint32_t member, std::uint32_t partition, std::uint64_t offset,
                  Context& context) {
  Group& group = groups_[members_[member].group];
  Reading::Mark& mark = group.readings[partition].mark(offset);
  const Message& message = context.messages[partitions_[partition][offset].message];
  Edge& edge = context.edges[reader_of(members_[member]).edge];
  mark.fate = Reading::Fate::open;
  ++group.places.receives;
  group.metrics.receives.add(message.segment);
  edge.metrics.attempts.add(message.segment);
  if (mark.receives == 0) {
    const Time appended = partitions_[partition][offset].appended;
    const Time there = appended + context.delay(edge.out, message);
    group.metrics.waited.record(message.segment, std::max(there, context.now()) - message.since);
  } else {
    ++group.places.redelivered;
    group.metrics.redelivered.add(message.segment);
  }
  if (mark.receives != std::numeric_limits<std::uint16_t>::max()) ++mark.receives;
  context.see(Moment::delivered, wiring_.address, message);
}

/// Makes the delivery of a record of a member's poll: of the first, or the one so many behind it.
Handle Log::deliver(std::uint32_t index, std::uint64_t place, Context& context) {
  Member& member = members_[index];
  Span& span = member.polled.front();
  const std::uint64_t offset = span.from + place;
  const Handle delivery = context.spawn(partitions_[span.partition][offset].message);
  Message& made = context.messages[delivery];
  made.parent = delivery;  // it speaks for itself: several groups may have the record in hand
  made.via = index;
  if (span.is_late) {
    made.attempt = span.attempts[span.attempts.size() - 1 - static_cast<std::size_t>(place)];
  } else {
    Reading& reading = groups_[member.group].readings[span.partition];
    made.attempt = static_cast<std::uint16_t>(reading.mark(offset).receives - 1);
  }
  made.reply_to = reader_of(member).consumer;
  made.flags |= flag::kDelivery;
  member.is_busy = true;
  return delivery;
}

/// Gives a member's handler the next record of its poll.
void Log::hand_over(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  const Reader& reader = reader_of(member);
  if (reader.batch != 0) [[unlikely]]
    return hand_over_batch(index, context);
  const Span& span = member.polled.front();
  const Record record = partitions_[span.partition][span.from];
  const Handle delivery = deliver(index, 0, context);
  const Next offer{say<Offer>(reader.consumer), delivery};
  const Time arrives = record.appended + context.delay(context.edges[reader.edge].out,
                                                       context.messages[record.message]);
  if (arrives > context.now()) {
    context.events.push(arrives, Phase::kArrival, offer);
  } else {
    context.post(offer);
  }
}

Next Log::on(Settle, Handle delivery, Context& context) {
  const Message& message = context.messages[delivery];
  const std::uint32_t index = message.via;
  if (!members_[index].batch.empty()) [[unlikely]] {
    batch_settled(delivery, context);
    return {};
  }
  const std::uint32_t segment = message.segment;
  const Outcome outcome = message.outcome;
  Member& member = members_[index];
  member.is_busy = false;
  context.release(delivery);
  // Its member went down with it: what becomes of the record is settled already.
  if (outcome == Outcome::unavailable) return {};
  const bool well = outcome == Outcome::ok;
  const bool is_late = member.polled.front().is_late;
  if (!well) {
    context.edges[reader_of(member).edge].metrics.count_error(segment, context.now());
    if (!is_late && tries_again(index, context)) return {};
  }
  if (is_late) [[unlikely]] {
    ended_late(index, well, segment, context);
  } else {
    ended(index, well, segment, context);
  }
  return {};
}

Next Log::on(Credit, Handle index, Context&) {
  members_[index].is_busy = false;
  return {};
}

/// Whether a member handles the record at hand once more, now or after its pause.
bool Log::tries_again(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  Group& group = groups_[member.group];
  const Reader& reader = reader_of(member);
  const Span& span = member.polled.front();
  const std::uint32_t receives = group.readings[span.partition].mark(span.from).receives;
  if (reader.attempts != kUnlimitedAttempts && receives >= reader.attempts) {
    return false;
  }
  if (reader.pause > 0) {
    member.pause = context.events.push_timer(context.now() + reader.pause, Phase::kCompletion,
                                             alarm(Alarm::again, index));
  } else {
    receive_again(index, context);
    hand_over(index, context);
  }
  return true;
}

/// Counts that a member has the record at hand, or the batch, once more.
void Log::receive_again(std::uint32_t index, Context& context) {
  const Member& member = members_[index];
  const Span& span = member.polled.front();
  const std::uint64_t records = std::max<std::uint64_t>(1, member.again);
  for (std::uint64_t i = 0; i < records; ++i) {
    receive(index, span.partition, span.from + i, context);
  }
}

Next Log::on(Tick, std::uint32_t payload, Context& context) {
  const std::uint32_t index = payload / kAlarms;
  const auto what = static_cast<Alarm>(payload % kAlarms);
  if (what == Alarm::too_old || what == Alarm::stored) {
    what == Alarm::stored ? store_due(index, context) : delete_old(index, context);
    return {};
  }
  Member& member = members_[index];
  switch (what) {
    case Alarm::commit:
      member.commits_later = false;
      if (member.polls()) commit_in_time(index, context);
      levels_changed(groups_[member.group], context);
      break;
    case Alarm::again: {
      member.pause = 0;
      receive_again(index, context);
      hand_over(index, context);
      break;
    }
    case Alarm::called:
      call(index, context);
      levels_changed(groups_[member.group], context);
      break;
    case Alarm::missed: {
      Group& group = groups_[member.group];
      --group.missing;
      rebalance(group, context);
      levels_changed(group, context);
      break;
    }
    case Alarm::too_old:
    case Alarm::stored:
      break;  // of a partition, see above
  }
  return {};
}

/// A member has done with the record at hand.
void Log::ended(std::uint32_t index, bool well, std::uint32_t segment, Context& context) {
  const Span& span = members_[index].polled.front();
  const std::uint32_t partition = span.partition;
  const std::uint64_t offset = span.from;
  finish(index, well, segment, context);
  go_on(index, context);
  leave_root(partition, offset, context);
  levels_changed(groups_[members_[index].group], context);
}

/// Writes down how a member has done with the first record of its poll.
void Log::finish(std::uint32_t index, bool well, std::uint32_t segment, Context& context) {
  Member& member = members_[index];
  Group& group = groups_[member.group];
  Span& span = member.polled.front();
  const std::uint32_t partition = span.partition;
  const std::uint64_t offset = span.from++;
  if (span.from == span.until) member.polled.pop_front();
  Reading& reading = group.readings[partition];
  Reading::Mark& mark = reading.mark(offset);
  if (!well) {
    mark.fate = group.wiring.commits_before ? Reading::Fate::lost : Reading::Fate::dropped;
    context.fail_root(context.messages[partitions_[partition][offset].message]);
  } else {
    mark.fate = Reading::Fate::handled;
    if (mark.was_handled) {
      ++group.places.duplicates;
      group.metrics.duplicates.add(segment);
    }
    mark.was_handled = true;
  }
  close(group, partition, offset);
  reading.handled = offset + 1;
  if (wiring_.deletes) [[unlikely]]
    reading.skip_gaps();
  if (group.wiring.commits_before) {
    settle(group, partition, reading.handled, context);
  } else if (!reading.is_touched) {
    reading.is_touched = true;
    member.touched.push_back(partition);
  }
}

/// A member goes on with its poll, or with the next one.
void Log::go_on(std::uint32_t index, Context& context) {
  if (members_[index].polled.empty()) {
    poll_over(index, context);
  } else {
    hand_over(index, context);
  }
}

/// A member has done with a record of a partition that somebody else reads now.
void Log::ended_late(std::uint32_t index, bool well, std::uint32_t segment, Context& context) {
  const Span& span = members_[index].polled.front();
  const std::uint32_t partition = span.partition;
  const std::uint64_t offset = span.from;
  finish_late(index, well, segment);
  go_on(index, context);
  --partitions_[partition][offset].holders;
  let_go(partition, context);
  leave_root(partition, offset, context);
  levels_changed(groups_[members_[index].group], context);
}

/// Writes down how it has done with that.
void Log::finish_late(std::uint32_t index, bool well, std::uint32_t segment) {
  Member& member = members_[index];
  Group& group = groups_[member.group];
  Span& span = member.polled.front();
  const std::uint32_t partition = span.partition;
  const std::uint64_t offset = span.from++;
  span.attempts.pop_back();
  if (span.from == span.until) member.polled.pop_front();
  if (!well) return;
  Reading& reading = group.readings[partition];
  const bool again = offset < reading.settled || reading.mark(offset).was_handled;
  if (again) {
    ++group.places.duplicates;
    group.metrics.duplicates.add(segment);
  } else {
    reading.mark(offset).was_handled = true;
    close(group, partition, offset);
  }
}

/// A member has nothing left of its poll: it commits when that is due, and polls again.
void Log::poll_over(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  if (!member.polls()) return;
  if (member.patience != 0) {
    context.events.cancel(member.patience);
    member.patience = 0;
  }
  if (offer_to_join(index, context)) return;
  commit_in_time(index, context);
  poll(index, context);
}

void Log::commit_in_time(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  if (member.touched.empty() || !answers()) return;
  const Time every = reader_of(member).commit_every;
  const Time due = member.committed_at + every;
  if (every == 0 || context.now() >= due) {
    commit(index, context);
  } else if (!member.commits_later) {
    member.commits_later = true;
    context.events.push(due, Phase::kCompletion, alarm(Alarm::commit, index));
  }
}

/// Commits all that a member has handled.
void Log::commit(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  Group& group = groups_[member.group];
  member.committed_at = context.now();
  for (const std::uint32_t partition : member.touched) {
    group.readings[partition].is_touched = false;
    settle(group, partition, group.readings[partition].handled, context);
  }
  member.touched.clear();
}

/// Settles what a group wants of a partition up to an offset, each record by its fate.
void Log::settle(Group& group, std::uint32_t index, std::uint64_t until, Context& context) {
  Partition& partition = partitions_[index];
  Reading& reading = group.readings[index];
  group.in_flight -= until - reading.settled;
  for (; reading.settled < until; ++reading.settled) {
    Record& record = partition[reading.settled];
    const Message& message = context.messages[record.message];
    switch (reading.marks.front().fate) {
      case Reading::Fate::dropped:
        ++group.places.dropped;
        group.metrics.dropped.add(message.segment);
        context.see(Moment::dropped, wiring_.address, message);
        break;
      case Reading::Fate::lost:
        ++group.places.lost;
        group.metrics.lost.add(message.segment);
        context.see(Moment::lost, wiring_.address, message);
        break;
      case Reading::Fate::expired:
        ++group.places.expired;
        group.metrics.expired.add(message.segment);
        context.see(Moment::expired, wiring_.address, message);
        break;
      case Reading::Fate::open:
      case Reading::Fate::handled:
        ++group.places.acknowledged;
        context.see(Moment::acknowledged, wiring_.address, message);
        break;
    }
    reading.marks.pop_front();
    --record.holders;
  }
  watch(group, index, context);
  let_go(index, context);
}

/// A record's root waits for this group no more.
void Log::close(Group& group, std::uint32_t partition, std::uint64_t offset) {
  Reading::Mark& mark = group.readings[partition].mark(offset);
  if (mark.is_closed) return;
  mark.is_closed = true;
  --partitions_[partition][offset].to_do;
}

/// Gives up the oldest records that nobody wants any more.
void Log::let_go(std::uint32_t index, Context& context) {
  while (const Handle message = partitions_[index].take_settled()) context.release(message);
}

/// All groups have handled a record, and some have not committed it: its root's work is done, and
/// it lives on for who reads it again.
void Log::leave_root(std::uint32_t index, std::uint64_t offset, Context& context) {
  Partition& partition = partitions_[index];
  if (!partition.holds(offset) || partition[offset].to_do != 0) return;
  partition[offset].message = context.detach(partition[offset].message);
}

/// A group's reader of a partition is gone: what it had polled is lost where it was committed
/// before, and else read again from the committed offset on.
void Log::go_back(Group& group, std::uint32_t index, Context& context) {
  Reading& reading = group.readings[index];
  reading.is_touched = false;
  if (group.wiring.commits_before) {
    for (std::uint64_t offset = reading.settled; offset < reading.position; ++offset) {
      if (reading.mark(offset).fate != Reading::Fate::open) continue;  // passed over before
      reading.mark(offset).fate = Reading::Fate::lost;
      context.fail_root(context.messages[partitions_[index][offset].message]);
      close(group, index, offset);
    }
    const std::uint64_t from = reading.settled;
    settle(group, index, reading.position, context);
    for (std::uint64_t offset = from; offset < reading.position; ++offset) {
      leave_root(index, offset, context);
    }
  }
  const std::uint64_t again = reading.position - reading.settled;
  group.in_flight -= again;
  group.ready += again;
  reading.position = reading.handled = reading.settled;
  if (const std::uint64_t first = partitions_[index].first(); reading.position < first) {
    reading.is_cut = true;
    pass_over(group, index, first, Reading::Fate::expired, context);
  }
  watch(group, index, context);
}

/// A member's process ends: it forgets what it has polled.
void Log::stop(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  member.is_up = false;
  if (member.pause != 0) context.events.cancel(member.pause);
  member.pause = 0;
  member.again = 0;
  if (member.patience != 0) {
    context.events.cancel(member.patience);
  }
  member.patience = 0;
  for (Span& span : member.polled) {
    if (!span.is_late) continue;
    for (; span.from < span.until; ++span.from) --partitions_[span.partition][span.from].holders;
    let_go(span.partition, context);
  }
  member.polled.clear();
  member.touched.clear();
  member.gives_up.clear();
  while (!member.line.empty()) {
    groups_[member.group].readings[member.line.front()].in_line = false;
    member.line.pop_front();
  }
}

}  // namespace spillway
