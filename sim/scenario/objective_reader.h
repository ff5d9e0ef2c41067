#pragma once

#include <expected>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/language/field.h"
#include "sim/language/quantity_text.h"
#include "sim/scenario/catalogue.h"
#include "sim/scenario/objective.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// What an objective may name: components with their nouns (several
/// where a name stands twice), edges, windows.
struct Nameable {
  std::map<std::string, Noun, std::less<>> components;
  std::set<std::string, std::less<>> edges;     ///< `checkout -> payments`
  std::vector<std::string> windows;             ///< that metrics are taken over
  std::vector<std::string> empty_windows;       ///< of which warm-up and run leave nothing
  std::set<std::string, std::less<>> priced;    ///< components with a cost
  std::set<std::string, std::less<>> scaled;    ///< components whose number of instances changes
  std::set<std::string, std::less<>> ejecting;  ///< services that eject instances
  std::set<std::string, std::less<>> given_fleets;  ///< of these, the ones that faults alone change
  bool may_collapse = false;                        ///< what counts as a collapse is said
  bool has_month = false;                           ///< what is measured stands for some time
  bool complete = true;                             ///< false: some could not be read
};

/// Reads one objective: `METRIC[@WINDOW] (<=|>=|<|>) VALUE [in 95% of runs]`, or a map that also
/// says `expect: missed`. Returns: nothing after an error.
std::optional<Objective> read_objective(Reader& reader, const Entry& entry, const Nameable& names);

/// Reads `METRIC[@WINDOW]`. Returns: what the metric is, or nullptr after an error.
const CatalogueEntry* read_metric(Reader& reader, const Node& node, const Nameable& names,
                                  MetricName& out);

/// What a value of that unit looks like: "a duration, such as 30s".
std::string_view value_text(std::string_view unit);

/// Reads a value of a metric of that unit. Returns it in SI base units.
std::expected<double, Misread> read_value(std::string_view text, std::string_view unit);

}  // namespace spillway
