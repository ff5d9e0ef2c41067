#pragma once

#include "sim/flow/asking.h"
#include "sim/flow/context.h"
#include "sim/flow/request.h"
#include "sim/flow/self.h"

namespace spillway {

/// Answers the caller now; the handler goes on. A consumer's argument is the edge it has its
/// messages by, plus 1: it replies by a message.
struct ReplyNow {
  using Parameters = ReplyParameters;

  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle handle,
                                      Context& context, const Self&) {
    if (step.argument != 0) {
      reply_by_message(handle, step.argument - 1, context);
    } else if ((message.flags & flag::kReplied) == 0) {
      answer_early(handle, context);
    }
    return Flow::go_on;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

}  // namespace spillway
