#pragma once

#include "sim/flow/asking.h"
#include "sim/flow/exchange.h"

namespace spillway {

/// Sends a message and waits for the reply to it: an exchange whose answer comes by a message.
struct Request {
  using Parameters = RequestParameters;
  static constexpr bool kExchanges = true;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle handle,
                                      Context& context, const Self& self) {
    const Exchange& exchange = context.exchanges[step.argument];
    if (exchange.holds && (message.flags & flag::kAway) != 0) return Flow::needs_slot;
    const Flow flow = open(exchange, handle, context, self);
    if (flow == Flow::wait) {
      begin_asking(exchange, handle, context, self);
      if (!exchange.holds) message.flags |= flag::kAway;
    }
    return flow;
  }

  [[gnu::noinline]] static Flow resume(const Step& step, Message&, Handle handle, Context& context,
                                       const Self& self) {
    const Exchange& exchange = context.exchanges[step.argument];
    end_asking(handle, context);  // it is still in it when its time was up
    const Flow flow = close(exchange, handle, context, self);
    if (flow == Flow::wait) begin_asking(exchange, handle, context, self);
    return flow;
  }
};

}  // namespace spillway
