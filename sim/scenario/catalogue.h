#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/language/field.h"

namespace spillway {

/// What kind of figure a metric is; it decides which statistics it has.
enum class MetricKind : std::uint8_t {
  count,         ///< how many: no statistic
  share,         ///< so many of so many: no statistic
  value,         ///< one figure of a run: no statistic
  level,         ///< over time: mean, max, min, percentiles
  distribution,  ///< over messages: mean, max, min, percentiles, sd
};

struct CatalogueEntry {
  std::string_view name;  ///< `latency`, `arrivals.peak`
  std::string_view unit;  ///< "s", "1/s", "share", "1"
  std::string_view meaning;
  MetricKind kind = MetricKind::count;
  bool over_time = false;  ///< a level whose mean and extremes are kept over time
};

/// The metrics of a component of that noun, from its declaration. Noun::none: of an edge.
const std::vector<CatalogueEntry>& metrics_of(Noun noun);

}  // namespace spillway
