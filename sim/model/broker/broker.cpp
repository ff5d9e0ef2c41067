#include "sim/model/broker/broker.h"

#include <algorithm>

namespace spillway {

void Broker::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  std::vector<Nodes::Keeping> keeping;
  for (const Shard& shard : wiring_.shards) {
    keeping.push_back({shard.replicas, shard.is_partition, shard.unclean});
  }
  nodes_.restart(wiring_.nodes, keeping);
  if (wiring_.space != nullptr) wiring_.space->begin({&metrics_.fullest, &metrics_.alarmed});
  courses_.assign(wiring_.shards.size(), {});
  crashed_.clear();
}

Next Broker::on(Impair, std::uint32_t payload, Context& context) {
  const ImpairmentChange change = ImpairmentChange::of(payload);
  if (context.impairments[change.impairment].kind != FaultKind::crash) {
    // Each channel is told its own: they follow the broker's.
    ImpairmentChange told = change;
    for (const Address channel : wiring_.channels) {
      ++told.impairment;
      context.post({say<Impair>(channel), told.payload()});
    }
  } else if (change.begins) {
    crash(change.impairment, context);
  } else {
    restart(change.impairment, context);
  }
  return {};
}

void Broker::crash(std::uint32_t impairment, Context& context) {
  const std::uint32_t wanted = context.impairments[impairment].nodes;
  crashed_.emplace_back(impairment,
                        nodes_.take(wanted == 0 ? wiring_.nodes : wanted, context.now()));
  look_at_shards(context);
}

void Broker::restart(std::uint32_t impairment, Context& context) {
  const auto crash =
      std::ranges::find(crashed_, impairment, [](const auto& each) { return each.first; });
  nodes_.give(crash->second);
  crashed_.erase(crash);
  look_at_shards(context);
}

void Broker::look_at_shards(Context& context) {
  for (std::uint32_t shard = 0; shard < wiring_.shards.size(); ++shard) look_at(shard, context);
  metrics_.nodes_down.add(context.now(), nodes_.down() - metrics_.nodes_down.level());
  const auto leaderless = std::ranges::count_if(
      courses_, [](const Course& course) { return course.state != State::led; });
  metrics_.leaderless.add(context.now(), leaderless - metrics_.leaderless.level());
  const auto too_few = std::ranges::count_if(courses_, &Course::too_few);
  metrics_.too_few_in_sync.add(context.now(), too_few - metrics_.too_few_in_sync.level());
}

/// Tells a shard what has become of it. What begins is told before what ends, so that it never
/// looks sound in between.
void Broker::look_at(std::uint32_t index, Context& context) {
  const Shard& shard = wiring_.shards[index];
  Course& course = courses_[index];
  const State before = course.state;
  switch (nodes_.lead(index)) {
    case Nodes::Lead::led:
      course.state = State::led;
      break;
    case Nodes::Lead::vacant:
      course.state = State::electing;
      break;
    case Nodes::Lead::none:
      course.state = State::down;
      break;
  }
  if (course.state != before) {
    if (course.state == State::electing) {
      tell(shard, shard.failover, true, context);
      miss_later(index, context);
    }
    if (course.state == State::down) tell(shard, shard.crash, true, context);
  }
  if (shard.is_partition) look_at_replicas(index, context);
  if (course.state != before) {
    if (before == State::electing) tell(shard, shard.failover, false, context);
    if (before == State::down) tell(shard, shard.crash, false, context);
  }
}

/// Tells a partition whether its leader waits for a replica, and whether enough are in sync.
void Broker::look_at_replicas(std::uint32_t index, Context& context) {
  const Shard& shard = wiring_.shards[index];
  Course& course = courses_[index];
  if (const bool waits = nodes_.waits(index); waits != course.waits) {
    course.waits = waits;
    tell(shard, shard.waiting(), waits, context);
    if (waits) miss_later(index, context);
  }
  if (const bool too_few = nodes_.in_sync(index) < shard.min_in_sync; too_few != course.too_few) {
    course.too_few = too_few;
    tell(shard, shard.too_few(), too_few, context);
  }
}

void Broker::miss_later(std::uint32_t index, Context& context) {
  Course& course = courses_[index];
  const std::uint32_t lane = wiring_.shards[index].lane;
  course.misses_at = context.now() + context.sites[wiring_.failover].at(course.missed++, lane);
  context.events.push(course.misses_at, Phase::kFault, {say<Tick>(wiring_.address), index});
}

Next Broker::on(Tick, std::uint32_t index, Context& context) {
  const Course& course = courses_[index];
  // Meanwhile all may be back, or nobody there, and others gone.
  if (course.misses_at != context.now()) return {};
  if (course.state == State::electing) {
    const Shard& shard = wiring_.shards[index];
    if (const Time since = nodes_.elect(index); since != kNever) {
      context.impairments[shard.overtaken()].since = since;
      tell(shard, shard.overtaken(), true, context);
    }
    metrics_.failovers.add(context.timeline.segment_of(context.now()));
  } else if (course.waits) {
    nodes_.put_out(index);
  } else {
    return {};
  }
  look_at_shards(context);
  return {};
}

void Broker::tell(const Shard& shard, std::uint32_t impairment, bool begins,
                  Context& context) const {
  context.post({say<Impair>(shard.channel), ImpairmentChange{impairment, begins}.payload()});
}

}  // namespace spillway
