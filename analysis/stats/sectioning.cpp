#include "analysis/stats/sectioning.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/kernel/math.h"

namespace spillway::stats {

Estimate sectioned_percentile(double pooled, std::span<const double> per_replication,
                              double confidence, double least) {
  Estimate estimate{.mean = pooled, .n = per_replication.size()};
  const auto infinite = [](double value) { return std::isinf(value); };
  if (per_replication.empty() || std::isnan(pooled)) {
    estimate.mean = std::numeric_limits<double>::quiet_NaN();
    estimate.why = kNothingObserved;
  } else if (infinite(pooled)) {
    estimate.why = kInfinite;
  } else if (estimate.n < 2) {
    estimate.why = kOneReplication;
  } else if (std::ranges::any_of(per_replication, infinite)) {
    estimate.why = kSomeInfinite;
  }
  if (!estimate.why.empty()) return estimate;

  double squares = 0;
  for (const double each : per_replication) squares += (each - pooled) * (each - pooled);
  const auto n = static_cast<double>(estimate.n);
  const double t = math::student_t_quantile(1 - (1 - confidence) / 2, n - 1);
  const double half_width = t * std::sqrt(squares / (n - 1) / n);
  estimate.low = std::min(pooled, std::max(least, pooled - half_width));
  estimate.high = pooled + half_width;
  return estimate;
}

}  // namespace spillway::stats
