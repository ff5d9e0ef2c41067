#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// Goes one of several ways.
struct Choose {
  using Parameters = ChooseParameters;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle, Context& context,
                                      const Self&) {
    const Branching& branching = context.branchings[step.argument];
    const std::int64_t drawn = context.draw(branching.site, message);
    std::uint32_t way = branching.first;
    const std::uint32_t last = branching.first + branching.count - 1;
    while (way != last && drawn >= context.thresholds[way]) ++way;
    message.pc = context.targets[way];
    return Flow::go_on;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

/// Goes on elsewhere: the end of one of the ways. Made by the compiler, never written.
struct Jump {
  static Flow start(const Step& step, Message& message, Handle, Context&, const Self&) {
    message.pc = step.argument;
    return Flow::go_on;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

}  // namespace spillway
