#pragma once

#include "sim/flow/exchange.h"

namespace spillway {

/// Puts a message into a queue, and waits for the confirmation unless told not to.
struct Send {
  using Parameters = SendParameters;
  static constexpr bool kExchanges = true;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle handle,
                                      Context& context, const Self& self) {
    const Exchange& exchange = context.exchanges[step.argument];
    if (exchange.confirm && exchange.holds && (message.flags & flag::kAway) != 0) {
      return Flow::needs_slot;
    }
    const Flow flow = open(exchange, handle, context, self);
    if (!exchange.holds && flow == Flow::wait) message.flags |= flag::kAway;
    return flow;
  }

  static Flow resume(const Step& step, Message&, Handle handle, Context& context,
                     const Self& self) {
    return close(context.exchanges[step.argument], handle, context, self);
  }
};

}  // namespace spillway
