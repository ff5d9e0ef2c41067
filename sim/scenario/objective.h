#pragma once

#include <optional>
#include <string>
#include <variant>

#include "sim/language/location.h"

namespace spillway {

/// A statistic of a metric: `mean`, `min`, `max`, `sd`, a percentile, or the metric's own value
/// (a count or a share).
struct Statistic {
  enum class Kind : std::uint8_t { value, mean, min, max, sd, percentile };
  Kind kind = Kind::value;
  double percent = 0;  ///< of a percentile: 99.9 for `p99.9`

  friend bool operator==(const Statistic&, const Statistic&) = default;
};

/// `component.metric[.statistic][@window]`, taken apart.
struct MetricName {
  std::string component;
  std::string metric;
  Statistic statistic;
  std::string window;  ///< empty: the whole run after warm-up

  friend bool operator==(const MetricName&, const MetricName&) = default;
};

/// Writes the name as people do: `shoppers.latency.p99@sale`.
std::string to_string(const MetricName& name);

enum class Relation : std::uint8_t { at_most, at_least, below, above };

/// Whether a value stands in this relation to a bound. Range: any, infinity included.
constexpr bool holds(Relation relation, double value, double bound) {
  switch (relation) {
    case Relation::at_most:
      return value <= bound;
    case Relation::at_least:
      return value >= bound;
    case Relation::below:
      return value < bound;
    case Relation::above:
      return value > bound;
  }
  return false;
}

/// A promise that a design has to keep: `shoppers.latency.p99 <= 1s in 95% of runs`.
struct Objective {
  std::string name;
  std::string text;  ///< as written
  MetricName metric;
  Relation relation = Relation::at_most;
  double value = 0;                     ///< in SI base units
  std::optional<double> share_of_runs;  ///< "in 95% of runs": 0.95
  bool over_time = false;               ///< its metric is a level that is kept over time
  bool expect_missed = false;
  Location at;
};

}  // namespace spillway
