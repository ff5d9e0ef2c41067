#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spillway::report {

/// What a text is written for: a terminal of so many columns, with or without colour, with or
/// without characters beyond ASCII.
struct TextStyle {
  std::size_t columns = 80;
  bool colour = false;
  bool unicode = true;
};

/// How a piece of text is coloured. Colour says nothing that the words don't.
enum class Tone : std::uint8_t { plain, strong, faint, good, bad, doubtful };

/// The text in its tone; as it is without colour.
std::string paint(std::string_view text, Tone tone, const TextStyle& style);

/// Terminal columns that a printable text takes.
std::size_t width_of(std::string_view text);

/// The text cut to so many columns, with an ellipsis.
std::string cut(std::string_view text, std::size_t columns, const TextStyle& style);

/// The text broken at blanks into lines of at most so many columns; longer words stand alone.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
  bool right = false;  ///< aligned to the right
};

using TableRow = std::vector<Cell>;

/// Rows with their columns below one another, two blanks between them, nothing after the last one.
class Table {
 public:
  void add(TableRow row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }

  /// Terminal columns that the widest row takes.
  std::size_t width() const;
  /// Cuts the cells of a column so that the table takes at most so many columns, but leaves it
  /// `least`.
  void shrink(std::size_t column, std::size_t columns, std::size_t least, const TextStyle& style);
  /// Leaves a column out.
  void drop(std::size_t column);

  std::string print(const TextStyle& style, std::size_t indent = 0) const;

 private:
  std::vector<std::size_t> widths() const;

  std::vector<TableRow> rows_;
};

}  // namespace spillway::report
