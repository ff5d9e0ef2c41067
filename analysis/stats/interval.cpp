#include "analysis/stats/interval.h"

#include <cassert>
#include <cmath>
#include <vector>

#include "sim/kernel/math.h"

namespace spillway::stats {

double student_half_width(const Welford& values, double confidence) {
  assert(values.count() >= 2 && confidence > 0 && confidence < 1);
  const double t =
      math::student_t_quantile(1 - (1 - confidence) / 2, static_cast<double>(values.count() - 1));
  return t * values.standard_error();
}

Estimate mean_interval(std::span<const double> per_replication, double confidence) {
  Estimate estimate{.n = per_replication.size()};
  if (per_replication.empty()) {
    estimate.why = kNothingObserved;
    return estimate;
  }
  double sum = 0;
  Welford values;
  for (const double value : per_replication) {
    sum += value;
    values.add(value);
  }
  if (!std::isfinite(sum)) {
    estimate.mean = sum;
    estimate.why = std::isnan(sum) ? kNothingObserved : kSomeInfinite;
    return estimate;
  }
  estimate.mean = values.mean();
  if (estimate.n < 2) {
    estimate.why = kOneReplication;
    return estimate;
  }
  const double half_width = student_half_width(values, confidence);
  estimate.low = estimate.mean - half_width;
  estimate.high = estimate.mean + half_width;
  return estimate;
}

Estimate ratio_interval(std::span<const double> numerators, std::span<const double> denominators,
                        double confidence) {
  assert(numerators.size() == denominators.size());
  Estimate estimate{.n = numerators.size()};
  double above = 0;
  double below = 0;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    above += numerators[i];
    below += denominators[i];
  }
  if (!(below > 0)) {
    estimate.why = numerators.empty() ? kNothingObserved : kNothingToDivideBy;
    return estimate;
  }
  estimate.mean = above / below;
  if (!std::isfinite(estimate.mean)) {
    estimate.why = kSomeInfinite;
    return estimate;
  }
  if (estimate.n < 2) {
    estimate.why = kOneReplication;
    return estimate;
  }
  // n ratio - (n - 1) ratio_without_i, written as its difference from the ratio:
  // (n - 1) (ratio - ratio_without_i) = (n - 1) (a_i - ratio b_i) / (below - b_i), nothing cancels.
  Welford pseudo;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    const double others = below - denominators[i];
    if (!(others > 0)) {
      // All that was observed comes from one replication.
      estimate.why = kOneReplication;
      return estimate;
    }
    const double excess = numerators[i] - estimate.mean * denominators[i];
    pseudo.add(static_cast<double>(estimate.n - 1) * excess / others);
  }
  const double half_width = student_half_width(pseudo, confidence);
  estimate.low = estimate.mean - half_width;
  estimate.high = estimate.mean + half_width;
  return estimate;
}

Estimate share_interval(std::uint64_t successes, std::uint64_t runs, double confidence) {
  assert(successes <= runs);
  Estimate estimate{.n = runs};
  if (runs == 0) {
    estimate.why = kNothingObserved;
    return estimate;
  }
  const double tail = (1 - confidence) / 2;
  const auto hits = static_cast<double>(successes);
  const auto misses = static_cast<double>(runs - successes);
  estimate.mean = hits / static_cast<double>(runs);
  estimate.low = successes == 0 ? 0 : math::beta_quantile(tail, hits, misses + 1);
  estimate.high = successes == runs ? 1 : math::beta_quantile(1 - tail, hits + 1, misses);
  return estimate;
}

double share_upper_bound(std::uint64_t successes, std::uint64_t runs, double confidence) {
  assert(successes <= runs);
  if (successes == runs) return 1;
  return math::beta_quantile(confidence, static_cast<double>(successes) + 1,
                             static_cast<double>(runs - successes));
}

}  // namespace spillway::stats
