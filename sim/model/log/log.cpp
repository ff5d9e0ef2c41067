#include "sim/model/log/log.h"

#include <utility>

#include "sim/flow/attributes.h"
#include "sim/flow/request.h"
#include "sim/model/log/assignment.h"

namespace spillway {

Log::Log(Wiring wiring) : wiring_(std::move(wiring)), confirms_(wiring_.address, wiring_.confirm) {
  for (GroupWiring& each : wiring_.groups) {
    const auto index = static_cast<std::uint32_t>(groups_.size());
    Group& group = groups_.emplace_back();
    group.wiring = std::move(each);
    for (std::uint32_t r = 0; r < group.wiring.readers.size(); ++r) {
      const Reader& reader = group.wiring.readers[r];
      const std::uint32_t end = reader.first_member + reader.members;
      if (members_.size() < end) members_.resize(end);
      for (std::uint32_t member = reader.first_member; member < end; ++member) {
        members_[member].group = index;
        members_[member].reader = r;
        group.members.push_back(member);
      }
    }
  }
  wiring_.groups.clear();
  partitions_.resize(wiring_.partitions);
  if (wiring_.throughput) throughputs_.assign(wiring_.partitions, *wiring_.throughput);
}

void Log::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  condition_.restart();
  confirms_.restart();
  in_turn_ = 0;
  for (Partition& partition : partitions_) partition.restart();
  for (Throughput& throughput : throughputs_) throughput.restart();
  storages_.clear();
  if (wiring_.on_broker) storages_.resize(partitions_.size());
  for (Group& group : groups_) {
    begin_measures(group.metrics, context.timeline, demand);
    group.ready = group.in_flight = group.unread = 0;
    group.missing = 0;
    group.rebalances = false;
    group.places = {};
    group.oldest.restart(partitions_.size());
    group.behind.restart(partitions_.size());
    group.readings.clear();
    group.readings.resize(partitions_.size());
    for (Reader& reader : group.wiring.readers) reader.closed = 0;
    const auto members = static_cast<std::uint32_t>(group.members.size());
    const auto readers = assigned_by_range(wiring_.partitions, members);
    for (std::uint32_t partition = 0; partition < wiring_.partitions; ++partition) {
      group.readings[partition].member = group.members[readers[partition]];
    }
    Time place = 0;
    for (const std::uint32_t index : group.members) {
      Member fresh;
      fresh.group = members_[index].group;
      fresh.reader = members_[index].reader;
      // Heartbeats of those who were there before are spread evenly.
      const Time beat = reader_of(fresh).heartbeat;
      fresh.joined_at = -(beat / static_cast<Time>(members)) * place++;
      members_[index] = std::move(fresh);
    }
  }
}

void Log::claim(Context& context) {
  for (Group& group : groups_) {
    for (Reader& reader : group.wiring.readers) {
      if (reader.patience != kNever) reader.patience_lane = context.events.add_lane();
    }
  }
}

Next Log::on(Offer, Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  context.see(Moment::arrived, wiring_.address, message);
  if (!condition_.sound()) [[unlikely]] {
    if (const Outcome outcome = welcomes(message, context); outcome != Outcome::ok) {
      refuse(handle, outcome, context);
      return {};
    }
  }
  if (wiring_.on_broker) [[unlikely]] {
    take_in(handle, context);
    return {};
  }
  const std::uint32_t partition = partition_for(message, context);
  if (is_throttled(handle, partition, context)) return {};
  metrics_.appended.add(message.segment);
  confirms_.confirm(handle, Outcome::ok, condition_, context);
  append(handle, partition, context);
  return {};
}

/// What a message meets at a log that something ails; ok: it may come in.
Outcome Log::welcomes(const Message& message, Context& context) const {
  if (condition_.down()) return Outcome::unavailable;
  return condition_.errs(message, context) ? Outcome::error : Outcome::ok;
}

/// Takes records that came as one into one partition, or refuses them all. What becomes of the
/// first becomes of all.
Next Log::on(Together, Handle first, Context& context) {
  const Message& front = context.messages[first];
  Outcome outcome = condition_.sound() ? Outcome::ok : welcomes(front, context);
  std::uint32_t partition = 0;
  if (outcome == Outcome::ok) {
    partition =
        wiring_.on_broker ? led_partition_for(front, context) : partition_for(front, context);
    if ((wiring_.on_broker && refuses(first, partition, context)) ||
        is_throttled_together(first, partition, context)) {
      outcome = Outcome::unavailable;
    }
  }
  for (Handle handle = first; handle != 0;) {
    Message& message = context.messages[handle];
    const Handle next = std::exchange(message.next, 0);
    context.see(Moment::arrived, wiring_.address, message);
    if (outcome != Outcome::ok) {
      refuse(handle, outcome, context);
    } else if (wiring_.on_broker) {
      store(handle, partition, context);
    } else {
      metrics_.appended.add(message.segment);
      confirms_.confirm(handle, Outcome::ok, condition_, context);
      append(handle, partition, context);
    }
    handle = next;
  }
  return {};
}

/// The same as `is_throttled`, of records that came as one: all of them, or none.
bool Log::is_throttled_together(Handle first, std::uint32_t partition, Context& context) {
  if (throughputs_.empty()) return false;
  std::int64_t size = 0;
  std::int64_t records = 0;
  for (Handle each = first; each != 0; each = context.messages[each].next) {
    size += size_of(context.messages[each], context);
    ++records;
  }
  if (throughputs_[partition].admits(size, context.now(), records)) return false;
  for (Handle each = first; each != 0; each = context.messages[each].next) {
    metrics_.throttled.add(context.messages[each].segment);
  }
  return true;
}

/// Refuses a record that is more than its partition takes in a second.
bool Log::is_throttled(Handle handle, std::uint32_t partition, Context& context) {
  if (throughputs_.empty()) return false;
  const Message& message = context.messages[handle];
  if (throughputs_[partition].admits(size_of(message, context), context.now())) return false;
  metrics_.throttled.add(message.segment);
  refuse(handle, Outcome::unavailable, context);
  return true;
}

void Log::refuse(Handle handle, Outcome why, Context& context) {
  metrics_.rejected.add(context.messages[handle].segment);
  confirms_.refuse(handle, why, condition_, context);
}

Next Log::on(Done, Handle receipt, Context& context) { return answer(receipt, context); }

std::uint32_t Log::partition_for(const Message& message, Context& context) {
  if (wiring_.partitions == 1) return 0;
  const AttributeTable* table = attributes_of(message, context);
  if (table == nullptr || table->key_site == AttributeTable::kNone) {
    const std::uint32_t partition = in_turn_;
    in_turn_ = partition + 1 == wiring_.partitions ? 0 : partition + 1;
    return partition;
  }
  return static_cast<std::uint32_t>(mix64(spillway::key_of(message, context)) % wiring_.partitions);
}

void Log::append(Handle handle, std::uint32_t index, Context& context) {
  const auto wanting = static_cast<std::uint32_t>(groups_.size());
  if (wanting == 0) {
    context.release(handle);
    return;
  }
  context.messages[handle].next = 0;
  partitions_[index].append({handle, wanting, wanting, context.now()});
  if (wiring_.deletes) [[unlikely]]
    watch_growth(index, context);
  for (Group& group : groups_) {
    ++group.places.sent;
    ++group.ready;
    watch(group, index, context);
    offer_to_poll(group, index, context);
    levels_changed(group, context);
  }
}

Next Log::on(Impair, std::uint32_t payload, Context& context) {
  const ImpairmentChange change = ImpairmentChange::of(payload);
  const Address hit = context.impairments[change.impairment].target;
  if (hit == wiring_.address) {
    if (wiring_.on_broker && change.impairment - wiring_.strikes < kStrikes * partitions_.size()) {
      const std::uint32_t told = change.impairment - wiring_.strikes;
      strike(told / kStrikes, static_cast<Strike>(told % kStrikes), change.begins,
             context.impairments[change.impairment].since, context);
      return {};
    }
    condition_.change(change, context);
    if (!condition_.hung()) confirms_.resume(context);
    if (answers()) {
      for (std::uint32_t member = 0; member < members_.size(); ++member) poll_over(member, context);
      for (Group& group : groups_) levels_changed(group, context);
    }
    return {};
  }
  const bool crashes = context.impairments[change.impairment].kind == FaultKind::crash;
  for (Group& group : groups_) {
    for (Reader& reader : group.wiring.readers) {
      if (reader.consumer != hit) continue;
      if (change.begins ? reader.closed++ != 0 : --reader.closed != 0) continue;
      consumer_changes(group, reader, change.begins, crashes, context);
      levels_changed(group, context);
    }
  }
  return {};
}

}  // namespace spillway
