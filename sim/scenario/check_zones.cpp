#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/language/suggestion.h"
#include "sim/scenario/check.h"
#include "sim/scenario/names.h"
#include "sim/scenario/sections.h"

namespace spillway {
namespace {

/// The zones that components are in.
std::vector<std::string_view> zones_of(const Scenario& scenario) {
  std::vector<std::string_view> zones;
  for_each_section([&](const auto& section) {
    if (section.noun == Noun::fault) return;
    for (const auto& component : scenario.*section.components) {
      if constexpr (requires { component.parameters.zone; }) {
        if (component.parameters.zone) zones.push_back(component.parameters.zone->name);
      }
    }
  });
  return zones;
}

void check_zone(Reader& reader, std::string_view zone, const Location& at,
                const std::vector<std::string_view>& zones) {
  if (std::ranges::find(zones, zone) != zones.end()) return;
  reader.error("unknown-name", at, fmt::format("no component is in the zone '{}'", zone),
               zones.empty() ? fmt::format("say of those that are: zone: {}", zone)
                             : did_you_mean(zone, zones));
}

void check_distances(Reader& reader, const Scenario& scenario,
                     const std::vector<std::string_view>& zones) {
  const Reader::Scope scope(reader, "zones.between");
  std::map<std::pair<std::string_view, std::string_view>, Location> known;
  for (const auto& [pair, distance] : scenario.zones.between.pairs) {
    const Reader::Scope inner(reader, pair.name);
    const auto [from, to] = split_edge(pair.name);
    check_zone(reader, from, pair.at, zones);
    if (to != from) check_zone(reader, to, pair.at, zones);
    const auto [first, is_new] = known.emplace(std::minmax(from, to), pair.at);
    if (!is_new) {
      reader.error(
          "duplicate-name", pair.at,
          fmt::format("the distance of these two stands in line {} already", first->second.line),
          "it is the same in both directions");
    }
    if (!distance.column.empty()) {
      reader.error("wrong-place", pair.at,
                   "a distance has no row of a trace to take a column from");
    }
  }
}

}  // namespace

void check_zones(Reader& reader, const Scenario& scenario) {
  const std::vector<std::string_view> zones = zones_of(scenario);
  check_distances(reader, scenario, zones);
  for (const auto& fault : scenario.faults) {
    if (!fault.parameters.zone) continue;
    const Reader::Scope scope(reader, fmt::format("faults.{}.zone", fault.name));
    check_zone(reader, fault.parameters.zone->name, fault.parameters.zone->at, zones);
  }
  for (const auto& consumer : scenario.consumers) {
    const std::string& from = consumer.parameters.from.name;
    const auto queue = std::ranges::find(scenario.queues, from, &Component<QueueParameters>::name);
    if (queue == scenario.queues.end() || !queue->parameters.delivery) continue;
    if (&network_between(scenario, from, consumer.name) == &scenario.network) continue;
    const Reader::Scope scope(reader, fmt::format("consumers.{}.from", consumer.name));
    reader.error("wrong-place", consumer.parameters.from.at,
                 fmt::format("the 'delivery' of '{}' is what broker and network take together: it "
                             "holds for no consumer in another zone",
                             from),
                 "leave 'delivery' out, or put both into one zone");
  }
  const auto check_channels = [&](const auto& channels, std::string_view section,
                                  std::string_view what) {
    for (const auto& channel : channels) {
      if (!channel.parameters.zone || !channel.parameters.broker) continue;
      const Reader::Scope scope(reader, fmt::format("{}.{}.zone", section, channel.name));
      reader.error("wrong-place", channel.parameters.zone->at,
                   fmt::format("{} on a broker is where its broker is", what),
                   fmt::format("brokers: {{{}: {{zone: {}}}}}", channel.parameters.broker->name,
                               channel.parameters.zone->name));
    }
  };
  check_channels(scenario.queues, "queues", "a queue");
  check_channels(scenario.logs, "logs", "a log");
}

}  // namespace spillway
