#pragma once

#include <string>

namespace spillway {

/// The JSON Schema (draft-07) of scenarios, for editors and other readers: every key, unit, range
/// and default of the declarations. What holds between components only the loader checks.
std::string json_schema();

/// The reference of the language in Markdown: sections, steps, distributions, metrics, presets.
std::string reference_page();

}  // namespace spillway
