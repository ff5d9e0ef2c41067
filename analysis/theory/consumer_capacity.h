#pragma once

#include <optional>
#include <vector>

#include "analysis/theory/fluid.h"
#include "sim/scenario/scenario.h"

namespace spillway::theory {

/// Messages a second that a queue's consumers finish for good while there is always one to take,
/// over time: steps at the instants where a fault of theirs begins or ends. Until infinity.
///
///   outage, crash, hang   0
///   slow                  work takes `times` as long
///   errors                a share of the handlers fails at once
///
/// Faults may overlap. Returns nothing where the capacity is not known: see fluid_of_queues.h.
std::optional<std::vector<RatePiece>> capacity_over_time(const Scenario& scenario,
                                                         const Component<QueueParameters>& queue);

/// Messages that the consumers of a queue that a fault hits have at hand at most.
double held_by_struck_consumers(const Scenario& scenario, const Component<QueueParameters>& queue);

}  // namespace spillway::theory
