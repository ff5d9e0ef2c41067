#pragma once

#include "sim/flow/impairments.h"
#include "sim/flow/steps.h"

namespace spillway {

/// Who keeps the work that a frame of this component waits for, if that is what it waits for;
/// nullptr: its slot alone.
inline SharedProcessors* keeper_of(std::uint8_t op, const Condition* condition) {
  if (condition == nullptr) return nullptr;
  if (op == op_of<CpuWork>) return condition->cores();
  return op == op_of<Work> ? condition->processors() : nullptr;
}

}  // namespace spillway
