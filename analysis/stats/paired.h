#pragma once

#include <optional>
#include <span>

#include "analysis/stats/estimate.h"

namespace spillway::stats {

/// How much two variants differ on common random numbers, replication by replication.
struct PairedDifference {
  Estimate difference;  ///< of a less b
  /// (Var a + Var b) / Var(a - b): how many times more replications independent numbers would need.
  std::optional<double> variance_reduction;
  /// Of a and b over replications; below 0 common random numbers have made things worse.
  std::optional<double> correlation;
};

/// Compares a with b: entry i of each belongs to replication i. Same sizes.
///
/// For several comparisons give the confidence of `bonferroni`. Ratios over replications and
/// correlation are absent where a variance is 0 or a number infinite.
/// Source: A. M. Law, Simulation Modeling and Analysis, 10.2 (paired-t) and 11.2 (CRN).
PairedDifference paired_difference(std::span<const double> a, std::span<const double> b,
                                   double confidence);

}  // namespace spillway::stats
