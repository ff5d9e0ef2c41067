#pragma once

#include "sim/flow/context.h"

namespace spillway {

/// Sends a request's or receipt's outcome back to whoever waits for it. Returns what happens now,
/// nothing when the answer is on its way.
[[gnu::always_inline]] inline Next answer(Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  return context.travel(context.edges[message.via].back, {message.reply_to, handle},
                        Phase::kCompletion, message);
}

/// Counts a failure that has reached who waits for it: so an attempt on an edge ends well, in an
/// error or in a timeout, and never in two of them.
inline void count_failure(const Message& answer, Context& context) {
  context.edges[answer.via].metrics.count_error(answer.segment, context.now());
}

/// Answers a request before its handler has ended: the answer travels as a message of its own.
inline void answer_early(Handle handle, Context& context) {
  const Handle early = context.spawn(handle);
  Message& request = context.messages[handle];
  Message& answering = context.messages[early];
  answering.parent = request.parent;
  answering.reply_to = request.reply_to;
  answering.via = request.via;
  answering.attempt = request.attempt;
  answering.deadline = request.deadline;
  // Whoever waits for the request waits for this from now on.
  if (request.parent != 0 && request.root != handle) {
    context.replace_awaited(request.parent, handle, early);
  }
  request.parent = 0;
  request.flags |= flag::kReplied;
  // A message that travels as its own request goes on living for the handler that goes on.
  if (request.root == handle) ++request.outstanding;
  if (const Next next = answer(early, context)) context.post(next);
}

}  // namespace spillway
