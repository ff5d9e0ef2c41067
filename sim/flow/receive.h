#pragma once

#include "sim/flow/message.h"

namespace spillway {

namespace flag {
/// Of a delivery, which has no other use for it: another one of the same receive returns the credit
/// of both.
inline constexpr std::uint16_t kWithoutCredit = kMeasured;
}  // namespace flag

/// Whether its taker may be handed more when this delivery is settled. The messages that a queue
/// hands over in one receive are handled as one: the first of them says that they are.
constexpr bool returns_credit(const Message& delivery) {
  return (delivery.flags & flag::kWithoutCredit) == 0;
}

}  // namespace spillway
