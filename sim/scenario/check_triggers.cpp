#include <fmt/format.h>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/check.h"
#include "sim/scenario/objective_reader.h"

namespace spillway {
namespace {

/// Metrics that are levels or ages of something that is there now.
bool can_be_looked_at(const CatalogueEntry& metric) { return metric.kind == MetricKind::level; }

void check_trigger(Reader& reader, LoadCondition& when, const Nameable& names) {
  if (when.metric.find("->") != std::string::npos || when.metric.find('@') != std::string::npos) {
    return reader.error("wrong-kind", when.at, "only the load of a component sets a fault off",
                        "such as orders.depth > 10000");
  }
  // As an objective would name it, which says a statistic too.
  Node node;
  node.kind = Node::Kind::scalar;
  node.at = when.at;
  node.text = when.metric;
  const std::size_t dot = when.metric.find('.');
  const auto component = names.components.find(when.metric.substr(0, dot));
  const CatalogueEntry* level = nullptr;
  if (component != names.components.end() && dot != std::string::npos) {
    for (const CatalogueEntry& entry : metrics_of(component->second)) {
      if (entry.name == when.metric.substr(dot + 1) && can_be_looked_at(entry)) level = &entry;
    }
  }
  if (level == nullptr) {
    std::vector<std::string_view> candidates;
    if (component != names.components.end()) {
      for (const CatalogueEntry& entry : metrics_of(component->second)) {
        if (can_be_looked_at(entry)) candidates.push_back(entry.name);
      }
    }
    return reader.error(
        "unknown-metric", when.at,
        fmt::format("'{}' cannot be looked at while the run goes on", shown(when.metric)),
        candidates.empty()
            ? "name a level of a component, such as orders.depth"
            : fmt::format("{} has {}", component->first, one_of(candidates, candidates.size())));
  }
  MetricName name;
  node.text += ".max";
  if (read_metric(reader, node, names, name) == nullptr) return;
  const auto value = read_value(when.bound, level->unit);
  if (!value) {
    return reader.error(value.error().code, when.at,
                        fmt::format("expected {}; found '{}' ({})", value_text(level->unit),
                                    shown(when.bound), value.error().reason),
                        value.error().hint);
  }
  when.component = name.component;
  when.name = name.metric;
  when.value = *value;
}

}  // namespace

void check_triggers(Reader& reader, Scenario& scenario, const Nameable& names) {
  for (auto& fault : scenario.faults) {
    if (!fault.parameters.when) continue;
    const Reader::Scope scope(reader, fmt::format("faults.{}.when", fault.name));
    check_trigger(reader, *fault.parameters.when, names);
  }
}

}  // namespace spillway
