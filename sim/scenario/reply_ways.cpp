#include "sim/scenario/reply_ways.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <variant>

#include "sim/scenario/flow_graph.h"

namespace spillway {
namespace {

/// A queue, and those where its dead letters go, one after another.
std::vector<std::string_view> with_dead_letters(const Scenario& scenario, std::string_view queue) {
  std::vector<std::string_view> all;
  while (!queue.empty() && std::ranges::find(all, queue) == all.end()) {
    all.push_back(queue);
    const auto found = std::ranges::find(scenario.queues, queue, &Component<QueueParameters>::name);
    const bool goes_on =
        found != scenario.queues.end() && found->parameters.dead_letter.has_value();
    queue = goes_on ? std::string_view(found->parameters.dead_letter->to.name) : "";
  }
  return all;
}

bool replies(const ConsumerParameters& consumer) {
  bool does = false;
  for_each_step(consumer.does, "", [&](const StepDeclaration& step, double, const auto&) {
    does = does || std::holds_alternative<ReplyParameters>(step.parameters);
  });
  return does;
}

}  // namespace

std::vector<ReplyWay> reply_ways(const Scenario& scenario) {
  std::vector<ReplyWay> ways;
  std::set<std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>> seen;
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, "", [&](const StepDeclaration& step, double, const auto&) {
      const auto* request = std::get_if<RequestParameters>(&step.parameters);
      if (request == nullptr || request->reply_to.name.empty()) return;
      const auto queues = with_dead_letters(scenario, request->channel.name);
      for (const auto& consumer : scenario.consumers) {
        const bool takes = std::ranges::find(queues, consumer.parameters.from.name) != queues.end();
        if (!takes || !replies(consumer.parameters)) continue;
        const ReplyWay way{handler.name, request->channel.name, consumer.name,
                           request->reply_to.name, request->reply_to.at};
        if (seen.emplace(way.asker, way.queue, way.consumer, way.replies).second) {
          ways.push_back(way);
        }
      }
    });
  }
  return ways;
}

std::vector<std::string> askers_by(const std::vector<ReplyWay>& ways, std::string_view replies) {
  std::set<std::string> askers;
  for (const ReplyWay& way : ways) {
    if (way.replies == replies) askers.emplace(way.asker);
  }
  return {askers.begin(), askers.end()};
}

}  // namespace spillway
