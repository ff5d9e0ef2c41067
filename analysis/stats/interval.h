#pragma once

#include <cstdint>
#include <span>

#include "analysis/stats/estimate.h"
#include "analysis/stats/welford.h"

namespace spillway::stats {

/// The distance t S / sqrt(n) from a mean of n independent numbers to its bounds at a confidence.
///
/// Range: n >= 2, 0 < confidence < 1.
double student_half_width(const Welford& values, double confidence);

/// Mean of one number per replication, with Student's interval.
///
/// Each number is a replication's own mean, count or maximum; replications are independent, the
/// messages within one are not. An infinite number makes mean or interval infinite, and is said so.
/// Source: A. M. Law, Simulation Modeling and Analysis, 4.5 and 9.4.
Estimate mean_interval(std::span<const double> per_replication, double confidence);

/// Sum of numerators over sum of denominators, with an interval by the jackknife.
///
/// For every per-message mean and share: total over total, since the mean of per-replication ratios
/// is biased when denominators vary. The interval is symmetric about that ratio; its width is that
/// of the jackknife's pseudo-values. Both spans have one entry per replication; denominators >= 0.
/// Source: R. G. Miller, The jackknife: a review, Biometrika 61 (1974); Law, 9.4.
Estimate ratio_interval(std::span<const double> numerators, std::span<const double> denominators,
                        double confidence);

/// Share of independent runs of which something is true, with the exact interval of Clopper and
/// Pearson: its coverage is never below the confidence, also at 0 and at all runs.
///
/// Range: successes <= runs.
/// Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934).
Estimate share_interval(std::uint64_t successes, std::uint64_t runs, double confidence);

/// The share that is not exceeded at a one-sided confidence: none in 3000 runs means at most 0.1 %
/// at 95 %, never "none". Range: successes <= runs. Returns 1 without runs.
double share_upper_bound(std::uint64_t successes, std::uint64_t runs, double confidence);

}  // namespace spillway::stats
