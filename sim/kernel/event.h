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

  /// Writes an event that has just been made, member by member. Compilers copy a whole one 16 bytes
  /// at a time, through the stack; of two halves just written a processor reads none until both
  /// have left for the cache.
  [[gnu::always_inline]] void set(Time new_at, std::uint64_t new_order, Action new_action) {
    at = new_at;
    order = new_order;
    action.target = new_action.target;
    action.payload = new_action.payload;
  }
};

}  // namespace spillway
