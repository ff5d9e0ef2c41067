#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/experiment/summary.h"

namespace spillway::report {

/// An edge on which more failed after a fault's beginning than before it.
struct SpreadStep {
  std::string edge;        ///< `checkout -> payments`
  std::size_t depth = 0;   ///< steps between it and the fault: 0 = next to what the fault strikes
  bool by_itself = false;  ///< neither the fault nor another edge explains it
  std::vector<const Figure*>
      after;  ///< by variant: the first failure; nullptr without such a fault
};

/// How many of a variant's components failed those who asked something of them.
struct Reach {
  std::size_t failed = 0;
  std::size_t all =
      0;  ///< that something is asked of, or that ask; 0: the variant has no such fault
};

/// How a fault spread from what it strikes to those who depend on it: in the order of a tree, each
/// step below the one it follows from.
struct FailureSpread {
  std::string fault;
  std::vector<std::string> struck;  ///< components and edges
  std::vector<SpreadStep> steps;    ///< empty: no more failed than before
  std::vector<Reach> reach;         ///< by variant
};

/// One for each fault with a window of its own in some sound variant, in the order of their names.
///
/// An edge fails because of the fault when that strikes the edge or the callee; else because of the
/// callee's own edge that failed first; else because of the fault when the callee waits, itself or
/// through others, for what it strikes; else the callee is overloaded or fails by itself. Taken
/// from the variant in which it fails first.
std::vector<FailureSpread> failure_spreads(const ExperimentSummary& summary);

}  // namespace spillway::report
