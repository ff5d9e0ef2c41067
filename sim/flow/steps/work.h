#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// Keeps a slot busy for a drawn time.
struct Work {
  using Parameters = WorkParameters;

  static Flow start(const Step& step, Message& message, Handle handle, Context& context,
                    const Self& self) {
    if ((message.flags & flag::kAway) != 0) return Flow::needs_slot;
    self.after(context, context.draw(step.argument, message), handle);
    return Flow::wait;
  }
  static Flow resume(const Step&, Message&, Context&) { return Flow::go_on; }
};

}  // namespace spillway
