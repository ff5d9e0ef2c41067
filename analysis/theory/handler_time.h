#pragma once

#include <optional>

#include "sim/scenario/scenario.h"

namespace spillway::theory {

/// One attempt of a handler.
struct HandlerTime {
  double mean = 0;     ///< until its end or its failure, s
  double success = 1;  ///< probability of no failure
};

/// Mean time and success of a handler that works, waits, chooses, fails and sends to queues without
/// limit, with constant network delays.
///
/// `slowness` is how many times as long work takes as it does ordinarily; it does not touch waits
/// and confirms. Returns nothing for other steps, and where a mean is infinite or not the same for
/// all messages and replications (a trace's column, an uncertain parameter).
std::optional<HandlerTime> handler_time(const Program& program, const Scenario& scenario,
                                        double slowness = 1);

}  // namespace spillway::theory
