#include "sim/scenario/preset.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <memory>

#include "sim/scenario/embedded_presets.h"
#include "sim/scenario/sections.h"

namespace spillway {
namespace {

std::string text_of(const Node& map, std::string_view key) {
  const Entry* entry = map.find(key);
  return entry != nullptr && entry->value.is_scalar() ? entry->value.text : std::string();
}

Noun noun_of(std::string_view word) {
  Noun noun = word == "breaker" ? Noun::breaker
              : word == "retry" ? Noun::retry
              : word == "call"  ? Noun::call
                                : Noun::none;
  for_each_section([&](const auto& section) {
    if (section.word.ends_with(word) && section.word.size() == word.size() + 2) noun = section.noun;
  });
  return noun;
}

/// A value as it would be written on one line.
std::string flow(const Node& node) {
  if (node.is_scalar()) return node.text;
  std::string out = node.is_list() ? "[" : "{";
  for (const Entry& entry : node.entries) {
    if (out.size() > 1) out += ", ";
    if (node.is_map()) out += fmt::format("{}: ", entry.key);
    out += flow(entry.value);
  }
  return out + (node.is_list() ? "]" : "}");
}

std::vector<Preset> load_presets() {
  std::vector<Preset> result;
  for (const EmbeddedPreset& embedded : embedded_presets()) {
    Diagnostics diagnostics;
    result.push_back(
        parse_preset(std::string(embedded.text), std::string(embedded.name), diagnostics));
    assert(diagnostics.empty() && "a test reads every preset");
  }
  std::ranges::sort(result, {}, &Preset::name);
  return result;
}

}  // namespace

Preset parse_preset(const std::string& text, const std::string& name, Diagnostics& diagnostics) {
  const auto source =
      std::make_shared<const Source>(Source{fmt::format("presets/{}.yaml", name), text});
  Preset preset;
  preset.tree.kind = Node::Kind::map;
  preset.tree.at = {source, 1, 1};
  const auto document = parse_document(source, diagnostics);
  if (!document) return preset;
  const auto expect = [&](bool fine, std::string_view key, std::string_view what) {
    if (fine) return true;
    const Entry* entry = document->find(key);
    diagnostics.push_back(error_at(entry ? entry->key_at : document->at, "preset", std::string(key),
                                   fmt::format("expected {}", what)));
    return false;
  };
  preset.name = text_of(*document, "preset");
  expect(preset.name == name, "preset", "the file's own name");
  preset.noun = noun_of(text_of(*document, "for"));
  expect(preset.noun != Noun::none, "for", "a noun such as queue");
  preset.meaning = text_of(*document, "stands_for");
  expect(!preset.meaning.empty(), "stands_for", "what it stands for");
  const Entry* values = document->find("values");
  if (expect(values != nullptr && values->value.is_map(), "values", "a map of values")) {
    for (const Entry& entry : values->value.entries) {
      const Entry* value = entry.value.find("value");
      const std::string known_from = text_of(entry.value, "source");
      if (!expect(value != nullptr && !known_from.empty(), entry.key, "a value and its source")) {
        continue;
      }
      preset.values.push_back(
          {entry.key, flow(value->value), known_from, text_of(entry.value, "note")});
      preset.tree.entries.push_back({entry.key, entry.key_at, value->value});
    }
  }
  if (const Entry* lacks = document->find("has_no")) {
    if (expect(lacks->value.is_map(), "has_no", "a map of keys and reasons")) {
      for (const Entry& entry : lacks->value.entries) {
        preset.has_no.push_back({entry.key, entry.value.text});
      }
    }
  }
  const Entry* left_out = document->find("not_modelled");
  if (expect(left_out != nullptr && left_out->value.is_list(), "not_modelled", "a list")) {
    for (const Entry& entry : left_out->value.entries) {
      preset.not_modelled.push_back(entry.value.text);
    }
  }
  return preset;
}

const std::vector<Preset>& presets() {
  static const std::vector<Preset> all = load_presets();
  return all;
}

const Preset* find_preset(std::string_view name) {
  for (const Preset& preset : presets()) {
    if (preset.name == name) return &preset;
  }
  return nullptr;
}

}  // namespace spillway
