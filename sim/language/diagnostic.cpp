#include "sim/language/diagnostic.h"

#include <fmt/format.h>

#include <string_view>

#include "sim/language/printable.h"

namespace spillway {
namespace {

constexpr std::size_t kBefore = 60;  // characters shown left of the caret
constexpr std::size_t kShown = 100;  // characters shown in all

/// Line `number` of the text, without its end; empty where there is none.
std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (std::uint32_t n = 1; n < number; ++n) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

/// The line cut around the column, and a caret below that column.
std::string excerpt(std::string_view line, std::uint32_t column) {
  std::size_t skip = column > kBefore ? column - kBefore : 0;
  std::string text = skip > 0 ? "…" : "";
  std::string caret = skip > 0 ? " " : "";
  std::size_t at = 1;
  for (; skip > 0 && !line.empty(); --skip, ++at) line.remove_prefix(character_size(line));
  std::size_t n = 0;
  for (; n < kShown && !line.empty(); ++n, ++at) {
    const std::string_view character = line.substr(0, character_size(line));
    text += printable(character);
    if (at < column) caret.append(display_width(character), ' ');
    line.remove_prefix(character.size());
  }
  if (!line.empty()) text += "…";
  for (; at < column && n < kShown; ++at, ++n) caret += ' ';
  return fmt::format("  {}\n  {}^\n", text, caret);
}

}  // namespace

Diagnostic error_at(Location at, std::string code, std::string path, std::string message,
                    std::string hint) {
  return {Severity::error, std::move(code),    std::move(at),
          std::move(path), std::move(message), std::move(hint)};
}

std::string render(const Diagnostic& diagnostic) {
  const Location& at = diagnostic.at;
  std::string out = at.source ? printable(at.source->name) : std::string("spillway");
  if (at.line > 0) out += fmt::format(":{}", at.line);
  if (at.line > 0 && at.column > 0) out += fmt::format(":{}", at.column);
  out += diagnostic.severity == Severity::error ? ": error: " : ": warning: ";
  if (!diagnostic.path.empty()) out += fmt::format("{}: ", printable(diagnostic.path));
  out += fmt::format("{} [{}]\n", printable(diagnostic.message), diagnostic.code);
  if (at.source && at.line > 0 && at.column > 0) {
    const std::string_view line = line_of(at.source->text, at.line);
    if (!line.empty()) out += excerpt(line, at.column);
  }
  if (!diagnostic.hint.empty()) out += fmt::format("  hint: {}\n", printable(diagnostic.hint));
  return out;
}

}  // namespace spillway
