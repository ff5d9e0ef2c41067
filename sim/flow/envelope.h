#pragma once

#include <cstdint>

namespace spillway {

/// What a `send` says of its messages beyond where they go, compiled. A message names its envelope
/// by place (Message::pc); the first, at 0, says nothing.
struct Envelope {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  std::uint32_t delay = kNone;  ///< site: how long it is hidden at first; kNone: as its queue says
  bool persistent = true;       ///< kept when the only node that has it crashes
  bool early = false;           ///< confirmed when it is taken, before it is stored
};

}  // namespace spillway
