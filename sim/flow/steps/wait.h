#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// Lets a drawn time pass. A service that holds nothing gives the slot away meanwhile.
struct Wait {
  using Parameters = WaitParameters;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle handle,
                                      Context& context, const Self& self) {
    const Exchange& details = context.exchanges[step.argument];
    if (!details.holds) {
      message.flags |= flag::kAway;
    } else if ((message.flags & flag::kAway) != 0) {
      return Flow::needs_slot;
    }
    context.events.push(context.now() + context.draw(details.to, message), Phase::kCompletion,
                        {say<Done>(self.address), handle});
    return Flow::wait;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

}  // namespace spillway
