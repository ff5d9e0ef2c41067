#include "sim/scenario/csv.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"

namespace spillway {
namespace {

struct CloseFile {
  void operator()(gzFile file) const { gzclose(file); }
};
using File = std::unique_ptr<std::remove_pointer_t<gzFile>, CloseFile>;

std::unexpected<FileProblem> problem(std::string code, std::string message, std::uint64_t line = 0,
                                     std::string hint = "") {
  return std::unexpected(
      FileProblem{std::move(code), std::move(message), std::move(hint), "", line});
}

/// The bytes of the file, unpacked.
class Bytes {
 public:
  Bytes(gzFile file, std::uint64_t& left) : file_(file), buffer_(1U << 17), left_(left) {}

  static constexpr int kEnd = -1;
  static constexpr int kTooLarge = -2;
  static constexpr int kDamaged = -3;

  int next() {
    if (at_ == size_) {
      const int got = gzread(file_, buffer_.data(), static_cast<unsigned>(buffer_.size()));
      if (got < 0) return kDamaged;
      if (got == 0) {
        int status = Z_OK;
        gzerror(file_, &status);
        return status == Z_OK || status == Z_STREAM_END ? kEnd : kDamaged;
      }
      at_ = 0;
      size_ = static_cast<std::size_t>(got);
      if (size_ > left_) {
        left_ = 0;
        return kTooLarge;
      }
      left_ -= size_;
    }
    return static_cast<unsigned char>(buffer_[at_++]);
  }

  /// Takes what is at hand up to the first byte that `ends` says is special.
  template <class Ends>
  std::string_view take_until(const Ends& ends) {
    const std::size_t from = at_;
    while (at_ < size_ && !ends(buffer_[at_])) ++at_;
    return {buffer_.data() + from, at_ - from};
  }

 private:
  gzFile file_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, size_ = 0;
  std::uint64_t& left_;
};

/// Cuts bytes into rows of fields.
class Rows {
 public:
  Rows(gzFile file, CsvLimits& limits) : bytes_(file, limits.bytes), limits_(limits) {}

  std::vector<std::string_view> fields;  ///< of the last row
  std::uint64_t line = 1;                ///< where it began

  /// Reads the next row that isn't empty. Returns false at the end.
  std::expected<bool, FileProblem> next() {
    for (;;) {
      if (pending_ == kNone) {
        next_line_ += bytes_.take_until([](char c) { return c != '\n'; }).size();
      }
      const auto more = row();
      if (!more || !*more) return more;
      if (ends_.size() == 1 && text_.empty() && !quoted_) continue;
      fields.clear();
      std::size_t begin = 0;
      for (const std::size_t end : ends_) {
        fields.push_back(std::string_view(text_).substr(begin, end - begin));
        begin = end;
      }
      return true;
    }
  }

 private:
  std::expected<bool, FileProblem> row() {
    text_.clear();
    ends_.clear();
    quoted_ = false;
    line = next_line_;
    std::size_t begin = 0;  // of the field
    bool in_quotes = false, any = false, after_quotes = false;
    for (;;) {
      // Ordinary characters many at a time, the others one by one.
      if (pending_ == kNone && !after_quotes) {
        const std::string_view plain = bytes_.take_until([&](char c) {
          return c == '"' || c == '\n' || (!in_quotes && (c == ',' || c == '\r'));
        });
        text_ += plain;
        any = any || !plain.empty();
        if (text_.size() > limits_.row_bytes) {
          return problem("csv", fmt::format("a row of more than {} MiB", limits_.row_bytes >> 20),
                         line);
        }
      }
      const int c = pending_ != kNone ? std::exchange(pending_, kNone) : bytes_.next();
      if (c < 0) {
        if (c == Bytes::kTooLarge) {
          return problem("too-large",
                         fmt::format("the files of a scenario have more than {} MiB unpacked",
                                     CsvLimits{}.bytes >> 20));
        }
        if (c == Bytes::kDamaged) return problem("unreadable", "the packed data is damaged");
        if (in_quotes) return problem("csv", "quotes that aren't closed", line);
        if (!any) return false;
        ends_.push_back(text_.size());
        return true;
      }
      any = true;
      if (c == '\n') ++next_line_;
      if (in_quotes) {
        if (c != '"') {
          text_ += static_cast<char>(c);
        } else if (const int following = bytes_.next(); following == '"') {
          text_ += '"';
        } else {
          pending_ = following;
          in_quotes = false;
          after_quotes = true;
        }
      } else if (c == ',') {
        ends_.push_back(begin = text_.size());
        after_quotes = false;
        if (ends_.size() > limits_.columns) {
          return problem("csv", fmt::format("more than {} columns", limits_.columns), line);
        }
      } else if (c == '\n') {
        ends_.push_back(text_.size());
        return true;
      } else if (c == '\r') {
        continue;
      } else if (c == '"' && text_.size() == begin && !after_quotes) {
        in_quotes = quoted_ = true;
      } else if (c == '"' || after_quotes) {
        return problem("csv", "quotes in the middle of a field", line);
      } else {
        text_ += static_cast<char>(c);
      }
    }
  }

  static constexpr int kNone = -100;

  Bytes bytes_;
  const CsvLimits& limits_;
  std::string text_;
  std::vector<std::size_t> ends_;
  std::uint64_t next_line_ = 1;
  int pending_ = kNone;
  bool quoted_ = false;
};

/// The index of each wanted column in the header.
std::expected<std::vector<std::size_t>, FileProblem> find_columns(
    const std::vector<std::string_view>& header, const std::vector<std::string>& columns) {
  std::vector<std::size_t> indices;
  for (const std::string& column : columns) {
    const auto found = std::find(header.begin(), header.end(), column);
    if (found == header.end()) {
      auto missing =
          problem("unknown-column", fmt::format("there is no column '{}'", shown(column)), 1,
                  did_you_mean(column, header));
      missing.error().column = column;
      if (missing.error().hint.empty()) {
        missing.error().hint = fmt::format("its columns are {}", one_of(header));
      }
      return missing;
    }
    if (std::find(found + 1, header.end(), column) != header.end()) {
      return problem("csv", fmt::format("the column '{}' stands twice", shown(column)), 1);
    }
    indices.push_back(static_cast<std::size_t>(found - header.begin()));
  }
  return indices;
}

}  // namespace

std::expected<void, FileProblem> read_csv(
    const std::filesystem::path& path, const std::vector<std::string>& columns,
    const std::function<std::expected<void, FileProblem>(std::span<const std::string_view>,
                                                         std::uint64_t)>& on_row,
    CsvLimits& limits) {
  const File file(gzopen(path.c_str(), "rb"));
  if (!file) return problem("unreadable", "the file can't be opened");
  gzbuffer(file.get(), 1U << 17);
  Rows rows(file.get(), limits);
  auto more = rows.next();
  if (!more) return std::unexpected(more.error());
  if (!*more) return problem("csv", "the file is empty", 0, "its first line names the columns");
  std::vector<std::string_view> header = rows.fields;
  if (header[0].starts_with("\xEF\xBB\xBF")) header[0].remove_prefix(3);
  const auto indices = find_columns(header, columns);
  if (!indices) return std::unexpected(indices.error());
  const std::size_t width = header.size();
  std::vector<std::string_view> chosen(columns.size());
  for (;;) {
    more = rows.next();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    if (limits.cells < columns.size()) {
      return problem(
          "too-large",
          fmt::format("the files of a scenario have more than {} values", CsvLimits{}.cells),
          rows.line);
    }
    limits.cells -= columns.size();
    if (rows.fields.size() != width) {
      return problem(
          "csv",
          fmt::format("this row has {} fields, the header has {}", rows.fields.size(), width),
          rows.line);
    }
    for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = rows.fields[(*indices)[i]];
    if (auto done = on_row(chosen, rows.line); !done) return done;
  }
}

}  // namespace spillway
