#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"

namespace spillway {
namespace {

const Component<QueueParameters>* queue_named(const Scenario& scenario, std::string_view name) {
  const auto found = std::ranges::find(scenario.queues, name, &Component<QueueParameters>::name);
  return found == scenario.queues.end() ? nullptr : &*found;
}

constexpr double kMostReceives = 1e6;

bool is_log(const Scenario& scenario, std::string_view name) {
  return std::ranges::find(scenario.logs, name, &Component<LogParameters>::name) !=
         scenario.logs.end();
}

/// A heartbeat to a queue keeps hidden what has a visibility, and comes before that has run out.
void check_heartbeat(Reader& reader, const Component<ConsumerParameters>& consumer,
                     const Component<QueueParameters>* queue) {
  const auto& heartbeat = consumer.parameters.heartbeat;
  if (!heartbeat) return;
  const Reader::Scope scope(reader, "heartbeat");
  const auto visibility = queue == nullptr ? std::nullopt : queue->parameters.visibility;
  if (!visibility) {
    return reader.error("wrong-place", consumer.at,
                        "a heartbeat needs a queue with a visibility: nothing runs out here",
                        "say in its queue how long a message stays hidden: visibility: 30s");
  }
  if (*heartbeat < *visibility) return;
  reader.error("out-of-range", consumer.at,
               fmt::format("expected a heartbeat below the {} that '{}' hides a message; found {}",
                           print(*visibility), queue->name, print(*heartbeat)));
}

/// Each receive that waits for an answer is kept: there may not be too many of them.
void check_polls(Reader& reader, const Scenario& scenario,
                 const Component<QueueParameters>& queue) {
  if (!queue.parameters.poll) return;
  double receives = 0;
  for (const auto& consumer : scenario.consumers) {
    const ConsumerParameters& says = consumer.parameters;
    if (says.from.name != queue.name) continue;
    const Count size = says.batch ? says.batch->size : 1;
    const Count of_each = says.prefetch.value_or(says.concurrency * size) / size;
    receives += static_cast<double>(most_instances(says)) * static_cast<double>(of_each);
  }
  if (receives <= kMostReceives) return;
  const Reader::Scope scope(reader, "poll");
  reader.error("too-large", queue.at,
               fmt::format("expected at most {} receives at a time (instances x prefetch / batch); "
                           "its consumers send {}",
                           print_number(kMostReceives), print_number(receives)));
}

/// What a queue says of sizes means nothing where no message has one.
void check_sizes(Reader& reader, const Scenario& scenario,
                 const Component<QueueParameters>& queue) {
  const bool sized = std::ranges::any_of(scenario.producers, [](const auto& producer) {
    return producer.parameters.message && producer.parameters.message->size;
  });
  if (sized) return;
  const auto warn = [&](bool said, std::string_view key) {
    if (!said) return;
    const Reader::Scope scope(reader, key);
    reader.warning("unused", queue.at, "no producer says how large its messages are",
                   "say so: message: {size: 2KiB}");
  };
  warn(queue.parameters.capacity_bytes.has_value(), "capacity_bytes");
  const auto& throughput = queue.parameters.throughput;
  // A preset's limit is there whether messages have sizes or not.
  warn(queue.preset.empty() && throughput && throughput->bytes, "throughput.bytes");
  warn(queue.preset.empty() && queue.parameters.max_message_size, "max_message_size");
}

/// Only a queue hides a message at first; what is published is checked with its topic.
void check_delays(Reader& reader, const Scenario& scenario) {
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string& path) {
                    const SendParameters* send = sending(step);
                    if (send == nullptr || !send->delay ||
                        std::holds_alternative<PublishParameters>(step.parameters) ||
                        queue_named(scenario, send->channel.name) != nullptr) {
                      return;
                    }
                    const Reader::Scope scope(reader, path + ".delay");
                    reader.error("wrong-place", send->delay->at,
                                 fmt::format("'{}' hides no message: only a queue has delays",
                                             send->channel.name),
                                 "leave delay out");
                  });
  }
}

}  // namespace

void check_queues(Reader& reader, const Scenario& scenario) {
  check_delays(reader, scenario);
  for (const auto& consumer : scenario.consumers) {
    const Reader::Scope scope(reader, fmt::format("consumers.{}", consumer.name));
    const std::string& from = consumer.parameters.from.name;
    if (!is_log(scenario, from)) check_heartbeat(reader, consumer, queue_named(scenario, from));
  }
  for (const auto& queue : scenario.queues) {
    const Reader::Scope scope(reader, fmt::format("queues.{}", queue.name));
    check_sizes(reader, scenario, queue);
    check_polls(reader, scenario, queue);
  }
}

}  // namespace spillway
