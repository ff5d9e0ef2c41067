#include "analysis/report/text_layout.h"

#include <algorithm>
#include <numeric>

#include "sim/language/printable.h"

namespace spillway::report {
namespace {

constexpr std::size_t kGap = 2;

std::string_view code_of(Tone tone) {
  switch (tone) {
    case Tone::strong:
      return "\x1b[1m";
    case Tone::faint:
      return "\x1b[2m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::bad:
      return "\x1b[31m";
    case Tone::doubtful:
      return "\x1b[33m";
    case Tone::plain:
      break;
  }
  return "";
}

}  // namespace

std::string paint(std::string_view text, Tone tone, const TextStyle& style) {
  if (!style.colour || tone == Tone::plain || text.empty()) return std::string(text);
  return std::string(code_of(tone)) + std::string(text) + "\x1b[0m";
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, character_size(text));
    width += display_width(character);
    text.remove_prefix(character.size());
  }
  return width;
}

std::string cut(std::string_view text, std::size_t columns, const TextStyle& style) {
  if (width_of(text) <= columns) return std::string(text);
  const std::string_view ellipsis = style.unicode ? "…" : "..";
  const std::size_t room = columns > ellipsis.size() ? columns - width_of(ellipsis) : 0;
  std::string out;
  for (std::size_t width = 0; !text.empty();) {
    const std::string_view character = text.substr(0, character_size(text));
    width += display_width(character);
    if (width > room) break;
    out += character;
    text.remove_prefix(character.size());
  }
  return out + std::string(ellipsis);
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!line.empty() && width_of(line) + 1 + width_of(word) > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  for (const TableRow& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i].text));
    }
  }
  return widths;
}

std::size_t Table::width() const {
  const std::vector<std::size_t> all = widths();
  if (all.empty()) return 0;
  return std::accumulate(all.begin(), all.end(), std::size_t{0}) + kGap * (all.size() - 1);
}

void Table::shrink(std::size_t column, std::size_t columns, std::size_t least,
                   const TextStyle& style) {
  const std::size_t total = width();
  const std::vector<std::size_t> all = widths();
  if (total <= columns || column >= all.size()) return;
  const std::size_t excess = total - columns;
  const std::size_t room = all[column] > excess + least ? all[column] - excess : least;
  for (TableRow& row : rows_) {
    if (column < row.size()) row[column].text = cut(row[column].text, room, style);
  }
}

void Table::drop(std::size_t column) {
  for (TableRow& row : rows_) {
    if (column < row.size()) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
  }
}

std::string Table::print(const TextStyle& style, std::size_t indent) const {
  const std::vector<std::size_t> all = widths();
  std::string out;
  for (const TableRow& row : rows_) {
    std::string line;
    std::size_t pending = indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::size_t padding = all[i] - width_of(row[i].text);
      if (row[i].right) pending += padding;
      if (!row[i].text.empty()) {
        line.append(pending, ' ');
        line += paint(row[i].text, row[i].tone, style);
        pending = 0;
      }
      pending += kGap + (row[i].right ? 0 : padding);
    }
    out += line + '\n';
  }
  return out;
}

}  // namespace spillway::report
