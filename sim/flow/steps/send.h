#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// Puts a message into a queue, and waits for the confirmation unless told not to.
struct Send {
  using Parameters = SendParameters;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle handle,
                                      Context& context, const Self& self) {
    const Exchange& exchange = context.exchanges[step.argument];
    Handle receipt = 0;
    if (exchange.confirm) {
      if (exchange.holds && (message.flags & flag::kAway) != 0) return Flow::needs_slot;
      receipt = context.spawn(handle);
      context.messages[receipt].reply_to = say<Reply>(self.address);
      context.messages[receipt].via = exchange.edge;
      if (!exchange.holds) message.flags |= flag::kAway;
    }
    const Handle sent = context.spawn(handle);
    Message& made = context.messages[sent];
    made.parent = receipt;
    made.lane = mix32(lane_of_draws(message), exchange.lane);
    if (receipt != 0) context.messages[receipt].lane = made.lane;
    made.via = exchange.edge;
    if (message.root == handle) message.next = sent;
    Edge& edge = context.edges[exchange.edge];
    edge.metrics.attempts.add(message.segment);
    if (const Next next = context.travel(edge.out, {exchange.to, sent}, Phase::kArrival, made)) {
      context.post(next);
    }
    return exchange.confirm ? Flow::wait : Flow::go_on;
  }

  static Flow resume(const Step&, Message& message, Context&) {
    return message.outcome == Outcome::ok ? Flow::go_on : Flow::failed;
  }
};

}  // namespace spillway
