#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// Goes several ways at once, and waits for enough of them.
struct Parallel {
  using Parameters = ParallelParameters;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle handle,
                                      Context& context, const Self& self) {
    const Forking& forking = context.forkings[step.argument];
    if (forking.holds && (message.flags & flag::kAway) != 0) return Flow::needs_slot;
    begin_fork(forking, handle, context, self);
    if (!forking.holds) message.flags |= flag::kAway;
    return Flow::wait;
  }

  static Flow resume(const Step&, Message&, Handle handle, Context& context, const Self&) {
    return join_fork(handle, context) ? Flow::go_on : Flow::failed;
  }
};

}  // namespace spillway
