#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// Makes the handler fail, with a probability or as often as the trace says.
struct Fail {
  using Parameters = FailParameters;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle, Context& context,
                                      const Self&) {
    const Failure& failure = context.failures[step.argument];
    if (failure.threshold < 0) {
      const std::int64_t failing = context.sites[failure.site].at(message.ordinal, 0);
      return message.attempt < failing ? Flow::failed : Flow::go_on;
    }
    return context.draw(failure.site, message) < failure.threshold ? Flow::failed : Flow::go_on;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

}  // namespace spillway
