#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// What went wrong with a file beside the scenario.
struct FileProblem {
  std::string code;
  std::string message;
  std::string hint;
  std::string column;      ///< the missing one, when that is the problem
  std::uint64_t line = 0;  ///< in that file; 0: the file as a whole
};

struct CsvLimits {
  std::uint64_t bytes = std::uint64_t{512} << 20;  ///< unpacked
  std::uint64_t cells = 100'000'000;               ///< rows x chosen columns
  std::size_t row_bytes = std::size_t{1} << 20;
  std::size_t columns = 10'000;
};

/// Reads a CSV file (RFC 4180: commas, double quotes, a header line), plain or packed by gzip.
///
/// `on_row` gets the chosen columns of each row, in the order of `columns`, with the row's line in
/// the file, and may end the reading by a problem. Empty lines are skipped.
/// `limits` is what all files of a scenario may take: it is reduced by what is read.
/// Errors: columns that are missing or stand twice, rows of another length than the header, quotes
/// that aren't closed, the limits.
std::expected<void, FileProblem> read_csv(
    const std::filesystem::path& path, const std::vector<std::string>& columns,
    const std::function<std::expected<void, FileProblem>(std::span<const std::string_view>,
                                                         std::uint64_t)>& on_row,
    CsvLimits& limits);

}  // namespace spillway
