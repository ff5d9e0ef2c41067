#pragma once

#include "analysis/topology/topology.h"
#include "sim/language/diagnostic.h"
#include "sim/scenario/scenario.h"

namespace spillway::topology {

/// What the architecture alone says may go wrong, as warnings at the steps that close loops:
///
/// `sync-cycle`: services call one another in a circle, and may deadlock, or never end.
/// `message-loop`: messages come back to a queue they have passed.
/// `dead-letter-loop`: what a queue gives up comes back to it.
///
/// What the loader warns of (`unreached`, `unread`, `overload`) is not said again.
Diagnostics findings(const Topology& topology);

/// The findings of all variants of a file that was loaded without errors, each once, in the order
/// of their places.
Diagnostics findings(const ScenarioFile& file);

}  // namespace spillway::topology
