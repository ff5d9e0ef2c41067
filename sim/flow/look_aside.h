#pragma once

#include <cstdint>
#include <optional>

namespace spillway {

/// A cache that a handler looks into before it asks somebody else, compiled.
struct LookAside {
  static constexpr std::uint32_t kForEver = ~std::uint32_t{0};

  std::uint32_t cache = 0;
  std::optional<std::uint32_t> fixed_key;  ///< else the message's
  std::uint32_t past = 0;                  ///< where the handler goes on after a hit
  std::uint32_t lives = kForEver;          ///< site: how long the cache keeps what is put there
};

}  // namespace spillway
