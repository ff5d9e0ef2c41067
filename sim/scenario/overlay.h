#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/language/diagnostic.h"
#include "sim/scenario/document.h"

// Alternatives are made on the tree, before it is read: what a variant, `--set` or a preset says is
// merged into it, and keeps the place where it was said.

namespace spillway {

/// Merges `overlay` into `base`, which stands below the keys of `path`: maps key by key, anything
/// else replaces; nothing (null) removes the key, where it is there. Where only one of several keys
/// can be (kinds of a load, of a distribution), naming another one replaces it.
void merge(Node& base, const Node& overlay, std::vector<std::string_view> path);

/// Applies a variant to a copy of the base: `decouple` and `couple` first, then `edges`, then
/// everything else. Errors go into `diagnostics`.
void apply_variant(Node& tree, const Entry& variant, Diagnostics& diagnostics);

/// What `--set` says: a place, and the value for it.
struct Setting {
  std::string text;
  std::vector<std::string> path;  ///< `worker`, `instances`; of an edge: its key first
  std::vector<Location> places;   ///< of each part of the path
  Node value;
};

/// Takes `worker.instances=4` apart. Returns: false after an error.
bool parse_setting(const std::string& text, Setting& setting, Diagnostics& diagnostics);

/// Puts the value in its place. Returns: false when this tree has no such place; the error is in
/// `diagnostics`.
bool apply_setting(Node& tree, const Setting& setting, Diagnostics& diagnostics);

/// Merges the preset of each component that names one below what the component says itself, and
/// keeps the key `preset`.
void apply_presets(Node& tree, Diagnostics& diagnostics);

}  // namespace spillway
