#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/cli/command_line.h"
#include "sim/scenario/scenario.h"

namespace spillway::cli {

/// Loads a scenario and writes what is wrong with it to standard error, then what its architecture
/// alone warns of.
///
/// Returns: nothing when it must not be run.
std::optional<ScenarioFile> read_scenario(const std::string& path,
                                          const std::vector<std::string>& set,
                                          const std::optional<std::string>& variant, Colour colour);

/// A diagnostic as render() writes it, its severity coloured, the caret too.
std::string render_coloured(const Diagnostic& diagnostic, bool colour);

/// Whether both names lead to the same existing file.
bool is_same_file(const std::string& a, const std::string& b);

}  // namespace spillway::cli
