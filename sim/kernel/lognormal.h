#pragma once

#include <optional>
#include <utility>

namespace spillway {

/// What is known of a lognormal distribution; two of them decide it.
struct LognormalFacts {
  std::optional<double> mean{}, median{}, sd{}, cv{}, p95{}, p99{};
};

/// Returns mu and sigma, mean and standard deviation of the logarithm, from exactly two facts.
///
/// Range: facts > 0; sd and cv may be 0 (sigma = 0: a constant), but not together.
/// Returns: std::nullopt when not exactly two are given, one is out of range, or no lognormal has
/// both: a mean below the median, a p95 or p99 below the median or the mean, a p99 below the p95, a
/// p95 above 3.868 means or a p99 above 14.970 means (exp(z^2 / 2), z the normal quantile). Where a
/// mean and a percentile allow two distributions, the one of smaller sigma. Accuracy: relative
/// 1e-12; sd with a percentile by bisection, everything else in closed form.
std::optional<std::pair<double, double>> lognormal_from(const LognormalFacts& facts);

}  // namespace spillway
