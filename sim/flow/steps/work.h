#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// Keeps a slot busy for a drawn time.
struct Work {
  using Parameters = WorkParameters;

  [[gnu::always_inline]] static Flow start(const Step& step, Message& message, Handle handle,
                                           Context& context, const Self& self) {
    if ((message.flags & flag::kAway) != 0) return Flow::needs_slot;
    Time takes = context.draw(step.argument, message);
    if (self.condition != nullptr && !self.condition->sound()) [[unlikely]] {
      if (self.condition->hung()) return Flow::held;
      takes = self.condition->stretched(takes);
      if (SharedProcessors* shared = self.condition->processors(); shared != nullptr) {
        shared->begin(handle, self.address, takes, context);
        return Flow::wait;
      }
    }
    self.after(context, takes, handle);
    return Flow::wait;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

/// The same on the component's cores, which all work of this kind shares. Made by the compiler, of
/// `work` with `cpu: true`.
struct CpuWork {
  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle handle,
                                      Context& context, const Self& self) {
    if ((message.flags & flag::kAway) != 0) return Flow::needs_slot;
    if (self.condition->hung()) return Flow::held;
    const Time takes = self.condition->stretched(context.draw(step.argument, message));
    self.condition->cores()->begin(handle, self.address, takes, context);
    return Flow::wait;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

}  // namespace spillway
