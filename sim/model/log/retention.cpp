#include "sim/flow/attributes.h"
#include "sim/model/log/log.h"

// What a log deletes, whether it was read or not: records that are too old, and the oldest of a
// partition that has grown too large. A group that should have read them next passes them over,
// and goes on as it says: with the oldest that is there, or with what is appended from then on.
// Who has a deleted record in hand goes on with it.
//
//   group     … settled │ polled │ ready ………………………… │ end
//   log       deleted ………………………………… │ kept ……………… │ end
//                                └ expired ┘
//
// One clock for each partition is enough, however many records there are: who came later is too
// old later.

namespace spillway {

/// Weighs a partition's latest record, and looks at what it makes too much.
void Log::watch_growth(std::uint32_t index, Context& context) {
  Partition& partition = partitions_[index];
  const std::uint64_t latest = partition.end() - 1;
  if (wiring_.retention != kNever && !partition.is_timed) watch_age(index, context);
  if (wiring_.retention_bytes == kNoLimit) return;
  Record& record = partition[latest];
  record.before = partition.bytes;
  partition.bytes += size_of(context.messages[record.message], context);
  std::uint64_t first = partition.first();
  while (first < latest && partition.bytes - partition[first].before > wiring_.retention_bytes) {
    ++first;
  }
  if (first > partition.first()) delete_before(index, first, context);
}

/// Starts the clock of a partition's first record; there is one.
void Log::watch_age(std::uint32_t index, Context& context) {
  Partition& partition = partitions_[index];
  partition.is_timed = true;
  context.events.push(partition[partition.first()].appended + wiring_.retention, Phase::kExpiry,
                      alarm(Alarm::too_old, index));
}

/// Deletes what is too old by now.
void Log::delete_old(std::uint32_t index, Context& context) {
  Partition& partition = partitions_[index];
  partition.is_timed = false;
  std::uint64_t first = partition.first();
  while (first < partition.end() &&
         partition[first].appended + wiring_.retention <= context.now()) {
    ++first;
  }
  if (first > partition.first()) delete_before(index, first, context);
  if (first < partition.end()) watch_age(index, context);
}

void Log::delete_before(std::uint32_t index, std::uint64_t offset, Context& context) {
  partitions_[index].delete_before(offset);
  for (Group& group : groups_) {
    Reading& reading = group.readings[index];
    if (reading.position >= offset) continue;
    reading.is_cut = true;
    pass_over(group, index, offset, Reading::Fate::expired, context);
    levels_changed(group, context);
  }
}

/// A group goes on at an offset, without what is before it and was not polled.
void Log::pass_over(Group& group, std::uint32_t index, std::uint64_t until, Reading::Fate fate,
                    Context& context) {
  Reading& reading = group.readings[index];
  const std::uint64_t from = reading.position;
  for (std::uint64_t offset = from; offset < until; ++offset) {
    if (offset == reading.polled_to()) reading.marks.push_back({});
    Reading::Mark& mark = reading.mark(offset);
    mark.fate = mark.was_handled ? Reading::Fate::handled : fate;
    if (mark.was_handled) continue;
    context.fail_root(context.messages[partitions_[index][offset].message]);
    close(group, index, offset);
  }
  // Until what is before it is committed, they are as polled.
  group.ready -= until - from;
  group.in_flight += until - from;
  reading.position = until;
  if (reading.handled == from) reading.handled = until;
  if (reading.settled == from) settle(group, index, until, context);
  for (std::uint64_t offset = from; offset < until; ++offset) leave_root(index, offset, context);
  watch(group, index, context);
}

/// A member finds that what it should read next is deleted.
void Log::start_anew(Group& group, std::uint32_t index, Context& context) {
  group.readings[index].is_cut = false;
  const std::uint64_t end = partitions_[index].end();
  if (!group.wiring.resets_to_latest || group.readings[index].position == end) return;
  pass_over(group, index, end, Reading::Fate::lost, context);
}

}  // namespace spillway
