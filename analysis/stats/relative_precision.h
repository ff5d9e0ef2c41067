#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/stats/estimate.h"

namespace spillway::stats {

/// How exact one figure must be before replications stop.
struct PrecisionTarget {
  double relative = 0.05;  ///< allowed relative error; 0 for an absolute target alone
  double absolute = 0;  ///< allowed half-width, in the figure's unit; enough by itself when above 0
};

/// When to stop. Defaults are the scenario language's.
struct PrecisionSettings {
  double confidence = 0.95;      ///< of all targets together (Bonferroni)
  std::uint64_t at_least = 10;   ///< replications before the first look
  std::uint64_t at_most = 500;   ///< replications at which it stops unsatisfied
  std::uint64_t look_ahead = 5;  ///< replications, per hundred, that must confirm it; 0: none
};

/// Where the rule stands after a number of replications.
enum class Precision {
  more,         ///< go on
  reached,      ///< every target held, and went on holding over the look-ahead
  not_reached,  ///< at_most came first: report what was achieved
};

/// Replicates until every target is exact enough: Law's sequential rule on the relative error, with
/// the look-ahead of Hoad, Robinson and Davies against a lucky early stop.
///
/// A target holds at n when its half-width is at most g / (1 + g) |mean|: dividing by the estimated
/// instead of the true mean costs that correction. Look-ahead: having held at n, they must hold for
/// floor(look_ahead max(n, 100) / 100) replications more; when one fails on the way, the count
/// starts again where they next hold. A mean near 0 never satisfies a relative target: give an
/// absolute one.
///
/// See each prefix 1 .. n of replications in index order, never in order of completion: then where
/// it stops, and with it every figure, does not depend on the number of threads. Source: A. M. Law,
/// Simulation Modeling and Analysis, 9.4.1; K. Hoad, S. Robinson, R. Davies, Automated selection of
/// the number of replications, J. Operational Research Society 61 (2010).
class RelativePrecision {
 public:
  RelativePrecision(std::vector<PrecisionTarget> targets, PrecisionSettings settings);

  /// The confidence at which each target's interval is to be computed.
  [[nodiscard]] double confidence_of_each() const;

  /// Looks at the estimates of all targets from the first n replications; call for n = 1, 2, 3, ...
  /// Before `at_least`, the estimates are not looked at (they may be left out). Once it has
  /// stopped, further calls change nothing.
  Precision see(std::span<const Estimate> of_first_n);

  [[nodiscard]] Precision state() const { return state_; }
  /// Replications seen, up to the stop: the prefix that results are made of.
  [[nodiscard]] std::uint64_t replications() const { return seen_; }
  /// The replication from which all targets have held without a break. Returns nothing if they
  /// don't.
  [[nodiscard]] std::optional<std::uint64_t> held_from() const { return held_from_; }

 private:
  [[nodiscard]] bool holds(std::span<const Estimate> estimates) const;

  std::vector<PrecisionTarget> targets_;
  PrecisionSettings settings_;
  Precision state_ = Precision::more;
  std::uint64_t seen_ = 0;
  std::optional<std::uint64_t> held_from_;
};

/// Whether an estimate is as exact as the target wants. Returns false without an interval.
bool is_exact_enough(const Estimate& estimate, const PrecisionTarget& target);

/// Half-width over |mean|. Returns nothing without an interval; infinite at a mean of 0.
std::optional<double> relative_error(const Estimate& estimate);

/// What the rule says of the replications finished so far.
struct Stopping {
  Precision state;
  std::uint64_t replications;       ///< to use: the prefix at which it stopped, else all
  std::vector<Estimate> estimates;  ///< of each target, over that prefix, at confidence_of_each
};

/// Applies the rule to means of one number per replication: `values[k]` belongs to target k and
/// holds replications 0, 1, 2, ... in order; all of one length. Later ones than the stop are
/// ignored.
Stopping stop_at_precision(std::span<const std::vector<double>> values,
                           std::vector<PrecisionTarget> targets, PrecisionSettings settings);

}  // namespace spillway::stats
