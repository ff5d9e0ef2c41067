#pragma once

#include <string>

#include "sim/language/field.h"

namespace spillway {

/// The JSON Schema (draft-07) of scenarios, for editors and other readers: every key, unit, range
/// and default of the declarations. What holds between components only the loader checks.
std::string json_schema();

/// The reference of the language in Markdown: sections, steps, distributions, metrics, presets.
std::string reference_page();

/// The tables of the keys of a component of that noun, in Markdown: a part of the reference and of
/// the component's own page, sim/model/NAME/README.md.
std::string parameter_tables(Noun noun);

/// The table of its metrics. Noun::none: of an edge.
std::string metric_table(Noun noun);

}  // namespace spillway
