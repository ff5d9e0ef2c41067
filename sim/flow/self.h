#pragma once

#include "sim/flow/context.h"
#include "sim/flow/impairments.h"
#include "sim/flow/steps/declaration.h"

namespace spillway {

/// The component whose handler runs: where answers go, and its clock if it serves one at a time.
struct Self {
  static constexpr SlotId kNoSlot = ~SlotId{0};

  Address address = 0;
  SlotId slot = kNoSlot;                 ///< the clock of a single server
  const Condition* condition = nullptr;  ///< what ails it; nullptr = nothing ever does

  /// Says Done about this frame after a time.
  [[gnu::always_inline]] void after(Context& context, Time delay, Handle handle) const {
    const Next done{say<Done>(address), handle};
    const Time at = context.now() + delay;
    if (slot != kNoSlot) {
      context.events.set_slot(slot, at, Phase::kCompletion, done);
    } else {
      context.events.push(at, Phase::kCompletion, done);
    }
  }
};

}  // namespace spillway
