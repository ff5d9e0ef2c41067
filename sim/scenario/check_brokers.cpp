#include <fmt/format.h>

#include "sim/scenario/brokers.h"
#include "sim/scenario/check.h"

namespace spillway {
namespace {

/// A queue has as many replicas as its broker has nodes, at most.
void check_replication(Reader& reader, const Scenario& scenario,
                       const Component<QueueParameters>& queue) {
  const auto& replication = queue.parameters.replication;
  // A preset's replicas are there whether there are nodes for them or not.
  if (!replication || !queue.preset.empty()) return;
  const Reader::Scope scope(reader, "replication");
  const Component<BrokerParameters>* broker = broker_of(scenario, queue);
  if (broker == nullptr) {
    return reader.error("wrong-place", queue.at,
                        "only a queue on a broker has replicas: nothing else has nodes",
                        "say which: broker: and its name");
  }
  if (*replication <= broker->parameters.nodes) return;
  reader.error(
      "out-of-range", queue.at,
      fmt::format("expected at most the {} of '{}'; found {} replicas",
                  broker->parameters.nodes == 1 ? "one node"
                                                : fmt::format("{} nodes", broker->parameters.nodes),
                  broker->name, *replication),
      "give the broker more nodes, or the queue fewer replicas");
}

/// A broker gives its dead letters to nobody else.
void check_dead_letters_stay(Reader& reader, const Scenario& scenario,
                             const Component<QueueParameters>& queue) {
  const auto& dead = queue.parameters.dead_letter;
  if (!dead || dead->to.name.empty() || !queue.parameters.broker) return;
  for (const auto& other : scenario.queues) {
    if (other.name != dead->to.name || !other.parameters.broker ||
        other.parameters.broker->name == queue.parameters.broker->name) {
      continue;
    }
    const Reader::Scope scope(reader, "dead_letter.to");
    reader.error("wrong-place", dead->to.at,
                 fmt::format("'{}' is on another broker, '{}': a broker moves dead letters between "
                             "its own queues",
                             other.name, other.parameters.broker->name),
                 "put both queues on the same broker");
  }
}

/// Persistence and what a confirm says are between a send and a queue on a broker.
void check_send(Reader& reader, const Scenario& scenario, const SendParameters& send,
                const std::string& path) {
  if (!send.persistent && !send.confirm_when) return;
  const auto queue =
      std::ranges::find(scenario.queues, send.channel.name, &Component<QueueParameters>::name);
  const bool on_broker = queue != scenario.queues.end() && broker_of(scenario, *queue) != nullptr;
  const auto refuse = [&](std::string_view key, std::string why, std::string hint) {
    const Reader::Scope scope(reader, fmt::format("{}.{}", path, key));
    reader.error("wrong-place", send.channel.at, std::move(why), std::move(hint));
  };
  const std::string nothing_fails =
      fmt::format("'{}' is no queue on a broker: nothing can lose what it has", send.channel.name);
  if (send.persistent) {
    if (!on_broker) {
      refuse("persistent", nothing_fails, "say which: broker: and its name");
    } else if (!*send.persistent && replicas_of(scenario, *queue) > 1) {
      refuse("persistent",
             fmt::format("'{}' has replicas, and stores whatever it takes", send.channel.name),
             "leave persistent out, or give the queue one replica");
    }
  }
  if (!send.confirm_when) return;
  if (!on_broker) {
    refuse("confirm_when", nothing_fails, "say which: broker: and its name");
  } else if (!send.confirm) {
    refuse("confirm_when", "a send without confirm is not told when its message is stored",
           "leave one of the two out");
  }
}

void check_fault(Reader& reader, const Scenario& scenario,
                 const Component<FaultParameters>& fault) {
  const auto& nodes = fault.parameters.nodes;
  if (!nodes) return;
  const Reader::Scope scope(reader, fmt::format("faults.{}.nodes", fault.name));
  const auto& crash = fault.parameters.crash;
  const auto broker =
      crash ? std::ranges::find(scenario.brokers, crash->name, &Component<BrokerParameters>::name)
            : scenario.brokers.end();
  if (broker == scenario.brokers.end()) {
    return reader.error("wrong-place", fault.at, "only a broker's crash takes single nodes",
                        "say crash: and the name of a broker");
  }
  if (*nodes <= broker->parameters.nodes) return;
  reader.error(
      "out-of-range", fault.at,
      fmt::format("expected at most the {} of '{}'; found {}",
                  broker->parameters.nodes == 1 ? "one node"
                                                : fmt::format("{} nodes", broker->parameters.nodes),
                  broker->name, *nodes));
}

}  // namespace

void check_brokers(Reader& reader, const Scenario& scenario) {
  for (const auto& fault : scenario.faults) check_fault(reader, scenario, fault);
  for (const auto& queue : scenario.queues) {
    const Reader::Scope scope(reader, fmt::format("queues.{}", queue.name));
    check_replication(reader, scenario, queue);
    check_dead_letters_stay(reader, scenario, queue);
  }
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string& path) {
                    if (const SendParameters* send = sending(step)) {
                      check_send(reader, scenario, *send, path);
                    }
                  });
  }
  for (const auto& broker : scenario.brokers) {
    const bool used = std::ranges::any_of(
        scenario.queues, [&](const auto& queue) { return broker_of(scenario, queue) == &broker; });
    if (used) continue;
    const Reader::Scope scope(reader, fmt::format("brokers.{}", broker.name));
    reader.warning("unused", broker.at, "no queue is on this broker",
                   "say so in the queue: broker: and its name");
  }
}

}  // namespace spillway
