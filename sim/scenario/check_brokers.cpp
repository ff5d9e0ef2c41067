#include <fmt/format.h>

#include "sim/scenario/brokers.h"
#include "sim/scenario/check.h"

namespace spillway {
namespace {

/// A queue or log has as many replicas as its broker has nodes, at most.
template <class P>
void check_replication(Reader& reader, const Scenario& scenario, const Component<P>& channel,
                       std::string_view noun) {
  const auto& replication = channel.parameters.replication;
  // A preset's replicas are there whether there are nodes for them or not.
  if (!replication || !channel.preset.empty()) return;
  const Reader::Scope scope(reader, "replication");
  const Component<BrokerParameters>* broker = broker_of(scenario, channel);
  if (broker == nullptr) {
    return reader.error(
        "wrong-place", channel.at,
        fmt::format("only a {} on a broker has replicas: nothing else has nodes", noun),
        "say which: broker: and its name");
  }
  if (*replication <= broker->parameters.nodes) return;
  reader.error(
      "out-of-range", channel.at,
      fmt::format("expected at most the {} of '{}'; found {} replicas",
                  broker->parameters.nodes == 1 ? "one node"
                                                : fmt::format("{} nodes", broker->parameters.nodes),
                  broker->name, *replication),
      fmt::format("give the broker more nodes, or the {} fewer replicas", noun));
}

/// What a log says of its replicas in sync needs replicas.
void check_in_sync(Reader& reader, const Scenario& scenario, const Component<LogParameters>& log) {
  // A preset's values are there whether there are nodes for them or not.
  if (!log.preset.empty() && log.parameters.min_in_sync.value_or(1) == 1) return;
  const Count replicas = replicas_of(scenario, log);
  if (const auto& least = log.parameters.min_in_sync; least && *least > replicas) {
    const Reader::Scope scope(reader, "min_in_sync");
    reader.error(
        "out-of-range", log.at,
        fmt::format("expected at most its {}; found {}: nothing would ever be stored",
                    replicas == 1 ? "one replica" : fmt::format("{} replicas", replicas), *least),
        "say on which broker it is, and how many replicas it has: broker, replication");
  }
  if (log.parameters.unclean_election && replicas == 1) {
    const Reader::Scope scope(reader, "unclean_election");
    reader.error("wrong-place", log.at, "a log with one replica has nobody else to elect",
                 "give it more replicas, or leave this out");
  }
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

/// What is published persistent, or not, has to come to a queue on a broker where that matters.
void check_publish(Reader& reader, const Scenario& scenario, const SendParameters& publish,
                   const std::string& path) {
  const auto topic =
      std::ranges::find(scenario.topics, publish.channel.name, &Component<TopicParameters>::name);
  if (!publish.persistent || topic == scenario.topics.end()) return;
  const bool matters = std::ranges::any_of(topic->parameters.subscriptions, [&](const auto& each) {
    const auto queue = std::ranges::find(scenario.queues, each.subscription.to.name,
                                         &Component<QueueParameters>::name);
    return queue != scenario.queues.end() && broker_of(scenario, *queue) != nullptr &&
           replicas_of(scenario, *queue) == 1;
  });
  if (matters) return;
  const Reader::Scope scope(reader, path + ".persistent");
  reader.error("wrong-place", publish.channel.at,
               fmt::format("no queue of '{}' is on a broker, with one replica: nothing can lose "
                           "what is not persistent alone",
                           topic->name),
               "leave persistent out, or say which broker such a queue is on");
}

/// Persistence is between a send and a queue on a broker, what a confirm says between a send and a
/// queue or log on one.
void check_send(Reader& reader, const Scenario& scenario, const SendParameters& send,
                const std::string& path) {
  if (!send.persistent && !send.confirm_when) return;
  const auto queue =
      std::ranges::find(scenario.queues, send.channel.name, &Component<QueueParameters>::name);
  const bool on_broker = queue != scenario.queues.end() && broker_of(scenario, *queue) != nullptr;
  const auto log =
      std::ranges::find(scenario.logs, send.channel.name, &Component<LogParameters>::name);
  const bool log_on_broker = log != scenario.logs.end() && broker_of(scenario, *log) != nullptr;
  const auto refuse = [&](std::string_view key, std::string why, std::string hint) {
    const Reader::Scope scope(reader, fmt::format("{}.{}", path, key));
    reader.error("wrong-place", send.channel.at, std::move(why), std::move(hint));
  };
  const std::string nothing_fails =
      fmt::format("'{}' is no queue on a broker: nothing can lose what it has", send.channel.name);
  if (send.persistent) {
    if (log_on_broker) {
      refuse("persistent", fmt::format("'{}' is a log, and stores whatever it takes", log->name),
             "leave persistent out");
    } else if (!on_broker) {
      refuse("persistent", nothing_fails, "say which: broker: and its name");
    } else if (!*send.persistent && replicas_of(scenario, *queue) > 1) {
      refuse("persistent",
             fmt::format("'{}' has replicas, and stores whatever it takes", send.channel.name),
             "leave persistent out, or give the queue one replica");
    }
  }
  if (!send.confirm_when) return;
  if (!on_broker && !log_on_broker) {
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

namespace {

/// What would set an alarm off must be there.
void check_alarm(Reader& reader, const Scenario& scenario,
                 const Component<BrokerParameters>& broker) {
  if (!has_alarm(broker.parameters)) return;
  const Reader::Scope scope(reader, fmt::format("brokers.{}.{}", broker.name,
                                                broker.parameters.disk ? "disk" : "memory"));
  if (std::ranges::none_of(scenario.queues, [&](const auto& queue) {
        return broker_of(scenario, queue) == &broker;
      })) {
    reader.error("wrong-place", broker.at,
                 "only queues set an alarm off, and none is on this broker",
                 "leave it out, or say of a queue: broker: and its name");
  } else if (std::ranges::none_of(scenario.producers, [](const auto& producer) {
               return producer.parameters.message && producer.parameters.message->size;
             })) {
    reader.warning("unused", broker.at, "no producer says how large its messages are",
                   "say so: message: {size: 2KiB}");
  }
}

}  // namespace

void check_brokers(Reader& reader, const Scenario& scenario) {
  for (const auto& fault : scenario.faults) check_fault(reader, scenario, fault);
  for (const auto& queue : scenario.queues) {
    const Reader::Scope scope(reader, fmt::format("queues.{}", queue.name));
    check_replication(reader, scenario, queue, "queue");
    check_dead_letters_stay(reader, scenario, queue);
  }
  for (const auto& log : scenario.logs) {
    const Reader::Scope scope(reader, fmt::format("logs.{}", log.name));
    check_replication(reader, scenario, log, "log");
    check_in_sync(reader, scenario, log);
  }
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string& path) {
                    if (const auto* publish = std::get_if<PublishParameters>(&step.parameters)) {
                      check_publish(reader, scenario, *publish, path);
                    } else if (const SendParameters* send = sending(step)) {
                      check_send(reader, scenario, *send, path);
                    }
                  });
  }
  for (const auto& broker : scenario.brokers) {
    check_alarm(reader, scenario, broker);
    const auto is_on_it = [&](const auto& channel) {
      return broker_of(scenario, channel) == &broker;
    };
    if (std::ranges::any_of(scenario.queues, is_on_it) ||
        std::ranges::any_of(scenario.logs, is_on_it)) {
      continue;
    }
    const Reader::Scope scope(reader, fmt::format("brokers.{}", broker.name));
    reader.warning("unused", broker.at, "no queue or log is on this broker",
                   "say so there: broker: and its name");
  }
}

}  // namespace spillway
