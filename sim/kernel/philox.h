#pragma once

#include <array>
#include <cstdint>

namespace spillway {

/// Philox4x32-10: a bijection of 128-bit counters under a 64-bit key, whose outputs pass as random.
///
/// Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011, section 4.
constexpr std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                  std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t q = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {
        static_cast<std::uint32_t>(q >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(q),
        static_cast<std::uint32_t>(p >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p)};
    key = {key[0] + 0x9E3779B9U, key[1] + 0xBB67AE85U};
  }
  return counter;
}

/// Where a sequence of random numbers lives: all but the ordinal of their address.
///
/// The key is the seed; the counter is (ordinal / 2 : 32 | replication : 32 | stream : 64), so no
/// two numbers of one seed share an address unless two streams' 64-bit names collide.
///
///   part b = counters 8b .. 8b+7 = ordinals 16b .. 16b+15
///     ordinal 16b + i      first 64-bit word of counter 8b + i   (i = 0 .. 7)
///     ordinal 16b + 8 + i  second word of counter 8b + i
struct PhiloxSequence {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;
  std::uint32_t replication = 0;
};

/// Returns the 64 random bits of one ordinal.
constexpr std::uint64_t philox_bits(const PhiloxSequence& sequence, std::uint32_t ordinal) {
  const auto word = philox4x32(
      {(ordinal >> 4) * 8 + (ordinal & 7), sequence.replication,
       static_cast<std::uint32_t>(sequence.stream),
       static_cast<std::uint32_t>(sequence.stream >> 32)},
      {static_cast<std::uint32_t>(sequence.seed), static_cast<std::uint32_t>(sequence.seed >> 32)});
  const int first = (ordinal & 8) != 0 ? 2 : 0;
  const auto at = static_cast<std::size_t>(first);
  return (std::uint64_t{word[at + 1]} << 32) | word[at];
}

}  // namespace spillway
