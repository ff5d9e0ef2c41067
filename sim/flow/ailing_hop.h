#pragma once

#include <cstdint>
#include <vector>

#include "sim/flow/address.h"
#include "sim/flow/edge.h"

namespace spillway {

/// What a fault does to one direction of an edge while it lasts: it loses a share of what sets out
/// there, or lets it take longer.
struct HopFault {
  enum class Kind : std::uint8_t { loses, loses_all, delays };

  std::uint32_t hop = 0;  ///< place among the ailing hops
  Kind kind = Kind::loses;
  std::int64_t threshold = 0;  ///< of what is lost: of 2^53
  std::uint32_t site = 0;      ///< uniform below 2^53; of a delay: how much longer it takes

  bool operator==(const HopFault&) const = default;
};

/// A direction of an edge that faults may strike. Other edges know nothing of faults.
struct AilingHop {
  Hop sound;  ///< the way while nothing ails it
  std::uint32_t edge = 0;
  Address told = 0;              ///< of answers: the callee, saying Lost; 0: nobody wants to know
  std::vector<HopFault> active;  ///< that have begun and not ended
};

}  // namespace spillway
