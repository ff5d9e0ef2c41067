#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/kernel/wide.h"

namespace spillway {

/// How many values are recorded together.
inline constexpr std::size_t kDigestLength = 64;

/// What a histogram needs of `kDigestLength` values: where each of them is counted, and exact sums.
struct Digest {
  std::array<std::uint64_t, kDigestLength> buckets;  ///< by number, as Histogram::bucket_of
  std::uint64_t pages = 0;                           ///< bit p: some bucket is of page p
  std::int64_t least = 0, most = 0;
  std::uint64_t sum = 0;
  Uint128 squares = 0;
};

/// Values below this have a digest: 26 days in nanoseconds. Their doubles are exact, and sums of
/// their halves' products fit into 64 bits.
inline constexpr std::int64_t kDigestible = std::int64_t{1} << 51;

/// Sums of products of a value's halves, low and high 32 bits, put together to that of the squares.
inline Uint128 squares_from(std::uint64_t low_low_low, std::uint64_t low_low_high,
                            std::uint64_t low_high, std::uint64_t high_high) {
  return (Uint128{high_high} << 64) + (Uint128{low_high} << 33) + (Uint128{low_low_high} << 32) +
         low_low_low;
}

}  // namespace spillway
