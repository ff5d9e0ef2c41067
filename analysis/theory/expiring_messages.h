#pragma once

#include <vector>

#include "analysis/theory/theory_figure.h"
#include "sim/scenario/scenario.h"

namespace spillway::theory {

/// Finds the queues whose messages expire after an exponential time, and what is exact for them.
///
///   producer { message: {ttl: {exponential: …}} } ── send ──► queue ──► consumer { work }
///
/// with Poisson arrivals and exponential work: a message gives up while it waits and never while it
/// is worked on, which is Erlang A (erlang_a.h). The way between queue and consumer takes no time
/// and no consumer prefetches more than it works on; the producer alone sends to the queue, and one
/// consumer takes from it. Steady state is claimed only with a warm-up, and no fault may hit
/// either.
///
/// Gives shares, counts and means over the whole run.
std::vector<TheoryFigure> expiring_messages(const Scenario& scenario);

}  // namespace spillway::theory
