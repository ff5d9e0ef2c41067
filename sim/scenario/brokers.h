#pragma once

#include <algorithm>

#include "sim/scenario/flow_graph.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// The broker that a queue or log is on; nullptr: none.
template <class P>
const Component<BrokerParameters>* broker_of(const Scenario& scenario,
                                             const Component<P>& channel) {
  const auto& on = channel.parameters.broker;
  if (!on) return nullptr;
  const auto found =
      std::ranges::find(scenario.brokers, on->name, &Component<BrokerParameters>::name);
  return found == scenario.brokers.end() ? nullptr : &*found;
}

/// How many nodes have what the queue or log stores: no more than there are.
template <class P>
Count replicas_of(const Scenario& scenario, const Component<P>& channel) {
  const Component<BrokerParameters>* broker = broker_of(scenario, channel);
  return broker == nullptr
             ? 1
             : std::min(channel.parameters.replication.value_or(1), broker->parameters.nodes);
}

/// Whether copies of a topic come to a queue.
inline bool copies_come_to(const Scenario& scenario, const std::string& topic,
                           const std::string& queue) {
  return std::ranges::any_of(scenario.topics, [&](const auto& each) {
    return each.name == topic &&
           std::ranges::any_of(each.parameters.subscriptions, [&](const auto& subscription) {
             return subscription.subscription.to.name == queue;
           });
  });
}

/// Visits each send to a channel, the requests to it, and each publish whose copies come to it.
template <class Visitor>
void for_each_send_to(const Scenario& scenario, const std::string& channel, Visitor&& visit) {
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(
        *handler.program, handler.path,
        [&](const StepDeclaration& step, double, const std::string&) {
          const SendParameters* send = sending(step);
          if (send != nullptr && (send->channel.name == channel ||
                                  copies_come_to(scenario, send->channel.name, channel))) {
            visit(*send);
          }
        });
  }
}

}  // namespace spillway
