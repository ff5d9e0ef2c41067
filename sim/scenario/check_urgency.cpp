#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"

namespace spillway {
namespace {

bool serves_by_priority(const Scenario& scenario, const std::string& service) {
  return std::ranges::any_of(scenario.services, [&](const auto& each) {
    return each.name == service && each.parameters.discipline == Discipline::priority;
  });
}

}  // namespace

void check_urgency(Reader& reader, const Scenario& scenario) {
  std::map<std::string, Count> priority_of_edges;
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string& path) {
                    const auto* call = std::get_if<CallParameters>(&step.parameters);
                    if (call == nullptr) return;
                    const Reader::Scope scope(reader, path + ".priority");
                    for (const Reference& to : callees_of(*call)) {
                      if (call->priority && !serves_by_priority(scenario, to.name)) {
                        reader.error("wrong-place", step.at,
                                     fmt::format("'{}' does not serve by priority", to.name),
                                     "say of the service: discipline: priority; or leave it out");
                        continue;
                      }
                      const std::string edge = edge_of(*call, handler.name, to);
                      const Count priority = call->priority.value_or(0);
                      const Count first = priority_of_edges.emplace(edge, priority).first->second;
                      if (first == priority) continue;
                      reader.error("conflicting-edge", step.at,
                                   fmt::format("another call on {} has priority {}", edge, first),
                                   "the calls of an edge share one priority: say the same in each, "
                                   "or give a call an edge of its own");
                    }
                  });
  }
}

}  // namespace spillway
