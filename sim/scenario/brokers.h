#pragma once

#include <algorithm>

#include "sim/scenario/flow_graph.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// The broker that a queue is on; nullptr: none.
inline const Component<BrokerParameters>* broker_of(const Scenario& scenario,
                                                    const Component<QueueParameters>& queue) {
  const auto& on = queue.parameters.broker;
  if (!on) return nullptr;
  const auto found =
      std::ranges::find(scenario.brokers, on->name, &Component<BrokerParameters>::name);
  return found == scenario.brokers.end() ? nullptr : &*found;
}

/// How many nodes have what the queue stores: no more than there are.
inline Count replicas_of(const Scenario& scenario, const Component<QueueParameters>& queue) {
  const Component<BrokerParameters>* broker = broker_of(scenario, queue);
  return broker == nullptr
             ? 1
             : std::min(queue.parameters.replication.value_or(1), broker->parameters.nodes);
}

/// Visits each send to a channel, and the requests to it.
template <class Visitor>
void for_each_send_to(const Scenario& scenario, const std::string& channel, Visitor&& visit) {
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string&) {
                    const SendParameters* send = sending(step);
                    if (send != nullptr && send->channel.name == channel) visit(*send);
                  });
  }
}

}  // namespace spillway
