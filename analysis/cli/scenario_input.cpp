#include "analysis/cli/scenario_input.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <system_error>

#include "analysis/cli/output.h"
#include "analysis/cli/terminal_settings.h"
#include "analysis/topology/findings.h"

namespace spillway::cli {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kReset = "\x1b[0m";

std::string count_of(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

}  // namespace

std::string render_coloured(const Diagnostic& diagnostic, bool colour) {
  std::string text = render(diagnostic);
  if (!colour) return text;
  const bool error = diagnostic.severity == Severity::error;
  const std::string_view tone = error ? kRed : kYellow;
  const std::string_view word = error ? "error:" : "warning:";
  // The first line is the message; further ones hold the excerpt and its caret.
  const std::size_t first_line = text.find('\n');
  const std::size_t at = text.find(word);
  const std::size_t caret = text.find_last_of('^');
  if (caret != std::string::npos && caret > first_line && text.compare(caret, 2, "^\n") == 0) {
    text.insert(caret + 1, kReset);
    text.insert(caret, tone);
  }
  if (at < first_line) {
    text.insert(at + word.size(), kReset);
    text.insert(at, tone);
  }
  return text;
}

std::optional<ScenarioFile> read_scenario(const std::string& path,
                                          const std::vector<std::string>& set,
                                          const std::optional<std::string>& variant,
                                          Colour colour) {
  ScenarioFile file = load_scenario(path, {set, variant});
  const bool coloured = settings_of(2, colour).colour;
  std::size_t errors = 0;
  std::string text;
  for (const Diagnostic& diagnostic : file.diagnostics) {
    text += render_coloured(diagnostic, coloured);
    errors += diagnostic.severity == Severity::error ? 1 : 0;
  }
  if (errors > 1) text += count_of(errors, "error") + "\n";
  if (errors == 0) {
    for (const Diagnostic& finding : topology::findings(file)) {
      text += render_coloured(finding, coloured);
    }
  }
  write_error(text);
  if (errors > 0) return std::nullopt;
  return file;
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return std::filesystem::equivalent(a, b, error);
}

}  // namespace spillway::cli
