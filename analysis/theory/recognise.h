#pragma once

#include <vector>

#include "analysis/theory/theory_figure.h"
#include "sim/scenario/scenario.h"

namespace spillway::theory {

/// Finds the parts of a scenario that a closed form describes, and says what it gives for them.
///
/// A figure is there only where its formula is exact for what the program simulates; all else has
/// none. These are recognised:
///
///   producer ── call ──► service { work }           the producer is the only one that calls it
///   producer ── send ──► queue ──► consumer { work }          and the only one that sends to it
///
///     Poisson arrivals  exponential work  M/M/c, and M/M/c/K before a bounded accept queue
///                       constant work     M/D/1
///                       phase-type work   M/PH/1: Erlang, hyperexponential and their mixtures
///                       any other work    M/G/1: means alone
///                       any, no waiting   M/G/c/c
///     constant or       exponential work  D/M/1 and E_k/M/1
///     Erlang intervals
///     users who think   exponential work  M/M/c//N: means alone
///
/// A constant network delay is added where it shows. Instances of a service draw from one line, so
/// c is instances x concurrency. A queue hands a message to whichever consumer has room, so the
/// same holds behind a queue while prefetch does not exceed concurrency; and one instance may
/// prefetch more, but then its queue's depth and waits have no closed form.
///
/// Steady state is claimed only with a warm-up and below full load. Whether the warm-up is long
/// enough is not checked here: where it is not, the simulation differs, which is worth seeing. The
/// run must also drain long enough to see its messages done, 30 mean sojourn times.
///
/// Calls that give up (impatient_callers.h), messages that expire (expiring_messages.h) and calls
/// that fail by a probability (failing_calls.h) have forms of their own.
///
/// Queues that get more than their consumers can do for a while are followed as a fluid, which is
/// no exact value; its model is "fluid": see fluid_of_queues.h.
///
/// A fault switches off what is said of the components that it hits, but for the consumers that a
/// fluid follows; elsewhere it changes nothing.
///
/// Returns figures over the whole run (fluid: over windows too), means and the percentiles 50, 95,
/// 99 and those that objectives name.
std::vector<TheoryFigure> theory_of(const Scenario& scenario);

}  // namespace spillway::theory
