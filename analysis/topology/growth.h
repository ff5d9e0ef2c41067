#pragma once

#include <cstdint>
#include <vector>

#include "analysis/topology/digraph.h"

namespace spillway::topology {

/// An arc with how many messages go along it for each one at its beginning, on average.
struct WeightedArc {
  Arc arc;
  double per_message = 0;
};

/// What becomes of the messages in a loop in the long run.
enum class Growth : std::uint8_t {
  dies_out,
  persists,   ///< they don't get fewer on average
  undecided,  ///< too near to the line between them, or too many components, to tell at once
};

/// Growth in a strongly connected graph, seen as a branching process with a type for each vertex:
/// messages die out when the greatest eigenvalue of the matrix of means is below 1.
///
/// Range: at least one arc; per_message > 0.
/// Cost: at most 20 million multiplications.
/// Source: T. E. Harris, The Theory of Branching Processes, 1963, chapter II. The eigenvalue is
/// bounded by powers of the matrix: L. Collatz, "Einschließungssatz für die charakteristischen
/// Zahlen von Matrizen", Mathematische Zeitschrift 48, 1942.
Growth growth_of(std::size_t vertices, const std::vector<WeightedArc>& arcs);

}  // namespace spillway::topology
