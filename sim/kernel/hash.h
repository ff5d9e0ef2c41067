#pragma once

#include <cstdint>
#include <string_view>

namespace spillway {

// Hashes that are part of the results: names become streams of random numbers through them, so they
// are fixed for good and the same on every machine. None of them resists an adversary.

/// Mixes 64 bits so that each bit of the input moves about half of the output's.
///
/// A bijection: different inputs never collide. mix64(0) is not 0.
/// Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014, with the constants of D. Stafford's variant 13.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// Hashes a name: FNV-1a of its bytes, then mix64.
///
/// Source: G. Fowler, L. C. Noll, K.-P. Vo, "The FNV Non-Cryptographic Hash Algorithm", 64 bits.
constexpr std::uint64_t hash64(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char character : text) {
    hash ^= static_cast<unsigned char>(character);
    hash *= 0x00000100000001b3U;
  }
  return mix64(hash);
}

/// Mixes `b` into `a`: the lane that lies one step `b` below lane `a`.
///
/// For a given `a` a bijection of `b`, and the other way round: the attempts of one lane, or the
/// same attempt of two lanes, never collide. Not symmetric: the order of the steps counts.
/// Source: the two rounds are the 32-bit finaliser of A. Appleby's MurmurHash3.
constexpr std::uint32_t mix32(std::uint32_t a, std::uint32_t b) {
  constexpr auto round = [](std::uint32_t x) {
    x = (x ^ (x >> 16)) * 0x85ebca6bU;
    x = (x ^ (x >> 13)) * 0xc2b2ae35U;
    return x ^ (x >> 16);
  };
  return round(round(a + 0x9e3779b9U) + b);
}

}  // namespace spillway
