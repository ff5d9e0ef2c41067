#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/kernel/elementary.h"
#include "sim/kernel/line.h"
#include "sim/kernel/math.h"

// The loops over a line that the compiler vectorises by itself, as good as by hand. Forced inline
// into the functions of each instruction set.

namespace spillway::line_functions {

[[gnu::always_inline]] inline void to_uniforms(const std::uint64_t* bits, double* out) {
  for (std::size_t i = 0; i < kLineLength; ++i) out[i] = elementary::open_uniform(bits[i]);
}

[[gnu::always_inline]] inline void to_exponentials(const std::uint64_t* bits, double* out) {
  for (std::size_t i = 0; i < kLineLength; ++i) {
    out[i] = elementary::negative_log(elementary::open_uniform(bits[i]));
  }
}

[[gnu::always_inline]] inline void to_negative_logs(const double* x, double* out) {
  for (std::size_t i = 0; i < kLineLength; ++i) out[i] = elementary::negative_log(x[i]);
}

// Bounding the exponents in a loop of its own keeps branches out of the long one.

[[gnu::always_inline]] inline void to_powers(const double* x, double exponent, double factor,
                                             double* out) {
  double exponents[kLineLength];
  for (std::size_t i = 0; i < kLineLength; ++i) {
    exponents[i] = elementary::power_exponent(x[i], exponent);
  }
  for (double& each : exponents) each = elementary::bounded_exponent(each);
  for (std::size_t i = 0; i < kLineLength; ++i) {
    out[i] = factor * elementary::exponential(exponents[i]);
  }
}

[[gnu::always_inline]] inline void to_exponential_functions(const double* x, double* out) {
  double exponents[kLineLength];
  for (std::size_t i = 0; i < kLineLength; ++i) {
    exponents[i] = elementary::bounded_exponent(x[i]);
  }
  for (std::size_t i = 0; i < kLineLength; ++i) out[i] = elementary::exponential(exponents[i]);
}

[[gnu::always_inline]] inline void to_normal_quantiles(const double* p, double* out) {
  double centre[kLineLength];
  for (std::size_t i = 0; i < kLineLength; ++i) {
    centre[i] = elementary::central_normal_quantile(p[i] - 0.5);
  }
  // Three in twenty are in the tails, where the formula above does not hold.
  for (std::size_t i = 0; i < kLineLength; ++i) {
    out[i] = elementary::is_central(p[i] - 0.5) ? centre[i] : math::normal_quantile(p[i]);
  }
}

// Below 2^52 a number rounds when 2^52 is added, and from there to 2^53 it is whole: both then
// stand in the mantissa, where every instruction set gets at them. Most lines have no other; one
// that has is converted value by value.

[[gnu::always_inline]] inline void to_counts(const double* in, double scale, double shift,
                                             std::int64_t* out) {
  constexpr auto kBits = std::bit_cast<std::int64_t>(0x1p52);
  constexpr std::int64_t kWhole = std::int64_t{1} << 52;
  std::int64_t all = 0;
  for (std::size_t i = 0; i < kLineLength; ++i) {
    const auto x = std::bit_cast<std::int64_t>(scale * in[i] + shift);
    const std::int64_t floored = x & ~(x >> 63);  // a comparison would be a branch
    const std::int64_t below = (floored - kBits) >> 63;
    const double sum = std::bit_cast<double>(floored) + std::bit_cast<double>(kBits & below);
    const std::int64_t count = std::bit_cast<std::int64_t>(sum) - kBits + (kWhole & ~below);
    all |= count;
    out[i] = count;
  }
  if (all >> 53 == 0) [[likely]]
    return;
  for (std::size_t i = 0; i < kLineLength; ++i) {
    out[i] = elementary::to_count(scale * in[i] + shift);
  }
}

}  // namespace spillway::line_functions
