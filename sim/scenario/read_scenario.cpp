#include "sim/scenario/read_scenario.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/language/printable.h"
#include "sim/scenario/check.h"
#include "sim/scenario/precision_reader.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/sections.h"

namespace spillway {
namespace {

constexpr std::size_t kLongestTitle = 200;

/// A text for people: of a line's length.
void read_title(Reader& reader, const Entry& entry, std::size_t most, std::string& out) {
  const Reader::Scope scope(reader, entry.key);
  std::string text;
  const std::size_t errors_before = reader.error_count();
  reader.read(entry.value, Wanted{}, text);
  if (reader.error_count() != errors_before) return;
  if (text.empty() || count_characters(text) > most) {
    return reader.error("out-of-range", entry.value.at,
                        fmt::format("expected a text of 1 to {} characters; found {}", most,
                                    count_characters(text)));
  }
  out = std::move(text);
}

template <class P>
void read_components(Reader& reader, const Section<P>& section, const Entry& entry, Scenario& out) {
  const Reader::Scope scope(reader, section.key);
  if (entry.value.is_null()) return;
  if (!entry.value.is_map()) {
    return reader.unexpected("wrong-kind", entry.value, "a map from names to components");
  }
  for (const Entry& declared : entry.value.entries) {
    const Reader::Scope inner(reader, declared.key);
    if (!reader.check_name(declared, "name")) continue;
    Component<P> component;
    component.name = declared.key;
    component.at = declared.key_at;
    Node fields = declared.value;
    if (const Entry* preset = fields.find("preset")) {
      if (preset->value.is_scalar()) component.preset = preset->value.text;
      std::erase_if(fields.entries, [](const Entry& field) { return field.key == "preset"; });
    }
    // `name:` with nothing is a component of defaults, where it may be.
    if (fields.is_null()) {
      fields.kind = Node::Kind::map;
      fields.at = declared.key_at;
    }
    reader.object(fields, section.key, component.parameters);
    (out.*section.components).push_back(std::move(component));
  }
}

void read_top(Reader& reader, const Node& tree, Scenario& out) {
  const Entry* run = nullptr;
  for (const Entry& entry : tree.entries) {
    const Reader::Scope scope(reader, "");
    bool known = true;
    if (entry.key == "scenario") {
      read_title(reader, entry, kLongestTitle, out.name);
    } else if (entry.key == "question") {
      read_title(reader, entry, 10 * kLongestTitle, out.question);
    } else if (entry.key == "run") {
      run = &entry;
    } else if (entry.key == "network") {
      const Reader::Scope inner(reader, entry.key);
      reader.value(entry.value, {"scenario", "network"}, out.network);
    } else if (entry.key == "zones") {
      const Reader::Scope inner(reader, entry.key);
      reader.object(entry.value, "zones", out.zones);
    } else if (entry.key == "price") {
      const Reader::Scope inner(reader, entry.key);
      reader.object(entry.value, "price", out.price);
    } else if (entry.key == "windows") {
      const Reader::Scope inner(reader, entry.key);
      reader.value(entry.value, {"scenario", "windows"}, out.windows);
    } else {
      known = entry.key == "objectives" || entry.key == "collapse" || entry.key == "variants";
      for_each_section([&](const auto& section) {
        if (section.key != entry.key) return;
        known = true;
        read_components(reader, section, entry, out);
      });
    }
    if (!known) reader.unknown_key(entry, "scenario", top_keys());
  }
  const Reader::Scope scope(reader, "run");
  if (run != nullptr) {
    reader.object(run->value, "run", out.run);
  } else {
    reader.error("missing-key", tree.at, "the key 'run' is missing",
                 "say how long messages are born: run: {duration: 20min}");
  }
}

}  // namespace

Scenario read_scenario(const Node& tree, const std::string& default_name, SideFiles& files,
                       Diagnostics& diagnostics) {
  Scenario out;
  out.name = default_name;
  Reader reader(diagnostics, files);
  if (!reader.expect_map(tree, top_keys())) return out;
  read_top(reader, tree, out);
  if (out.producers.empty() && reader.error_count() == 0) {
    reader.error("missing-key", tree.at, "the scenario has no producer: nothing would happen",
                 "producers: {shoppers: {load: {poisson: 120/s}, does: [call: checkout]}}");
  }
  spread_prices(out.price, out);
  Nameable names;
  check_names(reader, out, names);
  check_prices(reader, tree, out, names);
  check_references(reader, names);
  check_dead_letters(reader, out);
  complete_faults(out);
  check_faults(reader, out);
  check_windows(reader, out, names);
  check_zones(reader, out);
  // Of components that were not read well, nothing is said that rests on what is missing.
  names.complete = reader.error_count() == 0;
  check_flow(reader, out, names);
  check_topics(reader, out, names);
  check_logs(reader, out, names);
  check_batches(reader, out, names);
  if (names.complete) check_messages(reader, out);
  if (names.complete) check_queues(reader, out);
  if (names.complete) check_brokers(reader, out);
  if (names.complete) check_groups(reader, out);
  if (names.complete) check_priorities(reader, out);
  if (names.complete) check_scale(reader, out, names);
  if (names.complete) check_instance_faults(reader, out, names);
  check_limits(reader, out);
  if (names.complete) check_cores(reader, out);
  if (names.complete) check_balancing(reader, out, names);
  if (names.complete) check_urgency(reader, out);
  if (names.complete) check_triggers(reader, out, names);
  if (names.complete) check_edges(reader, out);
  check_branches(reader, out);
  if (names.complete) check_edge_faults(reader, out);
  if (names.complete) check_crashes(reader, out);
  if (names.complete) check_conversations(reader, out);
  if (names.complete) check_reply_queues(reader, out);
  if (names.complete) check_stores(reader, out);
  if (names.complete) check_load(reader, out);
  if (const Entry* collapse = tree.find("collapse")) read_collapse(reader, *collapse, out, names);
  read_precision_goals(reader, tree, names, out.run.replications);
  const Entry* objectives = tree.find("objectives");
  if (objectives == nullptr || objectives->value.is_null()) return out;
  const Reader::Scope scope(reader, "objectives");
  if (!objectives->value.is_map()) {
    reader.unexpected("wrong-kind", objectives->value, "a map from names to objectives");
    return out;
  }
  for (const Entry& entry : objectives->value.entries) {
    if (entry.value.is_null()) {
      const Reader::Scope inner(reader, entry.key);
      reader.error("missing-value", entry.key_at, "expected an objective; found nothing");
    } else if (auto objective = read_objective(reader, entry, names)) {
      out.objectives.push_back(std::move(*objective));
    }
  }
  if (names.complete) check_missed_time(reader, out);
  return out;
}

}  // namespace spillway
