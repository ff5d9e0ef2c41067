#pragma once

#include "sim/flow/context.h"
#include "sim/flow/request.h"
#include "sim/flow/self.h"

namespace spillway {

/// Answers the caller now; the handler goes on.
struct ReplyNow {
  using Parameters = ReplyParameters;

  [[gnu::noinline]] static Flow start(const Step&, Message& message, Handle handle,
                                      Context& context, const Self&) {
    if ((message.flags & flag::kReplied) == 0) answer_early(handle, context);
    return Flow::go_on;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

}  // namespace spillway
