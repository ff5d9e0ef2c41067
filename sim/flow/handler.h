#pragma once

#include "sim/flow/steps.h"

namespace spillway {

/// Where a handler stands after it has run as far as it can.
enum class Progress : std::uint8_t { waiting, needs_slot, held, ended, failed };

namespace handler_detail {

template <class... S>
[[gnu::always_inline]] inline Flow start(List<S...>, const Step& step, Message& message,
                                         Handle handle, Context& context, const Self& self) {
  Flow flow = Flow::failed;
  (void)((step.op == op_of<S> && (flow = S::start(step, message, handle, context, self), true)) ||
         ...);
  return flow;
}

template <class... S>
[[gnu::always_inline]] inline Flow resume(List<S...>, const Step& step, Message& message,
                                          Handle handle, Context& context, const Self& self) {
  Flow flow = Flow::failed;
  (void)((step.op == op_of<S> && (flow = S::resume(step, message, handle, context, self), true)) ||
         ...);
  return flow;
}

/// A step has failed: where there is something to be done about it, the handler goes on there. One
/// that has crashed does nothing any more.
[[gnu::noinline]] inline bool is_rescued(Message& message, const Context& context) {
  if (message.outcome == Outcome::crashed) return false;
  const std::uint32_t target = context.rescues.after(message.pc - 1);
  if (target != 0) message.pc = target;
  return target != 0;
}

}  // namespace handler_detail

/// Runs a handler on from a step that came out as `flow` until it waits or ends. The program
/// counter stays behind the step that waits; `resume` goes on from there.
[[gnu::noinline]] inline Progress advance_after(Flow flow, Handle handle, Context& context,
                                                const Self& self) {
  Message& message = context.messages[handle];
  for (;;) {
    switch (flow) {
      case Flow::go_on:
        break;
      case Flow::wait:
        return Progress::waiting;
      case Flow::needs_slot:
        --message.pc;
        return Progress::needs_slot;
      case Flow::held:
        --message.pc;
        return Progress::held;
      case Flow::failed:
        if (!handler_detail::is_rescued(message, context)) return Progress::failed;
        break;
    }
    const Step step = context.code[message.pc];
    if (step.op == kEnd) return Progress::ended;
    ++message.pc;
    flow = handler_detail::start(Steps{}, step, message, handle, context, self);
  }
}

/// Runs a handler from where its frame stands. What most handlers do next is looked at first: to
/// end, to work, or to call.
[[gnu::always_inline]] inline Progress advance(Handle handle, Context& context, const Self& self) {
  Message& message = context.messages[handle];
  const Step step = context.code[message.pc];
  if (step.op == kEnd) return Progress::ended;
  Flow flow = Flow::go_on;
  if (step.op == op_of<Work>) {
    ++message.pc;
    flow = Work::start(step, message, handle, context, self);
  } else if (step.op == op_of<Call>) {
    ++message.pc;
    flow = Call::start(step, message, handle, context, self);
  }
  if (flow == Flow::wait) [[likely]]
    return Progress::waiting;
  return advance_after(flow, handle, context, self);
}

/// Goes on with a handler whose awaited thing has happened: first the step that waited, then on.
[[gnu::noinline]] inline Progress resume_any(Handle handle, Context& context, const Self& self) {
  Message& message = context.messages[handle];
  const Step step = context.code[message.pc - 1];
  switch (handler_detail::resume(Steps{}, step, message, handle, context, self)) {
    case Flow::go_on:
      return advance(handle, context, self);
    case Flow::failed:
      if (handler_detail::is_rescued(message, context)) return advance(handle, context, self);
      return Progress::failed;
    default:
      return Progress::waiting;
  }
}

/// The same. What most handlers wait for is looked at first: a call that was answered well.
[[gnu::always_inline]] inline Progress resume(Handle handle, Context& context, const Self& self) {
  const Message& message = context.messages[handle];
  if (message.outcome == Outcome::ok && context.code[message.pc - 1].op == op_of<Call>) [[likely]]
    return advance(handle, context, self);
  return resume_any(handle, context, self);
}

}  // namespace spillway
