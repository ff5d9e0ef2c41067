#include "sim/model/broker/broker.h"

#include <algorithm>

namespace spillway {

void Broker::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  std::vector<std::uint32_t> replicas;
  for (const Shard& shard : wiring_.shards) replicas.push_back(shard.replicas);
  nodes_.restart(wiring_.nodes, replicas);
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
  crashed_.emplace_back(impairment, nodes_.take(wanted == 0 ? wiring_.nodes : wanted));
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
  if (course.state == before) return;
  if (course.state == State::electing) begin_failover(index, context);
  if (course.state == State::down) tell(shard, shard.crash, true, context);
  if (before == State::electing) tell(shard, shard.failover, false, context);
  if (before == State::down) tell(shard, shard.crash, false, context);
}

void Broker::begin_failover(std::uint32_t index, Context& context) {
  const Shard& shard = wiring_.shards[index];
  Course& course = courses_[index];
  tell(shard, shard.failover, true, context);
  course.elects_at =
      context.now() + context.sites[wiring_.failover].at(course.failovers++, shard.lane);
  context.events.push(course.elects_at, Phase::kFault, {say<Tick>(wiring_.address), index});
}

Next Broker::on(Tick, std::uint32_t index, Context& context) {
  const Course& course = courses_[index];
  // Meanwhile its majority may have gone, and another failover begun.
  if (course.state != State::electing || course.elects_at != context.now()) return {};
  nodes_.elect(index);
  metrics_.failovers.add(context.timeline.segment_of(context.now()));
  look_at_shards(context);
  return {};
}

void Broker::tell(const Shard& shard, std::uint32_t impairment, bool begins,
                  Context& context) const {
  context.post({say<Impair>(shard.channel), ImpairmentChange{impairment, begins}.payload()});
}

}  // namespace spillway
