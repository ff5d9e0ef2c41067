#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"

namespace spillway {
namespace {

bool has_priorities(const Scenario& scenario, std::string_view queue) {
  return std::ranges::any_of(scenario.queues, [&](const auto& each) {
    return each.name == queue && each.parameters.priority.has_value();
  });
}

/// Whether what is sent to a channel comes to a queue with priorities first.
bool matters_to(const Scenario& scenario, std::string_view channel) {
  if (has_priorities(scenario, channel)) return true;
  return std::ranges::any_of(scenario.topics, [&](const auto& topic) {
    return topic.name == channel &&
           std::ranges::any_of(topic.parameters.subscriptions, [&](const auto& each) {
             return has_priorities(scenario, each.subscription.to.name);
           });
  });
}

}  // namespace

void check_priorities(Reader& reader, const Scenario& scenario) {
  const auto is_topic = [&](std::string_view name) {
    return std::ranges::any_of(scenario.topics,
                               [&](const auto& topic) { return topic.name == name; });
  };
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string& path) {
                    const SendParameters* send = sending(step);
                    if (send == nullptr || !send->priority) return;
                    const std::string& to = send->channel.name;
                    if (matters_to(scenario, to)) return;
                    const Reader::Scope scope(reader, path + ".priority");
                    reader.error("wrong-place", send->channel.at,
                                 is_topic(to) ? fmt::format("no queue of '{}' has priorities", to)
                                              : fmt::format("'{}' has no priorities", to),
                                 "say of a queue how many it tells apart: priority: {levels: 10}; "
                                 "or leave priority out");
                  });
  }
}

}  // namespace spillway
