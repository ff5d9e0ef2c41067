#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace spillway::buckets {

// Buckets of equal relative width for whole non-negative values. Values below 512 have one each;
// above, each octave has 256 of equal width. An octave is a page: page 0 is 0 to 255, page k the
// octave from 2^(k + 7), in steps of 2^(k - 1).

inline constexpr std::uint32_t kBits = 8;
inline constexpr std::size_t kInPage = std::size_t{1} << kBits;
inline constexpr std::size_t kPages = 63 - kBits + 1;

struct Place {
  std::size_t page, bucket;
};

/// Where a value is counted. Range: not negative.
[[gnu::always_inline]] inline Place place_of(std::int64_t value) {
  assert(value >= 0);
  const auto bits = static_cast<std::uint64_t>(value);
  const auto page = static_cast<std::uint32_t>(std::bit_width(bits | (kInPage - 1))) - kBits;
  const std::uint32_t shift = page - (page != 0 ? 1 : 0);
  return {page, (bits >> shift) & (kInPage - 1)};
}

/// The same as one number: page after page, ascending with the values.
[[gnu::always_inline]] inline std::size_t number_of(std::int64_t value) {
  const auto [page, bucket] = place_of(value);
  return page * kInPage + bucket;
}

inline std::int64_t lowest(std::size_t page, std::size_t bucket) {
  if (page == 0) return static_cast<std::int64_t>(bucket);
  return static_cast<std::int64_t>((kInPage + bucket) << (page - 1));
}
inline std::int64_t highest(std::size_t page, std::size_t bucket) {
  return lowest(page, bucket) + (page == 0 ? 0 : (std::int64_t{1} << (page - 1)) - 1);
}

/// A value's double, shifted so that exponent and the mantissa's first eight bits are left, is its
/// bucket's number and this, from 256 on.
inline constexpr std::uint64_t kDoubleShift = 52 - kBits;
inline constexpr std::uint64_t kNumberInDouble = std::uint64_t{1023 + kBits - 1} << kBits;

}  // namespace spillway::buckets
