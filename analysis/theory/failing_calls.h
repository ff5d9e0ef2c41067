#pragma once

#include <vector>

#include "analysis/theory/theory_figure.h"
#include "sim/scenario/scenario.h"

namespace spillway::theory {

/// Finds the calls that fail with a probability that load does not change, and how many attempts
/// and successes retrying them makes.
///
///   producer ── call: S, retry: {attempts: a} ──► service { work, wait, fail, choose }
///
/// Each attempt fails by itself with p, so a call takes (1 - p^a) / (1 - p) attempts and succeeds
/// with 1 - p^a, whenever it is made: no steady state is needed. The producer, with Poisson
/// arrivals, is the service's only caller; the line is not limited; no timeout, deadline, budget or
/// fallback, and no fault on the service. All must end before the run does, so the service may be
/// busy to 90 % at most.
///
/// Gives `success`, `goodput` and `failed` of the producer, `attempts` and `errors` of the edge,
/// over the whole run.
std::vector<TheoryFigure> failing_calls(const Scenario& scenario);

}  // namespace spillway::theory
