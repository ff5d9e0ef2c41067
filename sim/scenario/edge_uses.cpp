#include "sim/scenario/edge_uses.h"

#include <set>
#include <variant>

#include "sim/scenario/flow_graph.h"
#include "sim/scenario/names.h"
#include "sim/scenario/reply_ways.h"
#include "sim/scenario/store_use.h"

namespace spillway {
namespace {

std::string_view word_of(const StepDeclaration& step) {
  return std::visit([](const auto& parameters) { return parameters.name; }, step.parameters);
}

}  // namespace

std::vector<EdgeUse> edge_uses(const Scenario& scenario) {
  std::vector<EdgeUse> uses;
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, "", [&](const StepDeclaration& step, double, const auto&) {
      EdgeUse use{"", handler.name, "", word_of(step), step.at};
      if (const auto* call = std::get_if<CallParameters>(&step.parameters)) {
        use.limited = call->timeout || call->deadline;
        for (const Reference& to : callees_of(*call)) {
          use.edge = edge_of(*call, handler.name, to);
          use.to = to.name;
          uses.push_back(use);
        }
        return;
      } else if (const auto* send = sending(step)) {
        use.to = send->channel.name;
        use.waits = send->confirm;
        use.limited = send->timeout.has_value();
        // Replies are collected for a time, whether or not the message arrives.
        const auto* gather = std::get_if<GatherParameters>(&step.parameters);
        if (gather != nullptr && gather->until) use.limited = true;
      } else if (const auto* submit = std::get_if<SubmitParameters>(&step.parameters)) {
        use.to = submit->to.name;
        use.limited = submit->timeout.has_value();
      } else if (const auto store = store_use(step)) {
        use.to = store->request->store.name;
        use.limited = store->request->timeout.has_value();
      } else {
        return;
      }
      if (use.edge.empty()) use.edge = edge_name(use.from, use.to);
      uses.push_back(std::move(use));
    });
  }
  std::set<std::string> replied_by;
  for (const ReplyWay& way : reply_ways(scenario)) {
    const std::string edge = edge_name(way.consumer, way.replies);
    if (!replied_by.insert(edge).second) continue;
    uses.push_back({edge, way.consumer, way.replies, ReplyParameters::name, way.at, false});
  }
  for (const auto& store : scenario.stores) {
    const auto& outbox = store.parameters.outbox;
    if (!outbox) continue;
    uses.push_back({edge_name(store.name, outbox->to.name), store.name, outbox->to.name, "outbox",
                    outbox->to.at, true, outbox->timeout.has_value()});
  }
  return uses;
}

std::vector<std::string> edges_between(const std::vector<EdgeUse>& uses, std::string_view one,
                                       std::string_view other) {
  const auto are_they = [&](std::string_view from, std::string_view to) {
    return (from == one && to == other) || (from == other && to == one);
  };
  std::set<std::string> edges;
  for (const EdgeUse& use : uses) {
    const auto [from, to] = split_edge(use.edge);
    if (are_they(use.from, use.to) || are_they(from, to)) edges.insert(use.edge);
  }
  return {edges.begin(), edges.end()};
}

}  // namespace spillway
