#pragma once

#include <vector>

#include "analysis/theory/theory_figure.h"
#include "sim/scenario/scenario.h"

namespace spillway::theory {

/// Finds the calls that end after an exponential timeout and say so, and what is exact for them.
///
///   producer ── call: S, timeout: {exponential: …}, cancel: true ──► service { work }
///
/// with Poisson arrivals, exponential work, a line without or with a limit, no network delay (a
/// request on its way could not be cancelled yet), no retry, fallback or deadline, and no other
/// callers: the M/M/c queue with impatience until the end of service (impatient.h). Steady state is
/// claimed only with a warm-up, and no fault may hit the service.
///
/// A patience that ends with the wait, which makes Erlang A, no call has: a `deadline` that travels
/// lets nothing late begin, but it is the same for all calls and stops the caller too. Messages
/// that expire have it: see expiring_messages.h.
///
/// Gives shares, counts and means over the whole run.
std::vector<TheoryFigure> impatient_callers(const Scenario& scenario);

}  // namespace spillway::theory
