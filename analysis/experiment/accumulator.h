#pragma once

#include <limits>
#include <vector>

#include "analysis/experiment/summary.h"
#include "analysis/stats/estimate.h"
#include "analysis/stats/welford.h"
#include "sim/kernel/fingerprint.h"
#include "sim/kernel/histogram.h"
#include "sim/run/result.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// Takes in the results of a variant's replications, in the order of their index, and sums them up.
///
/// Means and shares are totals over totals with a jackknife interval; percentiles are of all
/// messages of all replications, with a sectioning interval; maxima, minima, counts and single
/// values are means over replications with Student's interval.
/// Cost: one histogram for each distribution and window, a few numbers for each replication.
class Accumulator {
 public:
  /// Keeps a reference to the scenario.
  Accumulator(const Scenario& scenario, Plan plan);

  void add(const Result& result);
  VariantSummary summary(std::uint32_t planned) const;

  /// What the replications so far say of the scenario's precision goals, each at this confidence;
  /// messages that failed are left out, as in the metrics that are given out.
  std::vector<stats::Estimate> goals(double confidence) const;

  /// The unit that figures of this metric are in; empty where there is no such metric.
  std::string unit_of(const MetricName& name) const;

 private:
  /// What is kept of a metric over one window.
  struct Kept {
    Sample::Kind kind = Sample::Kind::count;
    double unit = 1;
    std::vector<double> totals;  ///< of each replication
    std::vector<double> weights;
    std::uint64_t n = 0;
    std::uint64_t failures = 0;
    bool has_histogram = false;
    Histogram pooled;
  };
  /// A figure to be taken, and what each replication says of it.
  struct Wanted {
    std::size_t metric = 0;  ///< place in the plan's metrics
    Statistic statistic;
    bool failures_infinite = false;
    std::vector<double> per_replication;
  };
  struct Bin {
    stats::Welford mean;
    double min = std::numeric_limits<double>::infinity();
    double max = -std::numeric_limits<double>::infinity();
  };

  void choose_figures(const Result& first);
  Wanted want(const MetricName& name, bool failures_infinite) const;
  stats::Estimate estimate_of(const Wanted& wanted, double confidence) const;
  void keep(const Result& result);
  Figure figure(const Wanted& wanted) const;
  ObjectiveResult judge(const Objective& objective, const Wanted& wanted) const;
  std::vector<SeriesSummary> series() const;

  const Scenario& scenario_;
  Plan plan_;
  std::uint32_t replications_ = 0;
  std::uint64_t events_ = 0;
  Fingerprint fingerprint_;
  std::vector<Kept> kept_;
  std::vector<Wanted> usual_;
  std::vector<Wanted> of_objectives_;
  std::vector<Wanted> of_goals_;
  std::vector<Ledger> ledgers_;
  std::vector<std::vector<Bin>> series_;
};

}  // namespace spillway
