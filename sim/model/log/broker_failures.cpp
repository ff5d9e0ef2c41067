#include <algorithm>

#include "sim/flow/request.h"
#include "sim/model/log/log.h"

// A log on a broker: its partitions are led by nodes, and other nodes have them too.
//
// A record that is taken is with its leader alone, until all replicas in sync have it: then it is
// stored, and groups may read it. Meanwhile it is `delayed` to them.
//
//              │ leader lost, others in sync │ all in sync lost    │ one not in sync leads
//   stored     │ stays                       │ is there again      │ lost, from when that went
//   unstored   │ lost                        │ lost                │ lost
//   what comes │ waits for the next leader   │ is refused          │ is taken
//
// Where the leader waits for a replica that has gone, and is not missed yet, nothing is stored.
// Where fewer are in sync than the log wants, it refuses whoever waits for all of them.

namespace spillway {

/// A producer's client gives a record without a key to a partition that is there, if any is.
std::uint32_t Log::led_partition_for(const Message& message, Context& context) {
  const std::uint32_t before = in_turn_;
  std::uint32_t partition = partition_for(message, context);
  if (in_turn_ == before) return partition;  // its key says which
  for (std::size_t i = 1; i < storages_.size() && storages_[partition].is_down; ++i) {
    partition = partition_for(message, context);
  }
  return partition;
}

void Log::take_in(Handle handle, Context& context) {
  const std::uint32_t index = led_partition_for(context.messages[handle], context);
  if (refuses(handle, index, context)) return refuse(handle, Outcome::unavailable, context);
  if (!is_throttled(handle, index, context)) store(handle, index, context);
}

/// Whether a partition is not there for a record, or for one whose sender waits for all in sync.
bool Log::refuses(Handle handle, std::uint32_t index, const Context& context) const {
  const Storage& storage = storages_[index];
  return storage.is_down || (storage.too_few && waits_for_all(handle, context));
}

/// Gives a record to the leader of its partition.
void Log::store(Handle handle, std::uint32_t index, Context& context) {
  const Message& message = context.messages[handle];
  Storage& storage = storages_[index];
  metrics_.appended.add(message.segment);
  hide(1);
  const bool early = context.envelopes[message.pc].early;
  const Message& draws = message.parent != 0 ? context.messages[message.parent] : message;
  const Time takes =
      wiring_.confirm ? condition_.stretched(context.draw(*wiring_.confirm, draws)) : 0;
  Time stored_at = kNever;
  if (storage.stores()) {
    stored_at = context.now() + takes;
    if (!storage.unstored.empty()) {
      stored_at = std::max(stored_at, storage.unstored.back().stored_at);
    }
  }
  storage.unstored.push_back({handle, takes, stored_at});
  if (early && storage.is_led()) confirms_.confirm_at_once(handle, condition_, context);
  store_due(index, context);
}

/// Counts records that come to all groups, and that they may not read yet; or ceases to.
void Log::hide(std::int64_t records) {
  for (Group& group : groups_) {
    group.places.sent += static_cast<std::uint64_t>(records);
    group.places.delayed += static_cast<std::uint64_t>(records);
  }
}

/// Stores what all replicas in sync have by now.
void Log::store_due(std::uint32_t index, Context& context) {
  Storage& storage = storages_[index];
  while (!storage.unstored.empty() && storage.unstored.front().stored_at <= context.now()) {
    const Handle handle = storage.unstored.front().message;
    storage.unstored.pop_front();
    confirms_.confirm_at_once(handle, condition_, context);
    hide(-1);
    append(handle, index, context);
  }
  store_later(index, context);
}

/// Sets the clock for the next record.
void Log::store_later(std::uint32_t index, Context& context) {
  Storage& storage = storages_[index];
  if (storage.unstored.empty()) return;
  const Time next = storage.unstored.front().stored_at;
  if (next == kNever || next == storage.due) return;
  storage.due = next;
  context.events.push(next, Phase::kCompletion, alarm(Alarm::stored, index));
}

/// Looks into what a broker tells a partition.
void Log::strike(std::uint32_t index, Strike strike, bool begins, Time since, Context& context) {
  Storage& storage = storages_[index];
  store_due(index, context);  // what is stored at this instant is stored
  switch (strike) {
    case Strike::crash:
      storage.is_down = begins;
      if (begins) lose_unstored(index, false, context);
      break;
    case Strike::failover:
      storage.fails_over = begins;
      if (begins) lose_unstored(index, false, context);
      break;
    case Strike::waiting:
      storage.waits = begins;
      for (std::size_t i = 0; begins && i < storage.unstored.size(); ++i) {
        storage.unstored[i].stored_at = kNever;
      }
      break;
    case Strike::too_few:
      storage.too_few = begins;
      if (begins) lose_unstored(index, true, context);
      break;
    case Strike::overtaken: {
      Partition& partition = partitions_[index];
      std::uint64_t from = partition.end();
      while (from > partition.first() && partition[from - 1].appended > since) --from;
      if (from < partition.end()) storage.gaps.push_back({from, partition.end()});
      break;
    }
  }
  partitions_[index].is_plain = storage.is_led() && storage.gaps.empty();
  if (!begins && storage.is_led()) resume(index, context);
}

/// Loses what its leader has alone, or of that what is to be stored before its sender goes on. Who
/// has not been told that it is stored is told that it is not.
void Log::lose_unstored(std::uint32_t index, bool of_those_who_wait, Context& context) {
  Storage& storage = storages_[index];
  for (std::size_t left = storage.unstored.size(); left > 0; --left) {
    const Storage::Unstored each = storage.unstored.front();
    storage.unstored.pop_front();
    if (of_those_who_wait && !waits_for_all(each.message, context)) {
      storage.unstored.push_back(each);
    } else {
      lose(each.message, context);
    }
  }
  store_later(index, context);
}

/// Whether a sender waits until all replicas in sync have its record.
bool Log::waits_for_all(Handle handle, const Context& context) const {
  const Message& message = context.messages[handle];
  return message.parent != 0 && !context.envelopes[message.pc].early;
}

/// Loses a record that is not stored.
void Log::lose(Handle handle, Context& context) {
  Message& message = context.messages[handle];
  for (Group& group : groups_) {
    --group.places.delayed;
    ++group.places.lost;
    group.metrics.lost.add(message.segment);
    context.see(Moment::lost, wiring_.address, message);
  }
  if (const Handle receipt = message.parent; receipt != 0) {
    message.parent = 0;
    context.messages[receipt].outcome = Outcome::unavailable;
    if (const Next next = answer(receipt, context)) context.post(next);
  } else {
    context.fail_root(message);
  }
  context.release(handle);
}

/// A partition has a leader: what came before that is taken, or stored, and it can be read.
void Log::resume(std::uint32_t index, Context& context) {
  Storage& storage = storages_[index];
  Time before = 0;
  for (std::size_t i = 0; i < storage.unstored.size(); ++i) {
    Storage::Unstored& each = storage.unstored[i];
    const Message& message = context.messages[each.message];
    if (message.parent != 0 && context.envelopes[message.pc].early) {
      confirms_.confirm_at_once(each.message, condition_, context);
    }
    if (storage.stores() && each.stored_at == kNever) {
      each.stored_at = std::max(before, context.now() + each.takes);
    }
    before = each.stored_at;
  }
  store_due(index, context);
  for (Group& group : groups_) {
    offer_to_poll(group, index, context);
    levels_changed(group, context);
  }
}

/// Passes a group over what is lost next, and says how much is there before the next loss.
std::uint64_t Log::readable(Group& group, std::uint32_t index, Context& context) {
  const Storage& storage = storages_[index];
  if (!storage.is_led()) return 0;
  Reading& reading = group.readings[index];
  std::uint64_t end = partitions_[index].end();
  for (const Storage::Gap& gap : storage.gaps) {
    if (gap.until <= reading.position) continue;
    if (gap.from > reading.position) {
      end = gap.from;
      break;
    }
    pass_over(group, index, gap.until, Reading::Fate::lost, context);
  }
  return end - reading.position;
}

}  // namespace spillway
