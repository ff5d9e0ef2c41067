#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/names.h"
#include "sim/scenario/store_use.h"

namespace spillway {
namespace {

/// A send whose message is on its way to a call.
struct PassingSend {
  std::string_view handler;
  const SendParameters* send = nullptr;
  std::string path;
};

/// What the steps of all handlers say of edges.
struct SaidEdges {
  std::vector<PassingSend> passing;
  std::set<std::pair<std::string_view, std::string_view>> arriving;  ///< queues with edges called
  std::map<std::string_view, std::string_view> passed_on;  ///< queues whose taker sends so itself
};

/// Where edges lead that have their names from their ends.
std::map<std::string, std::string_view> ends_of_edges(const Scenario& scenario) {
  std::map<std::string, std::string_view> ends;
  for (const auto& consumer : scenario.consumers) {
    const std::string& from = consumer.parameters.from.name;
    if (!from.empty()) ends.emplace(edge_name(from, consumer.name), consumer.name);
  }
  for (const auto& topic : scenario.topics) {
    for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
      ends.emplace(edge_name(topic.name, subscription.to.name), subscription.to.name);
    }
  }
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, "", [&](const StepDeclaration& step, double, const auto&) {
      if (const auto* call = std::get_if<CallParameters>(&step.parameters)) {
        for (const Reference& to : callees_of(*call)) {
          if (to.name == call->service.name && !call->edge.name.empty()) continue;
          ends.emplace(edge_name(handler.name, to.name), to.name);
        }
      } else if (const auto* send = sending(step)) {
        ends.emplace(edge_name(handler.name, send->channel.name), send->channel.name);
      } else if (const auto* submit = std::get_if<SubmitParameters>(&step.parameters)) {
        ends.emplace(edge_name(handler.name, submit->to.name), submit->to.name);
      } else if (const auto use = store_use(step)) {
        ends.emplace(edge_name(handler.name, use->store()), use->store());
      }
    });
  }
  return ends;
}

SaidEdges said_edges(Reader& reader, const Scenario& scenario) {
  std::map<std::string, std::string_view> ends = ends_of_edges(scenario);
  std::map<std::string_view, std::string_view> queue_of;
  for (const auto& consumer : scenario.consumers) {
    queue_of.emplace(consumer.name, consumer.parameters.from.name);
  }
  SaidEdges said;
  for (const HandlerOf& handler : handlers_of(scenario)) {
    const auto taken_from = queue_of.find(handler.name);
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string& path) {
                    if (const auto* call = std::get_if<CallParameters>(&step.parameters)) {
                      if (call->edge.name.empty()) return;
                      if (taken_from != queue_of.end()) {
                        said.arriving.emplace(taken_from->second, call->edge.name);
                      }
                      const std::string& to = call->service.name;
                      const std::string_view end = ends.emplace(call->edge.name, to).first->second;
                      if (end == to) return;
                      const Reader::Scope scope(reader, path + ".edge");
                      reader.error("conflicting-edge", call->edge.at,
                                   fmt::format("the edge {} leads to '{}'", call->edge.name, end),
                                   "an edge leads to one component: choose another name");
                    } else if (const auto* send = std::get_if<SendParameters>(&step.parameters)) {
                      if (send->edge.name.empty()) return;
                      said.passing.push_back({handler.name, send, path + ".edge"});
                      if (taken_from != queue_of.end()) {
                        said.passed_on.emplace(taken_from->second, handler.name);
                      }
                    }
                  });
  }
  return said;
}

/// Calls on one edge share its breaker, and its pool: those that have one must say the same of it.
template <class Parameters>
void check_shared(Reader& reader, const Scenario& scenario, std::string_view key,
                  std::optional<Parameters> CallParameters::* member) {
  std::map<std::string, decltype(rules_of(Parameters{}))> rules_of_edges;
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string& path) {
                    const auto* call = std::get_if<CallParameters>(&step.parameters);
                    if (call == nullptr || !(call->*member)) return;
                    const auto rules = rules_of(*(call->*member));
                    for (const Reference& to : callees_of(*call)) {
                      const std::string edge = edge_of(*call, handler.name, to);
                      if (rules_of_edges.emplace(edge, rules).first->second == rules) continue;
                      const Reader::Scope scope(reader, fmt::format("{}.{}", path, key));
                      reader.error(
                          "conflicting-edge", step.at,
                          fmt::format("another call on {} says its {} differently", edge, key),
                          fmt::format("the calls of an edge share one {}: say the same in each, or "
                                      "give a call an edge of its own",
                                      key));
                    }
                  });
  }
}

}  // namespace

void check_edges(Reader& reader, const Scenario& scenario) {
  check_shared(reader, scenario, "breaker", &CallParameters::breaker);
  check_shared(reader, scenario, "pool", &CallParameters::pool);
  check_shared(reader, scenario, "health_check", &CallParameters::health_check);
  const SaidEdges said = said_edges(reader, scenario);
  std::map<std::pair<std::string_view, std::string_view>, std::string_view> first_into;
  for (const auto& [handler, send, path] : said.passing) {
    const Reader::Scope scope(reader, path);
    const EdgeName& edge = send->edge;
    const std::string& queue = send->channel.name;
    const auto [from, to] = split_edge(edge.name);
    if (from != handler) {
      reader.error("bad-name", edge.at,
                   fmt::format("expected an edge from '{}'; found {}", handler, edge.name));
      continue;
    }
    const auto first = first_into.emplace(std::pair(handler, queue), edge.name).first->second;
    const auto passed_on = said.passed_on.find(queue);
    if (first != edge.name) {
      reader.error("conflicting-edge", edge.at,
                   fmt::format("another send to '{}' is on its way to {}", queue, first),
                   "send by a queue of its own for each edge");
    } else if (passed_on != said.passed_on.end()) {
      reader.error("conflicting-edge", edge.at,
                   fmt::format("'{}' takes it from '{}', and its own messages are on their way to "
                               "a call too",
                               passed_on->second, queue),
                   "leave the edge out of one of the two sends");
    } else if (!said.arriving.contains({queue, edge.name})) {
      reader.error(
          "unknown-name", edge.at,
          fmt::format("no consumer of '{}' calls by the edge {}", queue, edge.name),
          fmt::format("say it at the consumer's call: {{call: {}, edge: {}}}", to, edge.name));
    }
  }
}

}  // namespace spillway
