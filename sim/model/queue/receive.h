#pragma once

#include <cstdint>

#include "sim/kernel/time.h"
#include "sim/kernel/timer.h"

namespace spillway {

/// What a taker that takes several messages at a time may still be handed in the receive that it
/// has begun.
struct Receive {
  Time takes = 0;          ///< its first message on its way, and so the others
  std::uint64_t room = 0;  ///< for so many messages more; 0: none is open
  Timer ends = 0;          ///< of an open one: its window
};

}  // namespace spillway
