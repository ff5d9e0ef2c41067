#include "analysis/topology/growth.h"

#include <algorithm>
#include <cassert>

namespace spillway::topology {

Growth growth_of(std::size_t vertices, const std::vector<WeightedArc>& arcs) {
  assert(vertices > 0 && !arcs.empty());
  constexpr std::size_t kMostMultiplications = 20'000'000;
  // Shares that add up to 1 may be a little less in binary.
  constexpr double kOne = 1 - 1e-9;
  std::vector<double> amount(vertices, 1), next(vertices);
  for (std::size_t spent = 0; spent < kMostMultiplications; spent += arcs.size() + vertices) {
    // With 1 more on the diagonal: else amounts could go round in turns for ever.
    next = amount;
    for (const WeightedArc& weighted : arcs) {
      next[weighted.arc.from] += weighted.per_message * amount[weighted.arc.to];
    }
    // For any positive amounts the eigenvalue lies between the least and the greatest ratio.
    double least = next[0] / amount[0] - 1, greatest = least, most = next[0];
    for (std::size_t i = 1; i < vertices; ++i) {
      const double ratio = next[i] / amount[i] - 1;
      least = std::min(least, ratio);
      greatest = std::max(greatest, ratio);
      most = std::max(most, next[i]);
    }
    if (least >= kOne) return Growth::persists;
    if (greatest < kOne) return Growth::dies_out;
    // Never 0: an amount that underflowed would make its ratio meaningless.
    for (std::size_t i = 0; i < vertices; ++i) amount[i] = std::max(next[i] / most, 1e-250);
  }
  return Growth::undecided;
}

}  // namespace spillway::topology
