#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// Sends a request and waits for its answer.
struct Call {
  using Parameters = CallParameters;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle handle,
                                      Context& context, const Self& self) {
    const Exchange& exchange = context.exchanges[step.argument];
    if (exchange.holds && (message.flags & flag::kAway) != 0) return Flow::needs_slot;
    const Handle request = context.spawn(handle);
    Message& made = context.messages[request];
    made.reply_to = say<Reply>(self.address);
    made.lane = mix32(message.lane, exchange.lane);
    made.attempt = message.attempt;
    made.via = exchange.edge;
    if (!exchange.holds) message.flags |= flag::kAway;
    Edge& edge = context.edges[exchange.edge];
    edge.metrics.attempts.add(message.segment);
    if (const Next next = context.travel(edge.out, {exchange.to, request}, Phase::kArrival, made)) {
      context.post(next);
    }
    return Flow::wait;
  }

  static Flow resume(const Step&, Message& message, Context&) {
    return message.outcome == Outcome::ok ? Flow::go_on : Flow::failed;
  }
};

}  // namespace spillway
