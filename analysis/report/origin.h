#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.h"

namespace spillway::report {

/// What a run was started with, so that a reader can start it again.
struct Origin {
  std::string file;              ///< the scenario's file name, without folders
  std::string text;              ///< the scenario as written
  std::vector<std::string> set;  ///< `--set`
  std::optional<std::string> variant;
  std::optional<std::uint64_t> replications;  ///< none: variants have their own
  std::optional<std::uint64_t> seed;          ///< likewise
};

/// The origin of a run of this file, at `path`. Seed and replications are the command line's, or
/// the file's where all its variants have the same.
Origin origin_of(const ScenarioFile& file, std::string_view path, Origin command_line);

/// The command that repeats the run: `spillway run flash-sale.yaml --seed 2026 --replications 30`.
std::string command_of(const Origin& origin);

/// The text as one word of a POSIX shell, quoted where it has to be.
std::string shell_word(std::string_view text);

}  // namespace spillway::report
