#include "sim/scenario/precision_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/language/printable.h"

namespace spillway {
namespace {

/// Each costs a look at all earlier replications after every one.
constexpr std::size_t kMostGoals = 100;

/// What may stand as the half-width of a metric: absolute ones in its unit.
std::string expectation(std::string_view unit) {
  const std::string_view absolute = unit == "s"       ? "a duration, such as 10ms"
                                    : unit == "1/s"   ? "a rate, such as 2/s"
                                    : unit == "share" ? "a share without %, such as 0.001"
                                    : unit == "USD"   ? "an amount of money, such as $10"
                                                      : "a number, such as 20";
  return fmt::format("how exact it is to be: relative in per cent, such as 5%, or {}", absolute);
}

/// Reads `5%` as a relative precision and anything else in the metric's unit.
void read_goal(Reader& reader, const Node& node, std::string_view unit, PrecisionGoal& goal) {
  if (!node.is_scalar()) return reader.unexpected("wrong-kind", node, expectation(unit));
  const bool relative = node.text.ends_with('%');
  const auto value = read_value(node.text, relative ? "share" : unit);
  if (!value) {
    return reader.unexpected(value.error().code, node, expectation(unit), value.error().reason,
                             value.error().hint);
  }
  if (!(*value > 0) || (relative && *value >= 1)) {
    return reader.unexpected("out-of-range", node,
                             relative ? "a share above 0% and below 100%" : "a half-width above 0");
  }
  (relative ? goal.relative : goal.absolute) = *value;
}

void read_entry(Reader& reader, const Entry& entry, const Nameable& names,
                PrecisionParameters& out) {
  const Reader::Scope scope(reader, entry.key);
  Node name;
  name.kind = Node::Kind::scalar;
  name.text = entry.key;
  name.at = entry.key_at;
  PrecisionGoal goal;
  const CatalogueEntry* metric = read_metric(reader, name, names, goal.metric);
  if (metric == nullptr) return;
  if (std::ranges::any_of(
          out.until, [&](const PrecisionGoal& other) { return other.metric == goal.metric; })) {
    return reader.error("duplicate-name", entry.key_at,
                        fmt::format("{} is named already", shown(to_string(goal.metric))));
  }
  const std::size_t errors_before = reader.error_count();
  read_goal(reader, entry.value, metric->unit, goal);
  if (reader.error_count() == errors_before) out.until.push_back(std::move(goal));
}

}  // namespace

void read_precision_goals(Reader& reader, const Node& tree, const Nameable& names,
                          Replications& out) {
  const Node* node = &tree;
  for (const std::string_view key : {"run", "replications", "until"}) {
    const Entry* entry = node->find(key);
    if (entry == nullptr) return;
    node = &entry->value;
  }
  if (!out.precision || !node->is_map()) return;
  const Reader::Scope run(reader, "run");
  const Reader::Scope replications(reader, "replications");
  const Reader::Scope until(reader, "until");
  if (node->entries.size() > kMostGoals) {
    return reader.error(
        "too-large", node->at,
        fmt::format("expected at most {} metrics; found {}", kMostGoals, node->entries.size()));
  }
  for (const Entry& entry : node->entries) read_entry(reader, entry, names, *out.precision);
}

}  // namespace spillway
