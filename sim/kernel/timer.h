#pragma once

#include <cstdint>

namespace spillway {

/// Names one cancellable event; 0 = none. Good until that event runs, is cancelled or the set
/// restarts.
using Timer = std::uint32_t;

// A timer is: 1 bit "in the general set" | 5 bits generation | 26 bits index. The generation tells
// apart events that used the same index one after the other; only assertions look at it.
inline constexpr std::uint32_t kTimerIndexBits = 26;
inline constexpr std::uint32_t kTimerIndexMask = (1U << kTimerIndexBits) - 1;
inline constexpr std::uint32_t kTimerGenerationMask = 31;
inline constexpr Timer kTimerInGeneralSet = 1U << 31;

constexpr std::uint32_t timer_index(Timer timer) { return timer & kTimerIndexMask; }

constexpr std::uint32_t timer_generation(Timer timer) {
  return (timer >> kTimerIndexBits) & kTimerGenerationMask;
}

constexpr Timer make_timer(std::uint32_t index, std::uint64_t generation) {
  return index |
         ((static_cast<std::uint32_t>(generation) & kTimerGenerationMask) << kTimerIndexBits);
}

}  // namespace spillway
