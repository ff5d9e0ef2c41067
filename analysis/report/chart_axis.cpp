#include "analysis/report/chart_axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include "analysis/report/figure_text.h"

namespace spillway::report {
namespace {

/// The least of 1, 2, 5 times a power of ten that is not less than `size`. Range: size > 0.
double round_step(double size) {
  double decade = 1;
  while (decade > size) decade /= 10;
  while (decade * 10 <= size) decade *= 10;
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * decade >= size * (1 - 1e-9)) return step * decade;
  }
  return 10 * decade;
}

struct TimeUnit {
  std::string_view name;
  double seconds;
  std::span<const double> steps;  ///< beyond them, and without any: 1, 2, 5 times a power of ten
};

constexpr std::array kSixtieths{1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0};
constexpr std::array kHours{1.0, 2.0, 3.0, 6.0, 12.0, 24.0};

/// The unit of a span of so many seconds.
TimeUnit unit_of(double span) {
  if (span >= 4 * 86'400.0) return {"d", 86'400, {}};
  if (span >= 4 * 3'600.0) return {"h", 3'600, kHours};
  if (span > 150) return {"min", 60, kSixtieths};
  if (span >= 2) return {"s", 1, kSixtieths};
  if (span >= 2e-3) return {"ms", 1e-3, {}};
  return {"µs", 1e-6, {}};
}

double time_step(const TimeUnit& unit, double least) {
  for (const double step : unit.steps) {
    if (step >= least * (1 - 1e-9)) return step;
  }
  return round_step(least);
}

}  // namespace

Axis axis_of_counts(double greatest, int marks) {
  Axis axis;
  const double most = std::isfinite(greatest) && greatest > 0 ? greatest : 1;
  const double step = round_step(most / (marks + 1));
  const double steps = std::max(1.0, std::ceil(most / step - 1e-9));
  axis.until = steps * step;
  for (double i = 0; i <= steps; ++i) {
    axis.ticks.push_back({i * step, i == 0 ? "0" : print_value(i * step, "1")});
  }
  return axis;
}

Axis axis_of_time(double from, double until, int marks) {
  Axis axis;
  axis.from = from;
  axis.until = until;
  const TimeUnit unit = unit_of(until - from);
  axis.unit = unit.name;
  axis.factor = 1 / unit.seconds;
  const double least = (until - from) / unit.seconds / marks;
  // A mark between two whole seconds or minutes is written in the next smaller unit, not as 0.5.
  const double step = std::max(time_step(unit, least), unit.steps.empty() ? 0.0 : 1.0);
  const double first = std::ceil(from / unit.seconds / step - 1e-9);
  const double last = std::floor(until / unit.seconds / step + 1e-9);
  for (double i = first; i <= last; ++i) {
    axis.ticks.push_back({i * step * unit.seconds, i == 0 ? "0" : print_value(i * step, "1")});
  }
  return axis;
}

}  // namespace spillway::report
