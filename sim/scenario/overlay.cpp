#include "sim/scenario/overlay.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <span>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/distribution_forms.h"
#include "sim/scenario/names.h"
#include "sim/scenario/not_simulated.h"
#include "sim/scenario/preset.h"
#include "sim/scenario/sections.h"
#include "sim/scenario/share_entries.h"

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

/// The component's map, wherever it is declared; nullptr when there is none.
Node* find_component(Node& tree, std::string_view name, std::string_view* section = nullptr) {
  for (const std::string_view key : kSectionKeys) {
    Entry* components = tree.find(key);
    if (components == nullptr) continue;
    if (Entry* component = components->value.find(name)) {
      if (section != nullptr) *section = key;
      return &component->value;
    }
  }
  return nullptr;
}

std::vector<std::string_view> component_names(const Node& tree) {
  std::vector<std::string_view> names;
  for (const std::string_view key : kSectionKeys) {
    const Entry* components = tree.find(key);
    if (components == nullptr) continue;
    for (const Entry& component : components->value.entries) names.push_back(component.key);
  }
  return names;
}

/// The most components and edges that a variant says by their names alone: each is looked for in
/// all sections, and an edge in all steps.
constexpr std::size_t kMostByName = 500;

/// Merges the options into each call or send to `to` among the steps. Returns how many there are.
std::size_t merge_into_steps(Node& does, std::string_view to, const Node& options) {
  if (!does.is_list()) return 0;
  std::size_t found = 0;
  for (Entry& item : does.entries) {
    Node& step = item.value;
    for (const std::string_view kind : {"call", "send"}) {
      const Entry* target = step.find(kind);
      if (target == nullptr || !target->value.is_scalar() || target->value.text != to) continue;
      merge(step, options, {"edges", "edge", kind});
      ++found;
    }
    if (Entry* choose = step.find("choose")) {
      for (Entry* const way : share_entries(choose->value)) {
        found += merge_into_steps(way->value, to, options);
      }
    }
  }
  return found;
}

/// Merges the options into an edge of the tree.
bool merge_into_edge(Node& tree, const std::string& edge, const Location& at,
                     const std::string& path, const Node& options, Diagnostics& diagnostics) {
  const auto [from, to] = split_edge(edge);
  if (from.empty()) {
    add_error(
        diagnostics, "bad-name", at, path,
        fmt::format("expected an edge such as checkout -> payments; found '{}'", shown(edge)));
    return false;
  }
  Node* component = find_component(tree, from);
  if (component == nullptr) {
    add_error(diagnostics, "unknown-name", at, path,
              fmt::format("there is no component '{}'", shown(from)),
              did_you_mean(from, component_names(tree)));
    return false;
  }
  if (!options.is_map()) {
    add_error(diagnostics, "wrong-kind", options.at, path,
              fmt::format("expected options of the edge, such as {{network: 2ms}}; found {}",
                          describe(options)));
    return false;
  }
  Entry* does = component->find("does");
  if (does != nullptr && merge_into_steps(does->value, to, options) > 0) return true;
  add_error(diagnostics, "unknown-name", at, path,
            fmt::format("'{}' has no call or send to '{}'", shown(from), shown(to)),
            find_component(tree, to) == nullptr ? did_you_mean(to, component_names(tree)) : "");
  return false;
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
  for (const Entry& edge : edges.value.entries) {
    merge_into_edge(tree, edge.key, edge.key_at, fmt::format("{}.{}", path, shown(edge.key)),
                    edge.value, diagnostics);
  }
}

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
  if (const Entry* edges = variant.value.find("edges")) {
    apply_edges(tree, *edges, path + ".edges", diagnostics);
  }
  for (const Entry& entry : variant.value.entries) {
    if (entry.key == "edges") continue;
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
      known.push_back("edges");
      add_error(diagnostics, "unknown-key", entry.key_at, place,
                fmt::format("there is no component or section '{}'", shown(entry.key)),
                did_you_mean(entry.key, known));
    }
  }
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
    return merge_into_edge(tree, first, setting.places[0], "", overlay, diagnostics);
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
      add_error(
          diagnostics, "bad-setting", setting.places[i], "",
          fmt::format("'{}' is a list, which is set as a whole", setting.path[i - 1]),
          "options of a call or send are set by its edge: 'checkout -> payments.network=2ms'");
      return false;
    }
    const Entry* next = below->find(setting.path[i]);
    below = next == nullptr ? nullptr : &next->value;
  }
  merge(*target, overlay, path);
  return true;
}

void apply_presets(Node& tree, Diagnostics& diagnostics) {
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
