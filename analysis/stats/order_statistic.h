#pragma once

#include <cstdint>
#include <optional>

namespace spillway::stats {

/// The ranks of an independent sample between which a percentile lies: X_(low) to X_(high), counted
/// from 1. A rank is absent when the sample is too small to bound that side.
struct OrderStatistics {
  std::optional<std::uint64_t> low;
  std::optional<std::uint64_t> high;
  double coverage;  ///< true confidence, at least what was asked for
};

/// Finds the ranks that hold the p-quantile at a confidence, half of the rest on each side.
///
/// For one number per replication; messages within a replication aren't independent (sectioning.h).
/// Range: n >= 1, 0 < p < 1. Cost: O(log n) incomplete beta functions.
/// Source: H. A. David, Order Statistics, 2.5: low = max{l: P(B <= l - 1) <= a / 2}, high =
/// min{u: P(B <= u - 1) >= 1 - a / 2}, B binomial (n, p).
OrderStatistics order_statistics(std::uint64_t n, double p, double confidence);

/// The smallest sample whose maximum bounds the p-quantile from above at a one-sided confidence:
/// 299 for p99 at 95 %. Below it the percentile is refused. Range: 0 < p < 1, 0 < confidence < 1.
std::uint64_t least_sample(double p, double confidence = 0.95);

}  // namespace spillway::stats
