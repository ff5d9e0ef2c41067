#pragma once

#include <cstddef>
#include <vector>

#include "analysis/topology/topology.h"

namespace spillway::topology {

/// How far waiting for answers reaches from a component that nobody waits for: a producer, a
/// consumer, or a service that goes on after its reply.
struct WaitingChain {
  static constexpr std::size_t kMostCallees = 12;

  std::size_t start = 0;  ///< index of Topology::vertices()
  /// How many calls, and at their end perhaps an access to a store, there are in the longest chain
  /// in which each handler waits for the next; 0 when it comes to a loop: then there is no longest.
  std::size_t calls = 0;
  /// The first callees of this chain, at most kMostCallees.
  std::vector<std::size_t> callees;
  /// The most slots that one message holds at once, on this or another chain, the start's own and
  /// that of the last callee included; a store has none. 0 when there is no longest.
  std::size_t slots = 0;
};

/// The chains of all components that make calls and for which nobody waits, in the order of
/// Topology::vertices().
///
/// Cost: proportional to the graph, but for logarithms.
std::vector<WaitingChain> waiting_chains(const Topology& topology);

}  // namespace spillway::topology
