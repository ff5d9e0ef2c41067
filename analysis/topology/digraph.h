#pragma once

#include <cstddef>
#include <optional>
#include <vector>

// Algorithms on directed graphs whose vertices are numbers from 0. Arcs may be parallel, and may
// lead back to where they begin.

namespace spillway::topology {

struct Arc {
  std::size_t from = 0;
  std::size_t to = 0;
};

/// The strongly connected components: vertices that reach one another. They are in the order of
/// their first vertices, and each in the order of its vertices.
///
/// Cost: vertices + arcs, but for logarithms.
/// Source: R. Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing
/// 1(2), 1972.
std::vector<std::vector<std::size_t>> strong_components(std::size_t vertices,
                                                        const std::vector<Arc>& arcs);

/// The vertices in an order in which each arc leads forward.
///
/// Returns: nothing when there is a cycle.
std::optional<std::vector<std::size_t>> topological_order(std::size_t vertices,
                                                          const std::vector<Arc>& arcs);

/// The place of each vertex when they are visited by their distance from the starts, and, at the
/// same distance, in the order of starts and arcs. What isn't reached comes last.
std::vector<std::size_t> nearest_first(std::size_t vertices, const std::vector<Arc>& arcs,
                                       const std::vector<std::size_t>& starts);

/// The shortest way from a vertex back to itself, as indices of arcs; of several the first.
///
/// Returns: nothing when there is none.
std::vector<std::size_t> shortest_cycle(std::size_t vertices, const std::vector<Arc>& arcs,
                                        std::size_t through);

}  // namespace spillway::topology
