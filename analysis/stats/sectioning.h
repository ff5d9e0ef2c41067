#pragma once

#include <cstdint>
#include <span>

#include "analysis/stats/estimate.h"

namespace spillway::stats {

/// A percentile of all messages of all replications, with an interval that respects replications.
///
///   S^2 = sum over r of (Q_r - Q)^2 / (n - 1),   Q +- t S / sqrt(n)
///
/// `pooled` is the percentile Q of all messages together, `per_replication` the percentile Q_r of
/// each replication that has messages. Messages of one replication depend on each other, so that
/// their order statistics alone would give far too narrow an interval. Centring on Q halves the
/// bias of small samples that plain batching has. The interval is cut at 0 for `least` = 0.
///
/// A failure counts as infinite. An infinite Q, or infinite Q_r beside a finite Q, leaves no
/// interval, and says why. Source: M. K. Nakayama, Confidence intervals for quantiles using
/// sectioning when applying variance- reduction techniques, ACM TOMACS 24 (2014).
Estimate sectioned_percentile(double pooled, std::span<const double> per_replication,
                              double confidence, double least = 0);

}  // namespace spillway::stats
