#include "sim/scenario/side_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "sim/language/printable.h"
#include "sim/language/quantity_text.h"
#include "sim/scenario/csv.h"

namespace spillway {
namespace {

namespace fs = std::filesystem;

std::unexpected<FileProblem> problem(std::string code, std::string message, std::uint64_t line = 0,
                                     std::string hint = "") {
  return std::unexpected(
      FileProblem{std::move(code), std::move(message), std::move(hint), "", line});
}

std::unexpected<FileProblem> bad_cell(std::string_view column, std::string_view cell,
                                      const Misread& why, std::uint64_t line) {
  return problem("not-a-number",
                 fmt::format("column '{}': expected a number; found '{}' ({})", shown(column),
                             shown(cell), why.reason),
                 line);
}

/// Reads a number of a unit of time, in ns, or of size, in bytes.
std::expected<double, Misread> read_cell(std::string_view cell, std::string_view unit) {
  if (nanoseconds_per(unit) != 0) {
    const auto time = read_nanoseconds(cell, unit);
    if (!time) return std::unexpected(time.error());
    return static_cast<double>(*time);
  }
  const auto size = read_size(fmt::format("{}{}", cell, unit));
  if (!size) return std::unexpected(size.error());
  return static_cast<double>(size->bytes);
}

/// The words of a column, in the order in which they first came.
class WordColumn {
 public:
  bool begun() const { return !places_.empty(); }
  double place_of(std::string_view word) {
    const auto [known, is_new] = places_.try_emplace(std::string(word), words_.size());
    if (is_new) words_.emplace_back(word);
    return static_cast<double>(known->second);
  }
  std::vector<std::string> take() { return std::move(words_); }

 private:
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<std::string> words_;
};

}  // namespace

std::expected<fs::path, FileProblem> SideFiles::resolve(const std::string& file) const {
  const std::string name = shown(file, 120);
  const fs::path written(file);
  const std::string where = "name a file in the scenario's folder or below";
  if (file.empty() || file.find('\0') != std::string::npos) {
    return problem("bad-path", "expected the name of a file", 0, where);
  }
  if (written.is_absolute()) {
    return problem("bad-path", fmt::format("'{}' is an absolute path", name), 0, where);
  }
  std::error_code error;
  const fs::path root = fs::weakly_canonical(folder_.empty() ? fs::path(".") : folder_, error);
  if (error) return problem("unreadable", "the scenario's folder can't be read");
  fs::path target = fs::weakly_canonical(root / written, error);
  if (error) return problem("bad-path", fmt::format("'{}' can't be followed", name), 0, where);
  const auto [at_root, at_target] =
      std::mismatch(root.begin(), root.end(), target.begin(), target.end());
  if (at_root != root.end() && !at_root->empty()) {
    return problem("bad-path", fmt::format("'{}' lies outside of the scenario's folder", name), 0,
                   where);
  }
  const fs::file_status status = fs::status(target, error);
  if (status.type() == fs::file_type::not_found) {
    return problem("no-such-file", fmt::format("there is no file '{}'", name), 0,
                   "paths count from the scenario's folder");
  }
  if (error) return problem("unreadable", fmt::format("'{}' can't be read", name));
  if (status.type() != fs::file_type::regular) {
    return problem("bad-path", fmt::format("'{}' is not a regular file", name), 0, where);
  }
  return target;
}

SideFiles::Rows SideFiles::trace(const TraceParameters& trace) {
  const auto path = resolve(trace.file);
  if (!path) return std::unexpected(path.error());
  std::string key = fmt::format("{}\n{}\n{}", path->string(), trace.at, trace.unit);
  for (const auto& [name, column] : trace.columns) key += fmt::format("\n{}\n{}", name, column);
  const auto known = traces_.find(key);
  return known != traces_.end() ? known->second
                                : traces_.emplace(key, read_trace(*path, trace)).first->second;
}

SideFiles::Rows SideFiles::read_trace(const fs::path& path, const TraceParameters& trace) {
  std::vector<std::string> columns{trace.at};
  for (const auto& [name, column] : trace.columns) columns.push_back(column);
  std::vector<std::vector<double>> values(trace.columns.size());
  std::vector<WordColumn> words(trace.columns.size());
  auto rows = std::make_shared<TraceParameters::Rows>();
  const auto on_row = [&](std::span<const std::string_view> cells,
                          std::uint64_t line) -> std::expected<void, FileProblem> {
    const auto at = read_nanoseconds(cells[0], trace.unit);
    if (!at) return bad_cell(trace.at, cells[0], at.error(), line);
    if (!rows->at.empty() && *at < rows->at.back()) {
      return problem("out-of-order",
                     fmt::format("row {} arrives before the row above it", rows->at.size()), line,
                     "sort the rows by arrival");
    }
    rows->at.push_back(*at);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto value = read_decimal(cells[i + 1]);
      if (words[i].begun() || (!value && values[i].empty() && !cells[i + 1].empty())) {
        values[i].push_back(words[i].place_of(cells[i + 1]));
        continue;
      }
      if (!value) return bad_cell(columns[i + 1], cells[i + 1], value.error(), line);
      values[i].push_back(*value);
    }
    return {};
  };
  if (auto done = read_csv(path, columns, on_row, limits_); !done) {
    return std::unexpected(done.error());
  }
  if (rows->at.empty()) return problem("csv", "the file has no rows");
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (words[i].begun()) rows->words.emplace(trace.columns[i].first, words[i].take());
    rows->columns.emplace_back(trace.columns[i].first,
                               std::make_shared<const std::vector<double>>(std::move(values[i])));
  }
  return rows;
}

SideFiles::Sample SideFiles::sample(const std::string& file, const std::string& column,
                                    const std::string& unit) {
  const auto path = resolve(file);
  if (!path) return std::unexpected(path.error());
  const std::string key = fmt::format("{}\n{}\n{}", path->string(), column, unit);
  const auto known = samples_.find(key);
  return known != samples_.end()
             ? known->second
             : samples_.emplace(key, read_sample(*path, column, unit)).first->second;
}

SideFiles::Sample SideFiles::read_sample(const fs::path& path, const std::string& column,
                                         const std::string& unit) {
  std::vector<double> values;
  const auto on_row = [&](std::span<const std::string_view> cells,
                          std::uint64_t line) -> std::expected<void, FileProblem> {
    const auto value = read_cell(cells[0], unit);
    if (!value) return bad_cell(column, cells[0], value.error(), line);
    values.push_back(*value);
    return {};
  };
  if (auto done = read_csv(path, {column}, on_row, limits_); !done) {
    return std::unexpected(done.error());
  }
  if (values.empty()) return problem("csv", "the file has no rows");
  return values;
}

}  // namespace spillway
