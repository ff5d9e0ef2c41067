#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// Goes on at the call to the first healthy service. Made by the compiler before such calls; a
/// further attempt chooses anew: see exchange.h.
struct FirstHealthy {
  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle, Context& context,
                                      const Self&) {
    const std::uint32_t at = context.failovers.choose(static_cast<std::uint16_t>(step.argument));
    const Exchange& exchange = context.exchanges[context.code[at].argument];
    // Who has its slot first chooses by what is known then.
    if (exchange.holds && (message.flags & flag::kAway) != 0) return Flow::needs_slot;
    message.pc = at;
    return Flow::go_on;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

}  // namespace spillway
