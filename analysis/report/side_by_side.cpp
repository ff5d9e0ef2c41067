#include "analysis/report/side_by_side.h"

#include <optional>
#include <utility>

namespace spillway::report {
namespace {

/// The first column and those in [from, until] of all rows that say something there; a component's
/// name stands above its first one.
Table part_of(const std::vector<TableRow>& rows, std::size_t from, std::size_t until) {
  Table table;
  std::optional<TableRow> name;
  for (const TableRow& row : rows) {
    TableRow part{row.front()};
    bool says = false;
    for (std::size_t i = from; i <= until && i < row.size(); ++i) {
      says = says || !row[i].text.empty();
      part.push_back(row[i]);
    }
    if (row.front().tone == Tone::strong) {
      name = std::move(part);
    } else if (says) {
      if (name) table.add(std::move(*name));
      name.reset();
      table.add(std::move(part));
    }
  }
  return table;
}

}  // namespace

std::string side_by_side(const std::vector<TableRow>& rows, const TextStyle& style) {
  std::string out;
  const std::size_t columns = rows.front().size();
  for (std::size_t from = 1; from < columns;) {
    std::size_t until = from;
    Table fitting;
    while (until < columns) {
      Table table = part_of(rows, from, until);
      if (until > from && table.width() > style.columns) break;
      fitting = std::move(table);
      ++until;
    }
    if (!out.empty()) out += '\n';
    out += fitting.print(style);
    from = until;
  }
  return out;
}

}  // namespace spillway::report
