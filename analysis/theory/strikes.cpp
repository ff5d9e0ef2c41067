#include "analysis/theory/strikes.h"

#include "sim/kernel/time.h"
#include "sim/scenario/struck.h"

namespace spillway::theory {
namespace {

/// What a fault does if it hits the component.
std::optional<FaultKind> kind_of(const Scenario& scenario, const FaultParameters& fault,
                                 const std::string& name) {
  for (const Struck& struck : struck_components(scenario, fault)) {
    if (struck.name == name) return struck.kind;
  }
  return std::nullopt;
}

/// Whether it strikes the network: then nothing is said of whom it does not touch either.
bool strikes_edges(const FaultParameters& fault) {
  return fault.loss || fault.latency || fault.partition;
}

/// The broker of the queue of that name; empty: it is on none.
std::string broker_of(const Scenario& scenario, const std::string& name) {
  for (const auto& queue : scenario.queues) {
    if (queue.name == name && queue.parameters.broker) return queue.parameters.broker->name;
  }
  return {};
}

}  // namespace

std::optional<std::vector<Strike>> strikes_on(const Scenario& scenario, const std::string& name) {
  std::vector<Strike> strikes;
  const std::string broker = broker_of(scenario, name);
  for (const auto& fault : scenario.faults) {
    const FaultParameters& parameters = fault.parameters;
    if (strikes_edges(parameters)) return std::nullopt;
    if (!broker.empty() && kind_of(scenario, parameters, broker)) return std::nullopt;
    const auto kind = kind_of(scenario, parameters, name);
    if (!kind) continue;
    if (parameters.at && parameters.at->ns >= scenario.run.duration.ns) continue;
    // No closed form knows them.
    if (parameters.purge || parameters.redrive || parameters.instances) return std::nullopt;
    const auto lasts = parameters.lasts->fixed();
    if (!parameters.at || parameters.every || !lasts) return std::nullopt;
    Strike strike{*kind, to_seconds(parameters.at->ns), 0, 1, 0};
    strike.until_s = strike.from_s + to_seconds(*lasts);
    if (parameters.times) strike.times = parameters.times->value;
    if (parameters.share) strike.share = parameters.share->value;
    strikes.push_back(strike);
  }
  return strikes;
}

bool is_struck(const Scenario& scenario, const std::string& name) {
  const auto strikes = strikes_on(scenario, name);
  return !strikes || !strikes->empty();
}

}  // namespace spillway::theory
