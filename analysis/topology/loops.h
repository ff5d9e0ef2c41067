#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/topology/growth.h"
#include "analysis/topology/topology.h"

namespace spillway::topology {

/// A way that leads from a component back to it.
struct Loop {
  /// Indices of Topology::links(), one after the other. The first begins at the component that
  /// messages come to first, the last closes the loop.
  std::vector<std::size_t> links;
  /// How many components can reach one another over this loop and others like it; those of this
  /// loop when there are no others.
  std::size_t entangled = 0;
  /// Whether each message that enters makes another one that goes round.
  bool is_certain = false;
  /// How many more each message makes on average that go once round these links, when nothing
  /// fails but what says so. Parallel steps count together.
  double per_round = 0;
  /// What becomes of the messages in this loop and those entangled with it.
  Growth growth = Growth::undecided;
};

/// "a -> b -> a"; the middle of a long loop is left out.
std::string print(const Loop& loop, const Topology& topology);

/// Loops of calls: of each service that calls itself, and of each group of services that call one
/// another in circles. Of several in a group one: rather one that can deadlock, rather a short one.
/// Steps that are never reached make no loop.
///
/// Cost: proportional to the graph, but for logarithms and growth_of().
std::vector<Loop> call_loops(const Topology& topology);

/// Loops through queues by sends, deliveries and calls: the shortest one through the first queue
/// of each group of components that reach one another.
///
/// Cost: as call_loops().
std::vector<Loop> message_loops(const Topology& topology);

/// Loops that need a dead letter: what a queue gives up comes back to it. Their numbers depend on
/// how many messages fail: per_round is 0, growth undecided.
///
/// Cost: as call_loops().
std::vector<Loop> dead_letter_loops(const Topology& topology);

/// The component whose slots can all be held by requests that wait, over the loop, for one of
/// these slots: a deadlock. Holding a slot once is enough, unless a service answers before it goes
/// on round the loop without holding one, or nobody can wait there (`accept_queue: 0`).
///
/// Range: a loop of calls. Returns: an index of Topology::vertices(), or nothing.
std::optional<std::size_t> deadlocked_at(const Loop& loop, const Topology& topology);

}  // namespace spillway::topology
