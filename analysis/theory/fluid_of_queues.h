#pragma once

#include <vector>

#include "analysis/theory/theory_figure.h"
#include "sim/scenario/scenario.h"

namespace spillway::theory {

/// Follows as a fluid each queue that gets more than its consumers can do for a while.
///
/// The queue has one feeder, a producer whose handler begins with the send, with a poisson,
/// constant or renewal load and any profile. Its consumers' handlers work, wait, choose, fail and
/// send on: they take their mean time, and a message as many attempts as failures make on average
/// (E[attempts] E[time of one]: Wald). Capacity is the sum over consumers of
///
///   instances x min(concurrency, prefetch) / (mean time + idle time between two messages)
///
/// A consumer may be hit by faults at known times, others being up meanwhile: see
/// consumer_capacity.h. What it has at hand then goes back to the queue at once, or hangs, which
/// the fluid leaves out: a backlog below 20 times as much is not followed.
///
/// Gives depth.max, drain_time, age.max, and depth.max and drain_time over each spike, fault and
/// other window of a known time; a drain time only where the queue is empty before the run ends,
/// and an age only where it is before the last message arrives. What consumers prefetch is not
/// counted apart from what is ready.
///
/// Left out is a backlog that chance alone could make as well, below three standard deviations of
/// the number of messages that arrive to it. Refused: calls from the consumer's handler, whose time
/// is not known here; a visibility timeout below 20 times the mean time that a message is held; a
/// capacity of the queue below twice the backlog; more prefetch than slots where the way to the
/// queue and back could still leave slots idle; failures with dead letters at several consumers; a
/// backlog that began before the warm-up ended; a fault at random, or on the queue, its dead
/// letters or what its consumers send to; a consumer that is slow for less than 20 of its slow
/// handlers; a crash or a hang whose messages the visibility timeout brings back.
std::vector<TheoryFigure> fluid_of_queues(const Scenario& scenario);

}  // namespace spillway::theory
