#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace spillway::stats {

/// A figure that leaves the program: its value, how sure it is, and from how much.
///
/// An interval that can't be had is absent, with its reason in `why`; a figure that can't be had at
/// all is not-a-number, likewise. Bounds never exclude the mean.
struct Estimate {
  double mean = std::numeric_limits<double>::quiet_NaN();
  std::optional<double> low = std::nullopt;
  std::optional<double> high = std::nullopt;
  std::uint64_t n = 0;  ///< replications behind the interval
  std::string_view why =
      {};  ///< why something is missing; empty otherwise; text of static lifetime

  [[nodiscard]] bool has_mean() const { return !std::isnan(mean); }
  [[nodiscard]] bool has_interval() const { return low.has_value() && high.has_value(); }
  /// The larger distance from the mean to a bound. Returns nothing without an interval.
  [[nodiscard]] std::optional<double> half_width() const {
    if (!has_interval()) return std::nullopt;
    return std::max(mean - *low, *high - mean);
  }
};

/// Why an estimate lacks something, in the words that reports print.
inline constexpr std::string_view kNothingObserved = "nothing observed";
inline constexpr std::string_view kOneReplication = "one replication";
inline constexpr std::string_view kNothingToDivideBy = "nothing to divide by";
inline constexpr std::string_view kSomeInfinite = "infinite in some replications";
inline constexpr std::string_view kInfinite = "infinite: too many never finished";
inline constexpr std::string_view kTooFewMessages = "too few messages for this percentile";

/// Cuts an interval to what is possible, as a share to 0 .. 1. The mean must lie within already.
constexpr Estimate clipped(Estimate estimate, double least, double most) {
  if (estimate.low && *estimate.low < least) estimate.low = least;
  if (estimate.high && *estimate.high > most) estimate.high = most;
  return estimate;
}

/// The confidence that each of several statements needs for all to hold together (Bonferroni).
///
/// Range: 0 < confidence < 1, statements >= 1. Returns 1 - (1 - confidence) / statements.
constexpr double bonferroni(double confidence, std::uint64_t statements) {
  return 1 - (1 - confidence) / static_cast<double>(statements);
}

}  // namespace spillway::stats
