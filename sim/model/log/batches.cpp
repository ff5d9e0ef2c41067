#include <algorithm>
#include <cassert>

#include "sim/flow/receive.h"
#include "sim/model/log/log.h"

// Members that handle several records together: the next ones of one partition, as many as there
// are when so many are ready, or when the first of them has waited for its window.
//
//   ready ──full, or window over──► poll ──► batch: handlers, in turn ──► all handled: go on
//                                              ▲                      └─► one failed: once more
//                                              └───── after a pause ──────────┘
//
// A batch of which one fails is handled again as a whole, and skipped as a whole after the last
// attempt. Where failures are returned, what is before the first that failed is handled, and the
// rest comes again; after the last attempt that one alone is skipped. The partition waits
// meanwhile.

namespace spillway {

/// From when on what is ready in a partition may be polled.
Time Log::due(const Group& group, const Reader& reader, std::uint32_t index) {
  Partition& partition = partitions_[index];
  const Reading& reading = group.readings[index];
  // What is deleted, or cannot be read now, is looked into by the poll.
  if (reading.is_cut || !partition.is_plain || reading.position == partition.end()) return 0;
  if (partition.end() - reading.position >= reader.batch) return 0;
  return partition[reading.position].appended + reader.window;
}

/// Puts those partitions to the front of a member's line that it may poll, and sets a clock for the
/// others. Returns how many may be polled.
std::size_t Log::bring_due_forward(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  const Reader& reader = reader_of(member);
  const std::size_t all = member.line.size();
  if (reader.window == 0) return all;
  waiting_.clear();
  Time next = kNever;
  for (std::size_t left = all; left > 0; --left) {
    const std::uint32_t partition = member.line.front();
    member.line.pop_front();
    const Time at = due(groups_[member.group], reader, partition);
    if (at <= context.now()) {
      member.line.push_back(partition);
    } else {
      waiting_.push_back(partition);
      next = std::min(next, at);
    }
  }
  const std::size_t due_now = member.line.size();
  for (const std::uint32_t partition : waiting_) member.line.push_back(partition);
  if (next < member.due) {
    member.due = next;
    context.events.push(next, Phase::kArrival, {say<Resend>(wiring_.address), index});
  }
  return due_now;
}

Next Log::on(Resend, Handle index, Context& context) {
  Member& member = members_[index];
  if (member.due > context.now()) return {};  // another clock says when
  member.due = kNever;
  poll(index, context);
  levels_changed(groups_[member.group], context);
  return {};
}

/// Gives a member's handler the next batch of its poll, when the last record of it is there.
void Log::hand_over_batch(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  const Reader& reader = reader_of(member);
  const Span& span = member.polled.front();
  const std::uint64_t most = member.again != 0 ? member.again : reader.batch;
  const std::uint64_t count = std::min(most, span.until - span.from);
  member.again = 0;
  Time arrives = context.now();
  for (std::uint64_t place = 0; place < count; ++place) {
    const Record& record = partitions_[span.partition][span.from + place];
    arrives = std::max(arrives, record.appended + context.delay(context.edges[reader.edge].out,
                                                                context.messages[record.message]));
    const Handle delivery = deliver(index, place, context);
    Message& made = context.messages[delivery];
    if (place != 0) made.flags |= flag::kWithoutCredit;
    member.batch.push_back({delivery, made.segment, Outcome::ok});
  }
  member.unsettled = member.batch.size();
  for (const Member::Part& part : member.batch) {
    const Next offer{say<Offer>(reader.consumer), part.delivery};
    if (arrives > context.now()) {
      context.events.push(arrives, Phase::kArrival, offer);
    } else {
      context.post(offer);
    }
  }
}

/// A record of a batch is done with, or gone with its member: what becomes of it then is settled
/// already.
void Log::batch_settled(Handle delivery, Context& context) {
  const Message& message = context.messages[delivery];
  const std::uint32_t index = message.via;
  Member& member = members_[index];
  // They come in their order, but for the first, which comes last. What is gone has moved.
  const std::size_t size = member.batch.size();
  const bool is_gone = message.outcome == Outcome::unavailable;
  Member::Part& part = member.batch[is_gone ? 0 : (size - member.unsettled + 1) % size];
  assert(is_gone || part.delivery == delivery);
  part.outcome = message.outcome;
  context.release(delivery);
  if (--member.unsettled == 0) batch_over(index, context);
}

void Log::batch_over(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  member.is_busy = false;
  ended_.swap(member.batch);
  member.batch.clear();
  if (ended_.front().outcome == Outcome::unavailable) return;
  batch_ended(index, context);
}

/// A member has done with the batch at hand.
void Log::batch_ended(std::uint32_t index, Context& context) {
  Member& member = members_[index];
  Group& group = groups_[member.group];
  const Reader& reader = reader_of(member);
  const std::uint32_t partition = member.polled.front().partition;
  std::uint64_t offset = member.polled.front().from;
  const auto is_well = [](const Member::Part& part) { return part.outcome == Outcome::ok; };
  for (const Member::Part& part : ended_) {
    if (!is_well(part)) {
      context.edges[reader.edge].metrics.count_error(part.segment, context.now());
    }
  }
  if (member.polled.front().is_late) {
    for (const Member::Part& part : ended_) {
      finish_late(index, is_well(part), part.segment);
      --partitions_[partition][offset].holders;
      leave_root(partition, offset++, context);
    }
    let_go(partition, context);
    go_on(index, context);
    levels_changed(group, context);
    return;
  }
  const auto failed = std::ranges::find_if_not(ended_, is_well);
  const bool fails = failed != ended_.end();
  // So many are done with: all, those before the first that failed, or none.
  auto done = fails && !reader.returns_failures ? ended_.begin() : failed;
  for (auto part = ended_.begin(); part != done; ++part) {
    finish(index, true, part->segment, context);
    leave_root(partition, offset++, context);
  }
  if (fails) {
    member.again = static_cast<std::uint64_t>(ended_.end() - done);
    Reading& reading = group.readings[partition];
    for (auto part = done; part != ended_.end(); ++part) {
      Reading::Mark& mark = reading.mark(offset + static_cast<std::uint64_t>(part - done));
      if (!is_well(*part)) continue;
      if (mark.was_handled) {
        ++group.places.duplicates;
        group.metrics.duplicates.add(part->segment);
      }
      mark.was_handled = true;
    }
    if (tries_again(index, context)) return levels_changed(group, context);
    const auto skipped = reader.returns_failures ? done + 1 : ended_.end();
    for (auto part = done; part != skipped; ++part) {
      finish(index, false, part->segment, context);
      leave_root(partition, offset++, context);
    }
    member.again = static_cast<std::uint64_t>(ended_.end() - skipped);
    if (member.again != 0) receive_again(index, context);
  }
  go_on(index, context);
  levels_changed(group, context);
}

}  // namespace spillway
