#include "sim/scenario/struck.h"

#include "sim/scenario/brokers.h"
#include "sim/scenario/edge_uses.h"

namespace spillway {

std::vector<std::string> struck_by(const Scenario& scenario, const FaultParameters& fault) {
  std::vector<std::string> struck;
  for (const auto* target :
       {&fault.outage, &fault.hang, &fault.crash, &fault.slow, &fault.errors, &fault.capacity}) {
    if (!*target) continue;
    const std::string& name = (*target)->name;
    struck.push_back(name);
    for (const Component<QueueParameters>& queue : scenario.queues) {
      const Component<BrokerParameters>* broker = broker_of(scenario, queue);
      if (broker != nullptr && broker->name == name) struck.push_back(queue.name);
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
