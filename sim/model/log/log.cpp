#include "sim/model/log/log.h"

#include <utility>

#include "sim/flow/attributes.h"
#include "sim/flow/request.h"
#include "sim/model/log/assignment.h"

namespace spillway {

Log::Log(Wiring wiring) : wiring_(std::move(wiring)) {
  std::uint32_t members = 0;
  for (GroupWiring& each : wiring_.groups) {
    Group& group = groups_.emplace_back();
    group.first_member = members;
    members += each.members;
    group.wiring = std::move(each);
  }
  wiring_.groups.clear();
  members_.resize(members);
  partitions_.resize(wiring_.partitions);
}

void Log::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  condition_.restart();
  unconfirmed_.clear();
  in_turn_ = 0;
  for (Partition& partition : partitions_) partition.restart();
  for (std::uint32_t index = 0; index < groups_.size(); ++index) {
    Group& group = groups_[index];
    begin_measures(group.metrics, context.timeline, demand);
    group.closed = 0;
    group.ready = group.in_flight = 0;
    group.places = {};
    group.oldest.restart(partitions_.size());
    group.behind.restart(partitions_.size());
    group.readings.clear();
    group.readings.resize(partitions_.size());
    const auto readers = assigned_by_range(wiring_.partitions, group.wiring.members);
    for (std::uint32_t partition = 0; partition < wiring_.partitions; ++partition) {
      group.readings[partition].member = group.first_member + readers[partition];
    }
    for (std::uint32_t i = 0; i < group.wiring.members; ++i) {
      Member& member = members_[group.first_member + i];
      member = {};
      member.group = index;
    }
  }
}

Next Log::on(Offer, Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  context.see(Moment::arrived, wiring_.address, message);
  if (!condition_.sound()) [[unlikely]] {
    if (condition_.down()) {
      refuse(handle, Outcome::unavailable, context);
      return {};
    }
    if (condition_.errs(message, context)) {
      refuse(handle, Outcome::error, context);
      return {};
    }
  }
  metrics_.appended.add(message.segment);
  confirm(handle, Outcome::ok, context);
  append(handle, partition_for(message, context), context);
  return {};
}

void Log::refuse(Handle handle, Outcome why, Context& context) {
  const Message& message = context.messages[handle];
  metrics_.rejected.add(message.segment);
  context.see(Moment::refused, wiring_.address, message);
  // A sender that waits for the confirm decides itself what that means.
  if (message.parent == 0) context.fail_root(message);
  confirm(handle, why, context);
  context.release(handle);
}

void Log::confirm(Handle handle, Outcome outcome, Context& context) {
  Message& message = context.messages[handle];
  const Handle receipt = message.parent;
  if (receipt == 0) return;
  message.parent = 0;
  Message& waiting = context.messages[receipt];
  waiting.outcome = outcome;
  if (condition_.hung()) [[unlikely]] {
    unconfirmed_.push_back(receipt);
    return;
  }
  const Time takes =
      wiring_.confirm ? condition_.stretched(context.draw(*wiring_.confirm, waiting)) : 0;
  if (takes > 0) {
    // The receipt rests here, and comes back to this log to be sent on.
    context.events.push(context.now() + takes, Phase::kCompletion,
                        {say<Done>(wiring_.address), receipt});
  } else if (const Next next = answer(receipt, context)) {
    context.post(next);
  }
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
    condition_.change(change, context);
    if (!condition_.hung()) {
      while (!unconfirmed_.empty()) {
        const Handle receipt = unconfirmed_.front();
        unconfirmed_.pop_front();
        if (const Next next = answer(receipt, context)) context.post(next);
      }
    }
    if (answers()) {
      for (std::uint32_t member = 0; member < members_.size(); ++member) poll_over(member, context);
      for (Group& group : groups_) levels_changed(group, context);
    }
    return {};
  }
  for (Group& group : groups_) {
    if (group.wiring.consumer != hit) continue;
    if (change.begins ? group.closed++ != 0 : --group.closed != 0) continue;
    for (std::uint32_t i = 0; i < group.wiring.members; ++i) {
      const std::uint32_t member = group.first_member + i;
      if (change.begins) {
        stop(member, context);
      } else {
        members_[member].is_up = true;
      }
    }
    for (std::uint32_t partition = 0; partition < partitions_.size(); ++partition) {
      if (change.begins) {
        go_back(group, partition, context);
      } else {
        offer_to_poll(group, partition, context);
      }
    }
    levels_changed(group, context);
  }
  return {};
}

}  // namespace spillway
