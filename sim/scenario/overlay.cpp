#include "sim/scenario/overlay.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <span>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/couple.h"
#include "sim/scenario/decouple.h"
#include "sim/scenario/distribution_forms.h"
#include "sim/scenario/names.h"
#include "sim/scenario/not_simulated.h"
#include "sim/scenario/places.h"
#include "sim/scenario/preset.h"
#include "sim/scenario/sections.h"

namespace spillway {
namespace {

void add_error(Diagnostics& diagnostics, std::string code, const Location& at, std::string path,
               std::string message, std::string hint = "") {
  diagnostics.push_back(
      {Severity::error, std::move(code), at, std::move(path), std::move(message), std::move(hint)});
}

/// The keys of which a map in this place has only one. Where keys are names, there are none.
std::span<const std::string_view> alternatives(const std::vector<std::string_view>& path) {
  if (path.empty()) return {};
  const std::string_view last = path.back();
  const std::string_view above = path.size() > 1 ? path[path.size() - 2] : "";
  const std::string_view higher = path.size() > 2 ? path[path.size() - 3] : "";
  if (last == "load") return LoadParameters::exactly_one;
  if (above == "profile") return ProfileEntry::exactly_one;
  if (higher == "profile") return SpikeParameters::exactly_one;
  if (last == "profile" || last == "mmpp" || last == "columns") return {};
  if (path.size() >= 3 || last == "network") return kDistributionNames;
  return {};
}

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// Options for an edge: what is said, where, and in how many steps they were put.
struct EdgeOptions {
  const Entry* said = nullptr;
  std::string path;
  std::size_t steps = 0;
  bool reads = false;  ///< a step reads along it: the level is such steps' alone
};

/// Says why no step has that edge.
void no_such_edge(Node& tree, std::string_view name, const EdgeOptions& options, bool suggest,
                  Diagnostics& diagnostics) {
  const auto [from, to] = split_edge(name);
  const bool from_known = find_component(tree, from) != nullptr;
  const std::string_view strange = !from_known ? from : find_component(tree, to) ? "" : to;
  add_error(diagnostics, "unknown-name", options.said->key_at, options.path,
            from_known
                ? fmt::format("'{}' has no call, send or publish to '{}'", shown(from), shown(to))
                : fmt::format("there is no component '{}'", shown(from)),
            suggest && !strange.empty() ? did_you_mean(strange, component_names(tree)) : "");
}

/// Merges each edge's options into every step that goes along it. Returns: false after an error.
bool merge_into_edges(Node& tree, std::span<const Entry> edges, const std::string& path,
                      Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.size();
  std::map<std::string, EdgeOptions> by_name;
  for (const Entry& edge : edges) {
    EdgeOptions options{&edge, path.empty() ? "" : fmt::format("{}.{}", path, shown(edge.key))};
    const auto [from, to] = split_edge(edge.key);
    if (from.empty()) {
      add_error(diagnostics, "bad-name", edge.key_at, options.path,
                fmt::format("expected an edge such as checkout -> payments; found '{}'",
                            shown(edge.key)));
    } else if (!edge.value.is_map()) {
      add_error(diagnostics, "wrong-kind", edge.value.at, options.path,
                fmt::format("expected options of the edge, such as {{network: 2ms}}; found {}",
                            describe(edge.value)));
    } else if (!by_name.emplace(edge_name(from, to), options).second) {
      add_error(diagnostics, "duplicate-name", edge.key_at, options.path,
                "this edge stands here twice");
    }
  }
  for_each_edge_step(tree, [&](Node& step, std::string_view kind, std::string_view component) {
    const auto of = by_name.find(edge_of(step, kind, component));
    if (of != by_name.end() && kind == "read") of->second.reads = true;
  });
  std::size_t put = 0;
  for_each_edge_step(tree, [&](Node& step, std::string_view kind, std::string_view component) {
    const auto of = by_name.find(edge_of(step, kind, component));
    if (of == by_name.end() || put > kMostPutIntoSteps) return;
    ++of->second.steps;
    put += count_nodes(of->second.said->value);
    if (put > kMostPutIntoSteps) return;
    if (of->second.reads && kind != "read") {
      Node options = of->second.said->value;
      std::erase_if(options.entries, [](const Entry& option) { return option.key == "level"; });
      merge(step, options, {"edges", "edge", kind});
    } else {
      merge(step, of->second.said->value, {"edges", "edge", kind});
    }
  });
  if (put > kMostPutIntoSteps) {
    add_error(
        diagnostics, "too-large", edges.front().key_at, path,
        fmt::format("expected at most {} values in all steps of the edges", kMostPutIntoSteps));
    return false;
  }
  std::size_t unknown = 0;
  for (const auto& [name, options] : by_name) {
    if (options.steps == 0) no_such_edge(tree, name, options, ++unknown < 30, diagnostics);
  }
  return diagnostics.size() == errors_before;
}

void apply_edges(Node& tree, const Entry& edges, const std::string& path,
                 Diagnostics& diagnostics) {
  if (!edges.value.is_map()) {
    return add_error(
        diagnostics, "wrong-kind", edges.value.at, path,
        fmt::format("expected a map from edges to their options; found {}", describe(edges.value)));
  }
  if (edges.value.entries.size() > kMostByName) {
    return add_error(diagnostics, "too-large", edges.value.at, path,
                     fmt::format("expected at most {} edges; found {}", kMostByName,
                                 edges.value.entries.size()));
  }
  merge_into_edges(tree, edges.value.entries, path, diagnostics);
}

/// What a variant says of edges, in the order in which it is applied.
constexpr std::array<std::string_view, 3> kEdgeKeys{"decouple", "couple", "edges"};

bool is_top_key(std::string_view key) { return key != "variants" && contains(top_keys(), key); }

}  // namespace

void merge(Node& base, const Node& overlay, std::vector<std::string_view> path) {
  if (!base.is_map() || !overlay.is_map()) {
    base = overlay;
    return;
  }
  const auto group = alternatives(path);
  for (const Entry& entry : overlay.entries) {
    if (entry.value.is_null() || !contains(group, entry.key)) continue;
    std::erase_if(base.entries, [&](const Entry& other) {
      return other.key != entry.key && contains(group, other.key) &&
             overlay.find(other.key) == nullptr;
    });
  }
  // By key, so that two large maps cost no more than sorting them.
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < base.entries.size(); ++i) places.emplace(base.entries[i].key, i);
  std::vector<bool> removed(base.entries.size());
  for (const Entry& entry : overlay.entries) {
    const auto place = places.find(entry.key);
    if (place == places.end()) {
      // Removing what isn't there may be a preset's business, or a slip: whoever reads it decides.
      base.entries.push_back(entry);
    } else if (entry.value.is_null()) {
      removed[place->second] = true;
    } else {
      Entry& existing = base.entries[place->second];
      path.push_back(entry.key);
      merge(existing.value, entry.value, path);
      path.pop_back();
      existing.key_at = entry.key_at;
    }
  }
  std::size_t index = 0;
  std::erase_if(base.entries, [&](const Entry&) {
    const std::size_t i = index++;
    return i < removed.size() && removed[i];
  });
}

void apply_variant(Node& tree, const Entry& variant, Diagnostics& diagnostics) {
  const std::string path = fmt::format("variants.{}", shown(variant.key));
  if (variant.value.is_null()) return;
  if (!variant.value.is_map()) {
    return add_error(diagnostics, "wrong-kind", variant.value.at, path,
                     fmt::format("expected what differs from the base, or {{}}; found {}",
                                 describe(variant.value)));
  }
  if (variant.value.entries.size() > kMostByName) {
    return add_error(diagnostics, "too-large", variant.value.at, path,
                     fmt::format("expected at most {} keys; found {}", kMostByName,
                                 variant.value.entries.size()),
                     "put components into their sections");
  }
  if (const Entry* calls = variant.value.find("decouple")) {
    decouple(tree, *calls, path + ".decouple", diagnostics);
  }
  std::vector<CoupledQueue> coupled;
  if (const Entry* sends = variant.value.find("couple")) {
    coupled = couple(tree, *sends, path + ".couple", diagnostics);
  }
  if (const Entry* edges = variant.value.find("edges")) {
    apply_edges(tree, *edges, path + ".edges", diagnostics);
  }
  for (const Entry& entry : variant.value.entries) {
    if (contains(kEdgeKeys, entry.key)) continue;
    const std::string place = fmt::format("{}.{}", path, shown(entry.key));
    if (is_not_simulated("variants", entry.key)) {
      add_error(diagnostics, "not-simulated", entry.key_at, place,
                fmt::format("this version does not simulate '{}' yet", entry.key),
                "leave it out, or wait for a version that does");
    } else if (is_top_key(entry.key)) {
      Node overlay;
      overlay.kind = Node::Kind::map;
      overlay.entries.push_back(entry);
      merge(tree, overlay, {});
    } else if (std::string_view section;
               Node* component = find_component(tree, entry.key, &section)) {
      merge(*component, entry.value, {section, entry.key});
    } else {
      std::vector<std::string_view> known = component_names(tree);
      for (const std::string_view key : top_keys()) known.push_back(key);
      known.insert(known.end(), kEdgeKeys.begin(), kEdgeKeys.end());
      add_error(diagnostics, "unknown-key", entry.key_at, place,
                fmt::format("there is no component or section '{}'", shown(entry.key)),
                did_you_mean(entry.key, known));
    }
  }
  take_out(tree, coupled, diagnostics);
}

namespace {

/// Moves every place in the node from the value's own text into the setting's.
void relocate(Node& node, const std::shared_ptr<const Source>& source, std::uint32_t offset) {
  node.at.source = source;
  if (node.at.line == 1) node.at.column += offset;
  for (Entry& entry : node.entries) {
    entry.key_at.source = source;
    if (entry.key_at.line == 1) entry.key_at.column += offset;
    relocate(entry.value, source, offset);
  }
}

}  // namespace

bool parse_setting(const std::string& text, Setting& setting, Diagnostics& diagnostics) {
  const auto source = std::make_shared<const Source>(Source{"--set", text});
  const std::size_t equals = text.find('=');
  const auto fail = [&](std::string message, std::uint32_t column) {
    add_error(diagnostics, "bad-setting", {source, 1, column}, "", std::move(message),
              "write it as worker.instances=4 or 'checkout -> payments.network=300ms'");
    return false;
  };
  if (find_invalid_utf8(text) != std::string::npos) return fail("not valid UTF-8", 0);
  if (equals == std::string::npos || equals == 0) return fail("expected PLACE=VALUE", 1);
  std::string_view place = std::string_view(text).substr(0, equals);
  while (place.ends_with(' ')) place.remove_suffix(1);
  setting.text = text;
  // The name after an arrow belongs to the edge; the options begin at the dot behind it.
  const std::size_t arrow = place.find("->");
  std::size_t begin = 0;
  std::size_t dot = place.find('.', arrow == std::string_view::npos ? 0 : arrow);
  for (;;) {
    const std::size_t end = std::min(dot, place.size());
    if (end == begin) return fail("a part of the place is empty", 1);
    const auto column = static_cast<std::uint32_t>(count_characters(place.substr(0, begin)) + 1);
    setting.path.emplace_back(place.substr(begin, end - begin));
    setting.places.push_back({source, 1, column});
    if (end == place.size()) break;
    begin = end + 1;
    dot = place.find('.', begin);
  }
  if (arrow != std::string_view::npos && setting.path.size() == 1) {
    return fail("expected an option of the edge after a dot", 1);
  }
  const std::string value = text.substr(equals + 1);
  const auto offset = static_cast<std::uint32_t>(count_characters(text.substr(0, equals + 1)));
  if (value.find_first_not_of(' ') == std::string::npos) {
    return fail("expected a value after =", offset);
  }
  if (value == "null" || value == "~") {
    setting.value.at = {source, 1, offset + 1};
    return true;
  }
  Diagnostics found;
  auto node = parse_document(std::make_shared<const Source>(Source{"--set", value}), found);
  for (Diagnostic& diagnostic : found) {
    diagnostic.at.source = source;
    if (diagnostic.at.line == 1) diagnostic.at.column += offset;
    diagnostics.push_back(std::move(diagnostic));
  }
  if (!node) return false;
  setting.value = std::move(*node);
  relocate(setting.value, source, offset);
  return true;
}

bool apply_setting(Node& tree, const Setting& setting, Diagnostics& diagnostics) {
  const std::string& first = setting.path.front();
  // The value inside of one map for each part of the path below the first.
  Node overlay = setting.value;
  for (std::size_t i = setting.path.size(); i-- > 1;) {
    Node outer;
    outer.kind = Node::Kind::map;
    outer.at = setting.places[i];
    outer.entries.push_back({setting.path[i], setting.places[i], std::move(overlay)});
    overlay = std::move(outer);
  }
  if (first.find("->") != std::string::npos) {
    const Entry edge{first, setting.places[0], std::move(overlay)};
    return merge_into_edges(tree, {&edge, 1}, "", diagnostics);
  }
  std::string_view section;
  Node* target = find_component(tree, first, &section);
  std::vector<std::string_view> path;
  if (target != nullptr) {
    path = {section, first};
  } else if (is_top_key(first)) {
    Entry* entry = tree.find(first);
    if (entry == nullptr) {
      Node empty;
      empty.kind = Node::Kind::map;
      empty.at = setting.places[0];
      tree.entries.push_back({first, setting.places[0], std::move(empty)});
      entry = &tree.entries.back();
    }
    target = &entry->value;
    path = {first};
  } else {
    std::vector<std::string_view> known = component_names(tree);
    for (const std::string_view key : top_keys()) known.push_back(key);
    add_error(diagnostics, "unknown-name", setting.places[0], "",
              fmt::format("there is no component or section '{}'", shown(first)),
              did_you_mean(first, known));
    return false;
  }
  const Node* below = target;
  for (std::size_t i = 1; i < setting.path.size() && below != nullptr; ++i) {
    if (below->is_list()) {
      add_error(diagnostics, "bad-setting", setting.places[i], "",
                fmt::format("'{}' is a list, which is set as a whole", setting.path[i - 1]),
                "options of a call, send or publish are set by its edge: 'checkout -> "
                "payments.network=2ms'");
      return false;
    }
    const Entry* next = below->find(setting.path[i]);
    below = next == nullptr ? nullptr : &next->value;
  }
  merge(*target, overlay, path);
  return true;
}

namespace {

/// Merges a map's preset below what the map says itself. Of a name that is none the reader tells.
void apply_preset(Node& map, Noun noun, const std::vector<std::string_view>& path) {
  if (!map.is_map()) return;
  const Entry* named = map.find("preset");
  if (named == nullptr || !named->value.is_scalar()) return;
  const Preset* preset = find_preset(named->value.text);
  if (preset == nullptr || preset->noun != noun) return;
  Node merged = preset->tree;
  merged.at = map.at;
  merge(merged, map, path);
  map = std::move(merged);
}

/// The presets of calls, and of what a call or send says of its retries and its breaker.
void apply_step_presets(Node& tree) {
  for_each_exchange(tree, [](Node& step, std::string_view, std::string_view) {
    if (step.find("call") != nullptr) apply_preset(step, Noun::call, {"call"});
    if (Entry* retry = step.find("retry")) apply_preset(retry->value, Noun::retry, {"retry"});
    if (Entry* breaker = step.find("breaker")) {
      apply_preset(breaker->value, Noun::breaker, {"call", "breaker"});
    }
  });
}

}  // namespace

void apply_presets(Node& tree, Diagnostics& diagnostics) {
  apply_step_presets(tree);
  for_each_section([&](const auto& section) {
    Entry* components = tree.find(section.key);
    if (components == nullptr || !components->value.is_map()) return;
    for (Entry& component : components->value.entries) {
      const Entry* named = component.value.find("preset");
      if (named == nullptr) continue;
      const std::string path = fmt::format("{}.{}.preset", section.key, shown(component.key));
      const Node name = named->value;
      const Preset* preset = name.is_scalar() ? find_preset(name.text) : nullptr;
      if (preset != nullptr && preset->noun == section.noun) {
        for (const auto& [key, why] : preset->has_no) {
          const Entry* said = component.value.find(key);
          if (said == nullptr) continue;
          add_error(diagnostics, "wrong-place", said->key_at,
                    fmt::format("{}.{}.{}", section.key, shown(component.key), key),
                    fmt::format("'{}' has nothing like {}", preset->name, key), why);
        }
        Node merged = preset->tree;
        merged.at = component.value.at;
        merge(merged, component.value, {section.key, component.key});
        component.value = std::move(merged);
        continue;
      }
      std::vector<std::string_view> fitting;
      for (const Preset& known : presets()) {
        if (known.noun == section.noun) fitting.push_back(known.name);
      }
      if (name.is_scalar() && is_not_simulated("preset", name.text)) {
        add_error(diagnostics, "not-simulated", name.at, path,
                  fmt::format("this version does not simulate '{}' yet", name.text));
      } else if (preset != nullptr) {
        add_error(diagnostics, "wrong-noun", name.at, path,
                  fmt::format("the preset '{}' is for {}, not for {}", preset->name,
                              word_of(preset->noun), section.word));
      } else {
        add_error(diagnostics, "unknown-name", name.at, path,
                  fmt::format("expected the name of a preset for {}; found {}", section.word,
                              describe(name)),
                  name.is_scalar() && !did_you_mean(name.text, fitting).empty()
                      ? did_you_mean(name.text, fitting)
                  : fitting.empty() ? fmt::format("there is no preset for {}", section.word)
                                    : fmt::format("there is {}", one_of(fitting)));
      }
    }
  });
}

}  // namespace spillway
