#include <algorithm>
#include <utility>

#include "sim/flow/fleet.h"
#include "sim/model/log/assignment.h"
#include "sim/model/log/log.h"

// Who reads what: members come and go, and a group gives its partitions out anew.
//
//   somebody comes, goes or is missed ──► each member hears of it with its next heartbeat, and
//     joins when its poll is over ──► when all have joined, and nobody is missing any more,
//     partitions are given out
//
// Eager: who joins gives up all it reads, and has nothing to do until all have joined. Cooperative:
// it goes on reading; what has to move is given up then, and given out in a second round.
// Sources: Apache Kafka, KIP-62 (poll interval and session), KIP-429 (cooperative rebalances).

namespace spillway {

/// A client runs, and belongs to its group.
void Log::come_in(std::uint32_t index, Time now) {
  Member& member = members_[index];
  member.is_up = member.is_in = member.has_joined = true;
  member.joined_at = now;
}

/// A client runs no more. Who is stopped commits what it has handled, and takes its leave; who
/// crashes does neither.
void Log::go_out(std::uint32_t index, bool takes_leave, Context& context) {
  if (takes_leave && answers()) commit(index, context);
  stop(index, context);
  give_up_all(index, context);
  Member& member = members_[index];
  member.is_in = member.is_called = member.has_joined = false;
}

/// A client crashes, which its group learns when its session ends.
void Log::miss(Group& group, const Reader& reader, std::uint32_t index, Context& context) {
  const Member& member = members_[index];
  if (!member.is_in || reader.session == 0) return;
  const Time now = context.now();
  const Time beats = reader.heartbeat == 0 ? 0 : (now - member.joined_at) % reader.heartbeat;
  ++group.missing;
  context.events.push(std::max(now, now - beats + reader.session), Phase::kExpiry,
                      alarm(Alarm::missed, index));
}

/// A consumer's processes end or begin.
void Log::consumer_changes(Group& group, Reader& reader, bool goes, bool crashes,
                           Context& context) {
  const Time now = context.now();
  for (std::uint32_t i = 0; i < reader.members; ++i) {
    const std::uint32_t index = reader.first_member + i;
    Member& member = members_[index];
    if (member.is_stopped) continue;
    if (!goes) {
      come_in(index, now);
      continue;
    }
    if (crashes) miss(group, reader, index, context);
    go_out(index, !crashes, context);
  }
  // Whether anybody has missed who crashed or not: the others hear of it when its session ends.
  if (goes && crashes && reader.session > 0) {
    join_if_all(group, context);
  } else {
    rebalance(group, context);
  }
}

/// One of a consumer's clients takes its leave, or crashes, or is back.
Next Log::on(Scale, std::uint32_t payload, Context& context) {
  const TakerChange change = TakerChange::of(payload);
  Member& member = members_[change.taker];
  Group& group = groups_[member.group];
  const bool alone = reader_of(member).closed == 0;
  member.is_stopped = !change.opens;
  if (!alone) return {};  // it has gone with the others, or comes back with them
  const Reader& reader = reader_of(member);
  const bool silently = change.crashes && reader.session > 0;
  if (change.opens) {
    come_in(change.taker, context.now());
  } else {
    if (change.crashes) miss(group, reader, change.taker, context);
    go_out(change.taker, !change.crashes, context);
  }
  if (silently && !change.opens) {
    join_if_all(group, context);
  } else {
    rebalance(group, context);
  }
  levels_changed(group, context);
  return {};
}

/// A member has not polled for too long: it leaves the group, and goes on with what it has.
Next Log::on(Expired, Handle index, Context& context) {
  Member& member = members_[index];
  Group& group = groups_[member.group];
  member.patience = 0;
  member.gives_up.clear();
  if (member.pause != 0) {
    // The record that it would have tried again is somebody else's now.
    context.events.cancel(member.pause);
    member.pause = 0;
    Span& span = member.polled.front();
    span.from += std::max<std::uint64_t>(1, std::exchange(member.again, 0));
    if (span.from == span.until) member.polled.pop_front();
  }
  for (Span& span : member.polled) make_late(group, span);
  member.is_in = member.is_called = member.has_joined = false;
  give_up_all(index, context);
  rebalance(group, context);
  if (!member.is_busy && !member.polled.empty()) hand_over(index, context);
  poll_over(index, context);
  levels_changed(group, context);
  return {};
}

/// What is left of a poll is read by somebody else too: keeps it for who has it.
void Log::make_late(Group& group, Span& span) {
  span.is_late = true;
  Reading& reading = group.readings[span.partition];
  for (std::uint64_t offset = span.until; offset > span.from; --offset) {
    span.attempts.push_back(static_cast<std::uint16_t>(reading.mark(offset - 1).receives - 1));
    ++partitions_[span.partition][offset - 1].holders;
  }
}

/// Begins to give out the partitions anew, or goes on with that.
void Log::rebalance(Group& group, Context& context) {
  if (!group.rebalances) {
    group.rebalances = true;
    for (const std::uint32_t index : group.members) {
      const Member& member = members_[index];
      if (!member.is_in || member.has_joined) continue;
      const Time beat = reader_of(member).heartbeat;
      if (beat == 0) {
        call(index, context);
      } else {
        const Time since = (context.now() - member.joined_at) % beat;
        context.events.push(context.now() + beat - since, Phase::kArrival,
                            alarm(Alarm::called, index));
      }
    }
  }
  join_if_all(group, context);
}

/// A member hears that its group rebalances: it joins as soon as its poll is over.
void Log::call(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  if (!groups_[member.group].rebalances || !member.is_in || member.has_joined) return;
  member.is_called = true;
  if (member.polls()) poll_over(index, context);
}

/// A member's poll is over: it joins, if it is called or has been put out. Returns whether nothing
/// is left to be done for it.
bool Log::offer_to_join(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  if (!member.is_in) [[unlikely]] {
    member.is_in = member.has_joined = true;
    member.joined_at = context.now();
    rebalance(groups_[member.group], context);
    return true;
  }
  if (!member.is_called) [[likely]]
    return false;
  join(index, context);
  return true;
}

void Log::join(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  Group& group = groups_[member.group];
  member.is_called = false;
  member.has_joined = true;
  if (answers()) commit(index, context);
  if (group.wiring.is_cooperative) {
    for (const std::uint32_t partition : member.gives_up) {
      if (group.readings[partition].member == index) give_up(group, partition, context);
    }
  } else {
    give_up_all(index, context);
  }
  member.gives_up.clear();
  join_if_all(group, context);
  if (group.rebalances) poll(index, context);  // of what it still reads
}

/// Gives out the partitions once all members have joined.
void Log::join_if_all(Group& group, Context& context) {
  if (!group.rebalances || group.missing != 0) return;
  for (const std::uint32_t index : group.members) {
    if (members_[index].is_in && !members_[index].has_joined) return;
  }
  give_out(group, context);
}

void Log::give_out(Group& group, Context& context) {
  group.rebalances = false;
  std::vector<std::uint32_t> members;
  for (const std::uint32_t index : group.members) {
    if (!members_[index].is_in) continue;
    members_[index].has_joined = false;
    members.push_back(index);
  }
  if (members.empty()) return;
  // How long a run drains is not the group's doing: what happens then is not counted.
  if (context.now() < context.timeline.duration()) {
    group.metrics.rebalances.add(context.timeline.segment_of(context.now()));
  }
  const auto count = static_cast<std::uint32_t>(members.size());
  std::vector<std::uint32_t> owners;
  for (const Reading& reading : group.readings) {
    const auto found = std::ranges::lower_bound(members, reading.member);
    owners.push_back(reading.member == Reading::kNobody
                         ? kUnassigned
                         : static_cast<std::uint32_t>(found - members.begin()));
  }
  const auto next = group.wiring.is_cooperative ? assigned_stickily(owners, count)
                                                : assigned_by_range(wiring_.partitions, count);
  bool moves = false;
  for (std::uint32_t partition = 0; partition < wiring_.partitions; ++partition) {
    if (owners[partition] == kUnassigned) {
      assign(group, partition, members[next[partition]], context);
    } else if (next[partition] != owners[partition]) {
      members_[members[owners[partition]]].gives_up.push_back(partition);
      moves = true;
    }
  }
  if (moves) {
    // Who gives something up knows, and need not be told.
    for (const std::uint32_t index : members) {
      if (!members_[index].gives_up.empty()) members_[index].is_called = true;
    }
    rebalance(group, context);
  }
  for (const std::uint32_t index : members) {
    if (members_[index].polls()) poll_over(index, context);
  }
}

void Log::assign(Group& group, std::uint32_t partition, std::uint32_t member, Context& context) {
  Reading& reading = group.readings[partition];
  reading.member = member;
  // Who finds nothing left to read begins at the end, whatever the group says.
  if (reading.position == partitions_[partition].end()) reading.is_cut = false;
  --group.unread;
  offer_to_poll(group, partition, context);
}

/// Nobody reads a partition until it is given out: what was polled and not committed is read again.
void Log::give_up(Group& group, std::uint32_t partition, Context& context) {
  Reading& reading = group.readings[partition];
  Member& member = members_[reading.member];
  if (reading.in_line) {
    for (std::size_t left = member.line.size(); left > 0; --left) {
      const std::uint32_t other = member.line.front();
      member.line.pop_front();
      if (other != partition) member.line.push_back(other);
    }
    reading.in_line = false;
  }
  std::erase(member.touched, partition);
  reading.member = Reading::kNobody;
  ++group.unread;
  go_back(group, partition, context);
}

void Log::give_up_all(std::uint32_t index, Context& context) {
  Group& group = groups_[members_[index].group];
  for (std::uint32_t partition = 0; partition < wiring_.partitions; ++partition) {
    if (group.readings[partition].member == index) give_up(group, partition, context);
  }
}

}  // namespace spillway
