#include "analysis/report/chart_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace spillway::report {
namespace {

struct Point {
  double x;
  double y;
};

Point place(const std::vector<double>& values, std::size_t i, const Canvas& canvas) {
  const double bin = (canvas.right - canvas.left) / static_cast<double>(values.size());
  const double share = std::clamp(values[i] / canvas.greatest, 0.0, 1.0);
  return {canvas.left + (static_cast<double>(i) + 0.5) * bin, canvas.height * (1 - share)};
}

/// Appends points to a path: `M0 1L2 3`.
class Path {
 public:
  void add(Point point) {
    const std::string y = one_decimal(point.y);
    if (!fresh_ && y == y_) {
      // Within a level stretch: only its last point is needed.
      pending_ = one_decimal(point.x);
      return;
    }
    flush();
    out_ += fresh_ ? 'M' : 'L';
    append(one_decimal(point.x), y);
    y_ = y;
    fresh_ = false;
  }
  void close() {
    flush();
    out_ += 'Z';
    fresh_ = true;
  }
  void lift() {
    flush();
    fresh_ = true;
  }
  std::string text() && {
    flush();
    return std::move(out_);
  }

 private:
  void append(const std::string& x, const std::string& y) {
    out_ += x;
    out_ += ' ';
    out_ += y;
  }
  void flush() {
    if (pending_.empty()) return;
    out_ += 'L';
    append(pending_, y_);
    pending_.clear();
  }

  std::string out_;
  std::string y_;
  std::string pending_;
  bool fresh_ = true;
};

}  // namespace

std::string one_decimal(double value) {
  const auto tenths = static_cast<std::int64_t>(std::llround(value * 10));
  const std::uint64_t size = static_cast<std::uint64_t>(std::abs(tenths));
  std::string text = tenths < 0 ? "-" : "";
  text += std::to_string(size / 10);
  if (size % 10 != 0) text += fmt::format(".{}", size % 10);
  return text;
}

std::string line_path(const std::vector<double>& values, const Canvas& canvas) {
  Path path;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) {
      path.add(place(values, i, canvas));
    } else {
      path.lift();
    }
  }
  return std::move(path).text();
}

std::string band_path(const std::vector<double>& low, const std::vector<double>& high,
                      const Canvas& canvas) {
  Path path;
  const std::size_t n = std::min(low.size(), high.size());
  const auto known = [&](std::size_t i) { return std::isfinite(low[i]) && std::isfinite(high[i]); };
  for (std::size_t from = 0; from < n; ++from) {
    if (!known(from)) continue;
    std::size_t until = from;
    for (; until < n && known(until); ++until) path.add(place(high, until, canvas));
    for (std::size_t i = until; i > from; --i) path.add(place(low, i - 1, canvas));
    path.close();
    from = until;
  }
  return std::move(path).text();
}

}  // namespace spillway::report
