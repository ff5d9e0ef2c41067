#pragma once

#include <cstdint>
#include <span>

#include "analysis/stats/estimate.h"
#include "sim/kernel/histogram.h"

namespace spillway::stats {

/// What one replication saw of a metric: its values, and how many messages never got one.
struct Observed {
  const Histogram* values;
  std::uint64_t failures = 0;  ///< counted as infinite
};

/// The p-quantile of all messages of all replications, in the histograms' unit divided by `unit`
/// (1e9 turns ns into s), with the interval of `sectioned_percentile`.
///
/// Replications without a message are left out. Refused, with its reason, where all messages
/// together are fewer than `least_sample` asks for: p99 below 299, p99.9 below 2995. The interval's
/// `n` is the number of replications used. Range: 0 < p < 1.
Estimate pooled_percentile(std::span<const Observed> replications, double p, double confidence,
                           double unit = 1);

}  // namespace spillway::stats
