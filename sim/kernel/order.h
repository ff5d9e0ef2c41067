#pragma once

#include <cstdint>

#include "sim/kernel/event.h"

namespace spillway {

/// The low bits of an order are nobody's: a tournament writes there whose event it is.
inline constexpr std::uint32_t kOrderFreeBits = 22;
inline constexpr std::uint64_t kOrderFreeMask = (std::uint64_t{1} << kOrderFreeBits) - 1;

/// Packs a phase and a sequence number so that one comparison of integers orders both.
///
/// Range: sequence < 2^40.
constexpr std::uint64_t order_of(Phase phase, std::uint64_t sequence) {
  return (static_cast<std::uint64_t>(phase) << 62) | sequence << kOrderFreeBits;
}

/// The sequence number in an order.
constexpr std::uint64_t sequence_of(std::uint64_t order) {
  return order << 2 >> (kOrderFreeBits + 2);
}

/// Tells whether `a` runs before `b`: by time, then by phase, then by sequence.
///
/// Times seldom tie, so they alone are compared first and the branch on a tie predicts well.
constexpr bool comes_before(const Event& a, const Event& b) {
  bool before = a.at < b.at;
  if (a.at == b.at) [[unlikely]]
    before = a.order < b.order;
  return before;
}

}  // namespace spillway
