#include "sim/scenario/zones.h"

#include "sim/scenario/brokers.h"
#include "sim/scenario/names.h"
#include "sim/scenario/sections.h"

namespace spillway {

std::string_view zone_of(const Scenario& scenario, std::string_view component) {
  std::string_view zone;
  for_each_section([&](const auto& section) {
    for (const auto& each : scenario.*section.components) {
      if constexpr (requires { each.parameters.zone; }) {
        if (each.name == component && each.parameters.zone) zone = each.parameters.zone->name;
      }
    }
  });
  if (!zone.empty()) return zone;
  const auto look = [&](const auto& channels) {
    for (const auto& channel : channels) {
      if (channel.name != component) continue;
      const Component<BrokerParameters>* broker = broker_of(scenario, channel);
      if (broker != nullptr && broker->parameters.zone) zone = broker->parameters.zone->name;
    }
  };
  look(scenario.queues);
  look(scenario.logs);
  return zone;
}

const Distribution& network_between(const Scenario& scenario, std::string_view one,
                                    std::string_view other) {
  if (scenario.zones.between.pairs.empty()) return scenario.network;
  const std::string_view here = zone_of(scenario, one), there = zone_of(scenario, other);
  if (here.empty() || there.empty()) return scenario.network;
  for (const auto& [pair, distance] : scenario.zones.between.pairs) {
    const auto [from, to] = split_edge(pair.name);
    if ((from == here && to == there) || (from == there && to == here)) return distance;
  }
  return scenario.network;
}

}  // namespace spillway
