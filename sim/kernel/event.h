#pragma once

#include <cstdint>

#include "sim/kernel/time.h"

namespace spillway {

/// What happens first among events of one instant. Events run by (time, phase, sequence).
enum class Phase : std::uint8_t {
  kFault = 0,       ///< a fault or a window begins or ends
  kCompletion = 1,  ///< work ends, an acknowledgement or a reply arrives
  kExpiry = 2,      ///< a timeout or a visibility timeout runs out
  kArrival = 3,     ///< a message arrives, a source ticks
};

/// What is to be done, and with what. The kernel never looks inside; a zero target is "nothing".
struct Action {
  std::uint32_t target = 0;
  std::uint32_t payload = 0;

  explicit operator bool() const { return target != 0; }
  friend bool operator==(const Action&, const Action&) = default;
};

/// An action at its instant. `order` holds the phase in its two top bits and the sequence below:
/// see order.h.
struct Event {
  Time at = kNever;
  std::uint64_t order = ~std::uint64_t{0};
  Action action;
};

}  // namespace spillway
