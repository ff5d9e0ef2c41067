#include "sim/scenario/struck.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "sim/scenario/brokers.h"
#include "sim/scenario/edge_uses.h"
#include "sim/scenario/sections.h"

namespace spillway {

namespace {

/// What the loss of its zone is to a component.
FaultKind when_lost(Noun noun) {
  const bool crashes = includes(Noun::service | Noun::consumer | Noun::broker, noun);
  return crashes ? FaultKind::crash : FaultKind::outage;
}

std::vector<Struck> struck_in(const Scenario& scenario, std::string_view zone) {
  std::vector<Struck> struck;
  for_each_section([&](const auto& section) {
    if (!includes(kFaultTargets, section.noun)) return;
    const std::size_t before = struck.size();
    for (const auto& component : scenario.*section.components) {
      if constexpr (requires { component.parameters.zone; }) {
        const auto& in = component.parameters.zone;
        if (in && in->name == zone) struck.push_back({component.name, when_lost(section.noun)});
      }
    }
    std::ranges::sort(struck.begin() + static_cast<std::ptrdiff_t>(before), struck.end(), {},
                      &Struck::name);
  });
  return struck;
}

}  // namespace

std::vector<Struck> struck_components(const Scenario& scenario, const FaultParameters& fault) {
  if (fault.zone) return struck_in(scenario, fault.zone->name);
  const std::pair<const std::optional<Reference>*, FaultKind> kinds[] = {
      {&fault.outage, FaultKind::outage}, {&fault.hang, FaultKind::hang},
      {&fault.crash, FaultKind::crash},   {&fault.slow, FaultKind::slow},
      {&fault.errors, FaultKind::errors}, {&fault.capacity, FaultKind::capacity},
      {&fault.pause, FaultKind::pause},   {&fault.restart, FaultKind::restart},
      {&fault.purge, FaultKind::purge},   {&fault.redrive, FaultKind::redrive},
  };
  static_assert(std::size(kinds) + 1 + kEdgeFaultKinds == kFaultKinds);
  if (fault.set) return {{fault.set->component.name, FaultKind::set}};
  for (const auto& [target, kind] : kinds) {
    if (*target) return {{(*target)->name, kind}};
  }
  return {};
}

std::vector<const std::string*> sources_of(const Scenario& scenario,
                                           std::string_view dead_letters) {
  std::vector<const std::string*> sources;
  for (const auto& queue : scenario.queues) {
    const auto& dead = queue.parameters.dead_letter;
    if (dead && dead->to.name == dead_letters) sources.push_back(&queue.name);
  }
  return sources;
}

const std::string* redriven_to(const Scenario& scenario, const FaultParameters& fault) {
  if (!fault.redrive) return nullptr;
  if (fault.to) return fault.to->queue ? &fault.to->queue->name : nullptr;
  const std::vector<const std::string*> sources = sources_of(scenario, fault.redrive->name);
  return sources.size() == 1 ? sources.front() : nullptr;
}

std::vector<std::string> struck_by(const Scenario& scenario, const FaultParameters& fault) {
  std::vector<std::string> struck;
  for (const auto& [name, kind] : struck_components(scenario, fault)) {
    struck.push_back(name);
    for (const Component<QueueParameters>& queue : scenario.queues) {
      const Component<BrokerParameters>* broker = broker_of(scenario, queue);
      if (broker != nullptr && broker->name == name) struck.push_back(queue.name);
    }
    for (const Component<LogParameters>& log : scenario.logs) {
      const Component<BrokerParameters>* broker = broker_of(scenario, log);
      if (broker != nullptr && broker->name == name) struck.push_back(log.name);
    }
  }
  if (fault.loss) {
    for (const auto& [edge, share] : fault.loss->edges) struck.push_back(edge.name);
  }
  if (fault.latency) {
    for (const auto& [edge, delay] : fault.latency->edges) struck.push_back(edge.name);
  }
  if (fault.partition) {
    const auto& [one, other] = fault.partition->ends;
    for (std::string& edge : edges_between(edge_uses(scenario), one.name, other.name)) {
      struck.push_back(std::move(edge));
    }
  }
  return struck;
}

}  // namespace spillway
