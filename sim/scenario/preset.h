#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/language/field.h"
#include "sim/scenario/document.h"

namespace spillway {

/// One value that a preset fills in, and where it is known from.
struct PresetValue {
  std::string key;     ///< `visibility`
  std::string value;   ///< as written: `30s`
  std::string source;  ///< title and address
  std::string note;    ///< what to know about it; empty when nothing
};

/// What a component with this preset may not say, since the service has nothing like it.
struct PresetLack {
  std::string key;  ///< `priority`
  std::string why;  ///< what to do instead
};

/// What one real product or service does: values for a component of one noun.
struct Preset {
  std::string name;  ///< `aws-sqs-standard`
  Noun noun = Noun::none;
  std::string meaning;  ///< what it stands for
  std::vector<PresetValue> values;
  std::vector<std::string> not_modelled;  ///< what it does that this version leaves out
  std::vector<PresetLack> has_no;
  Node tree;  ///< the values as a scenario would say them
};

/// All presets of the program, by name. They are made from scenarios/presets when it is built.
const std::vector<Preset>& presets();

/// The preset of that name, or nullptr.
const Preset* find_preset(std::string_view name);

/// Reads a preset from its source form. Errors go into `diagnostics`.
Preset parse_preset(const std::string& text, const std::string& name, Diagnostics& diagnostics);

}  // namespace spillway
