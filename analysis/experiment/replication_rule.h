#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/experiment/accumulator.h"
#include "analysis/stats/relative_precision.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// Decides after each replication of a variant, taken in the order of their index, whether its
/// `replications: {until: ...}` is met. What it decides rests on that order alone, so that the
/// number of threads never shows.
class ReplicationRule {
 public:
  /// The scenario says `until`; what it refers to is kept by copy.
  explicit ReplicationRule(const Scenario& scenario);

  /// Looks at the first n replications; call once after each. Returns true when no more are wanted.
  /// Cost: O(n) for each goal, from the tenth replication on.
  bool see(const Accumulator& first_n);

  /// The replications at which it ends at the latest.
  std::uint32_t at_most() const { return at_most_; }

  /// Returns what was asked for and not achieved; nothing unless `at_most` came first.
  std::vector<std::string> shortfalls(const Accumulator& all) const;

 private:
  std::string where_;  ///< "async: "; empty without variants
  std::vector<PrecisionGoal> goals_;
  std::vector<stats::PrecisionTarget> targets_;
  std::uint32_t at_most_;
  stats::RelativePrecision rule_;
};

}  // namespace spillway
