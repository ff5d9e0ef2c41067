#include "analysis/report/origin.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway::report {
namespace {

/// What all variants say, if they say the same.
template <class Value>
std::optional<std::uint64_t> agreed(const ScenarioFile& file, const Value& value) {
  if (file.variants.empty()) return std::nullopt;
  const std::uint64_t first = value(file.variants.front());
  const bool same = std::ranges::all_of(
      file.variants, [&](const Scenario& scenario) { return value(scenario) == first; });
  return same ? std::optional(first) : std::nullopt;
}

}  // namespace

Origin origin_of(const ScenarioFile& file, std::string_view path, Origin command_line) {
  Origin origin = std::move(command_line);
  origin.file = path.substr(path.find_last_of('/') + 1);
  if (file.source) origin.text = file.source->text;
  if (!origin.seed) {
    origin.seed = agreed(file, [](const Scenario& scenario) { return scenario.run.seed; });
  }
  const bool until_exact = std::ranges::any_of(file.variants, [](const Scenario& scenario) {
    return scenario.run.replications.precision.has_value();
  });
  if (!origin.replications && !until_exact) {
    origin.replications = agreed(file, [](const Scenario& scenario) {
      return static_cast<std::uint64_t>(scenario.run.replications.count);
    });
  }
  return origin;
}

std::string command_of(const Origin& origin) {
  // A name like an option would be taken for one.
  std::string command =
      "spillway run " + shell_word((origin.file.starts_with('-') ? "./" : "") + origin.file);
  for (const std::string& change : origin.set) command += " --set " + shell_word(change);
  if (origin.variant) command += " --variant " + shell_word(*origin.variant);
  if (origin.seed) command += fmt::format(" --seed {}", *origin.seed);
  if (origin.replications) command += fmt::format(" --replications {}", *origin.replications);
  return command;
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(text);
  }
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + "'";
}

}  // namespace spillway::report
