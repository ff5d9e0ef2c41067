#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// Makes the handler fail or crash, with a probability or as often as the trace says.
struct Fail {
  using Parameters = FailParameters;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle, Context& context,
                                      const Self&) {
    const Failure& failure = context.failures[step.argument];
    if (!fails(failure, message, context)) return Flow::go_on;
    if (failure.crashes) message.outcome = Outcome::crashed;
    return Flow::failed;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }

 private:
  static bool fails(const Failure& failure, const Message& message, Context& context) {
    if (failure.threshold < 0) {
      return message.attempt < context.sites[failure.site].at(message.ordinal, 0);
    }
    return context.draw(failure.site, message) < failure.threshold;
  }
};

}  // namespace spillway
