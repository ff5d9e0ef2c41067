#pragma once

#include "sim/flow/exchange.h"

namespace spillway {

/// Sends a request and waits for its answer.
struct Call {
  using Parameters = CallParameters;
  static constexpr bool kExchanges = true;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle handle,
                                      Context& context, const Self& self) {
    Exchange& exchange = context.exchanges[step.argument];
    if (exchange.holds && (message.flags & flag::kAway) != 0) return Flow::needs_slot;
    const bool hurried = (message.flags & flag::kHurried) != 0;
    const Flow flow = exchange.ordinary && !hurried
                          ? open_ordinary(exchange, step.argument, handle, context, self)
                          : open_apart(exchange, handle, context, self);
    if (!exchange.holds && flow == Flow::wait) message.flags |= flag::kAway;
    return flow;
  }

  static Flow resume(const Step& step, Message&, Handle handle, Context& context,
                     const Self& self) {
    return close(context.exchanges[step.argument], handle, context, self);
  }
};

}  // namespace spillway
