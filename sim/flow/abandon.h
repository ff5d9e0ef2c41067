#pragma once

#include "sim/flow/asking.h"
#include "sim/flow/steps.h"

namespace spillway {

/// Whether a frame that stands behind this step waits for others: for an answer, a confirmation or
/// its own branches, and not for an event that names it.
constexpr bool waits_for_others(std::uint8_t op) {
  return is_exchange(op) || op == op_of<Parallel>;
}

/// A frame that waits for others is given up with all it waits for.
inline void abandon_wait(Handle frame, Context& context) {
  const std::uint8_t op = context.code[context.messages[frame].pc - 1].op;
  if (op == op_of<Parallel>) return abandon_fork(frame, context);
  end_asking(frame, context);
  abandon(frame, context);
}

}  // namespace spillway
