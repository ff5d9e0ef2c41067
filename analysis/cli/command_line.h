#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace spillway::cli {

/// When to colour: on a terminal, always, or never.
enum class Colour : std::uint8_t { automatic, always, never };

/// `spillway run FILE`: replicate and summarise.
struct RunCommand {
  std::string file;
  std::vector<std::string> set;
  std::optional<std::string> variant;
  std::optional<std::uint32_t> replications;
  std::optional<std::uint64_t> seed;
  std::uint32_t threads = 0;  ///< 0: one per processor
  bool json = false;          ///< instead of the summary, unless there is a file
  std::optional<std::string> json_file;
  std::optional<std::string> report_file;
  bool all_metrics = false;
  bool strict = false;
  bool quiet = false;
  Colour colour = Colour::automatic;
};

/// `spillway check FILE`: everything that can be said without simulating.
struct CheckCommand {
  std::string file;
  std::vector<std::string> set;
  std::optional<std::string> variant;
  Colour colour = Colour::automatic;
};

/// `spillway schema`: the JSON Schema of scenarios.
struct SchemaCommand {};

/// `spillway presets [NAME]`: which there are, or what one says and why.
struct PresetsCommand {
  std::optional<std::string> name;
  Colour colour = Colour::automatic;
};

/// A text that was asked for: `--help`, `--version`.
struct Answer {
  std::string text;
};

/// What is wrong with the command line, ready to print.
struct Misuse {
  std::string text;
};

using Command =
    std::variant<RunCommand, CheckCommand, SchemaCommand, PresetsCommand, Answer, Misuse>;

/// Reads the command line, the program's name not included.
Command read_command_line(std::vector<std::string> arguments);

}  // namespace spillway::cli
