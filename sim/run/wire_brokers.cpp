#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "sim/run/by_name.h"
#include "sim/run/wiring.h"
#include "sim/scenario/brokers.h"
#include "sim/scenario/struck.h"

namespace spillway {

/// The spaces on the nodes of brokers that have an alarm, before their queues.
void Wiring::make_spaces() {
  for (const auto* broker : by_name(scenario_.brokers)) {
    const BrokerParameters& says = broker->parameters;
    if (!has_alarm(says)) continue;
    spaces_[broker->name] =
        world_.spaces_
            .emplace_back(std::make_unique<BrokerSpace>(static_cast<std::uint32_t>(says.nodes),
                                                        most_without_alarm(says)))
            .get();
  }
}

/// Places a broker's queues on its nodes, in turn, in the order of their names, and then the
/// partitions of its logs. Each is told of what strikes it by impairments of its own.
void Wiring::wire_broker(const Component<BrokerParameters>& declared) {
  Broker::Wiring wiring;
  wiring.address = address_of(declared.name);
  wiring.nodes = static_cast<std::uint32_t>(declared.parameters.nodes);
  wiring.failover = add_site(declared.name + "/failover", declared.parameters.failover);
  auto& impairments = world_.context_.impairments;
  for (const auto* queue : by_name(scenario_.queues)) {
    if (broker_of(scenario_, *queue) != &declared) continue;
    Broker::Shard shard;
    shard.channel = address_of(queue->name);
    shard.lane = lane_of(queue->name);
    shard.replicas = static_cast<std::uint32_t>(replicas_of(scenario_, *queue));
    shard.crash = static_cast<std::uint32_t>(impairments.size());
    impairments.emplace_back().kind = FaultKind::crash;
    impairments.back().target = shard.channel;
    shard.failover = static_cast<std::uint32_t>(impairments.size());
    impairments.emplace_back().kind = FaultKind::failover;
    impairments.back().target = shard.channel;
    wiring.channels.push_back(shard.channel);
    wiring.shards.push_back(shard);
  }
  for (const auto* log : by_name(scenario_.logs)) {
    if (broker_of(scenario_, *log) == &declared) place_log(*log, wiring);
  }
  if (const auto space = spaces_.find(declared.name); space != spaces_.end()) {
    wiring.space = space->second;
  }
  std::get<std::vector<Broker>>(world_.pools_).emplace_back(std::move(wiring));
}

/// Places a log's partitions on the nodes of its broker.
void Wiring::place_log(const Component<LogParameters>& declared, Broker::Wiring& wiring) {
  auto& impairments = world_.context_.impairments;
  const Address address = address_of(declared.name);
  std::get<std::vector<Log>>(world_.pools_)[index_of(address)].put_on_broker(
      static_cast<std::uint32_t>(impairments.size()));
  wiring.channels.push_back(address);
  for (Count i = 0; i < declared.parameters.partitions; ++i) {
    Broker::Shard shard;
    shard.channel = address;
    shard.lane = lane_of(fmt::format("{}/{}", declared.name, i));
    shard.replicas = static_cast<std::uint32_t>(replicas_of(scenario_, declared));
    shard.is_partition = true;
    shard.unclean = declared.parameters.unclean_election;
    shard.min_in_sync = static_cast<std::uint32_t>(declared.parameters.min_in_sync.value_or(1));
    shard.crash = static_cast<std::uint32_t>(impairments.size());
    shard.failover = shard.crash + 1;
    for (const FaultKind kind : {FaultKind::crash, FaultKind::failover, FaultKind::waiting,
                                 FaultKind::too_few, FaultKind::overtaken}) {
      impairments.emplace_back().kind = kind;
      impairments.back().target = address;
    }
    wiring.shards.push_back(shard);
  }
}

/// Says what a queue has from its broker.
void Wiring::put_on_broker(const Component<QueueParameters>& declared, Queue::Wiring& wiring) {
  const Component<BrokerParameters>* broker = broker_of(scenario_, declared);
  if (broker == nullptr) return;
  wiring.on_broker = true;
  // Without sizes nothing takes any space.
  if (const auto space = spaces_.find(broker->name); space != spaces_.end() && wiring.weighs) {
    std::uint32_t leader = 0;
    for (const auto* queue : by_name(scenario_.queues)) {
      if (queue->name < declared.name && broker_of(scenario_, *queue) == broker) ++leader;
    }
    wiring.space = space->second;
    wiring.number_there = space->second->add_queue(
        leader, static_cast<std::uint32_t>(replicas_of(scenario_, declared)));
    wiring.screens = true;
  }
  wiring.replicated = replicas_of(scenario_, declared) > 1;
  wiring.may_fail = std::ranges::any_of(scenario_.faults, [&](const auto& fault) {
    return std::ranges::any_of(
        struck_components(scenario_, fault.parameters), [&](const Struck& struck) {
          return struck.name == broker->name &&
                 (struck.kind == FaultKind::outage || struck.kind == FaultKind::crash);
        });
  });
  for_each_send_to(scenario_, declared.name, [&](const SendParameters& send) {
    wiring.may_confirm_early = wiring.may_confirm_early || !send.persistent.value_or(true) ||
                               send.confirm_when == ConfirmWhen::accepted;
  });
}

/// What strikes a broker and no single nodes of its strikes each of its queues: theirs follow the
/// broker's own.
void Wiring::spread_impairment(const Impairment& impairment) {
  if (impairment.target == 0 || kind_in(impairment.target) != kind_of<Broker> ||
      impairment.kind == FaultKind::crash) {
    return;
  }
  const auto& brokers = std::get<std::vector<Broker>>(world_.pools_);
  Impairment of_channel = impairment;
  of_channel.disconnects = impairment.kind == FaultKind::outage;
  for (const Address channel : brokers[index_of(impairment.target)].channels()) {
    of_channel.target = channel;
    world_.context_.impairments.push_back(of_channel);
  }
}

}  // namespace spillway
