#pragma once

#include "sim/flow/asking.h"
#include "sim/flow/exchange.h"

namespace spillway {

/// Hands a job in by an exchange, and then asks until it is done.
struct Submit {
  using Parameters = SubmitParameters;
  static constexpr bool kExchanges = true;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle handle,
                                      Context& context, const Self& self) {
    const Exchange& exchange = context.exchanges[step.argument];
    if (exchange.holds && (message.flags & flag::kAway) != 0) return Flow::needs_slot;
    const Flow flow = open(exchange, handle, context, self);
    if (flow == Flow::wait) {
      begin_job(exchange, handle, context, self);
      if (!exchange.holds) message.flags |= flag::kAway;
    }
    return flow;
  }

  [[gnu::noinline]] static Flow resume(const Step& step, Message& message, Handle handle,
                                       Context& context, const Self& self) {
    const Exchange& exchange = context.exchanges[step.argument];
    const std::uint32_t number = context.conversations.of(handle);
    if (context.conversations[number].ticket != 0) {
      // It was asked after. A ticket that is given up is dropped where its next question leads.
      context.conversations.leave(number);
      if (message.outcome == Outcome::ok) return Flow::go_on;
      if (message.outcome != Outcome::timeout) context.release(message.next);
      message.next = 0;
      return give_up(exchange, message);
    }
    if (message.outcome == Outcome::ok) {
      ask_after(exchange, handle, context, self);
      return Flow::wait;
    }
    context.conversations.leave(number);
    const Flow flow = close(exchange, handle, context, self);
    if (flow == Flow::wait) begin_job(exchange, handle, context, self);
    return flow;
  }
};

/// The handler has done its work: whoever handed the job in may learn it. Made by the compiler, at
/// the end of handlers of what is submitted; its argument says whether it is a consumer's.
struct FinishJob {
  static Flow start(const Step& step, Message&, Handle handle, Context& context, const Self&) {
    finish_job(handle, step.argument != 0, true, context);
    return Flow::go_on;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

}  // namespace spillway
