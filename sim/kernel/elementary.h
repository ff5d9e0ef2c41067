#pragma once

#include <bit>
#include <cstdint>

// The branch-free cores of log and exp and what turns random bits into a number: the same few
// operations for one value (math.cpp) and for a vector of them (the line_*.cpp of each instruction
// set), hence the same bits. Each is forced inline, so that a function compiled for AVX-512 holds
// its own copy and no other can pick that copy up.

namespace spillway::elementary {

#define SPILLWAY_INLINE [[gnu::always_inline]] inline

/// A number of the open interval (0, 1) from 64 random bits: the odd multiples of 2^-53.
///
/// Symmetric about 1/2 (1 - u is another one, exactly) and uniform.
SPILLWAY_INLINE double open_uniform(std::uint64_t bits) {
  return std::bit_cast<double>((bits >> 12) | 0x3ff0000000000000U) - (1.0 - 0x1p-53);
}

/// A positive number as 2^k (1 + f), f in [sqrt(1/2) - 1, sqrt(2) - 1). Range: normal, finite.
struct Reduced {
  double k, f;
};

SPILLWAY_INLINE Reduced reduce(double x) {
  constexpr std::uint64_t kOne = 0x3ff0000000000000U;
  constexpr std::uint64_t kRootHalf = 0x3fe6a09e00000000U;
  const std::uint64_t shifted = std::bit_cast<std::uint64_t>(x) + (kOne - kRootHalf);
  // k as a double by way of the mantissa of 2^52 + k: vectors have no other cheap way.
  const double k = std::bit_cast<double>((shifted >> 52) | 0x4330000000000000U) - (0x1p52 + 1023.0);
  return {k, std::bit_cast<double>((shifted & 0x000fffffffffffffU) + kRootHalf) - 1.0};
}

/// log(1 + f) - f + f^2 / 2 = s (f^2 / 2 + R(s^2)), s = f / (2 + f): small against f.
SPILLWAY_INLINE double log_tail(double f, double half_square) {
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double even =
      w * (0x1.99999999952d7p-2 + w * (0x1.c71c62e3f11e6p-3 + w * 0x1.39fe51a7c18f9p-3));
  const double odd =
      z * (0x1.5555555555558p-1 +
           w * (0x1.2492492df281ap-2 + w * (0x1.7462b51cb66b1p-3 + w * 0x1.2b5900de53b32p-3)));
  return s * (half_square + (even + odd));
}

inline constexpr double kLog2High = 0x1.62e42fef00000p-1;  // 33 bits: k times it is exact
inline constexpr double kLog2Low = 0x1.473de6af278edp-34;

/// -log(x). Range: positive, normal, finite x.
SPILLWAY_INLINE double negative_log(double x) {
  const auto [k, f] = reduce(x);
  const double half = 0.5 * f * f;
  return ((half - (log_tail(f, half) + k * kLog2Low)) - f) - k * kLog2High;
}

/// e to the power x. Range: -745.14 < x < 709.79.
SPILLWAY_INLINE double exponential(double x) {
  constexpr double kShift = 0x1.8p52;  // adding it rounds to an integer, in the low bits
  const double shifted = x * 0x1.71547652b82fep+0 + kShift;
  const double k = shifted - kShift;
  const double high = x - k * kLog2High;  // exact
  const double low = k * kLog2Low;
  const double r = high - low;
  const double lost = (high - r) - low;
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double p0 = 0.5 + r * 0x1.5555555555556p-3;
  const double p1 = 0x1.5555555555555p-5 + r * 0x1.11111111109b3p-7;
  const double p2 = 0x1.6c16c16c167e1p-10 + r * 0x1.a01a01a7c41d5p-13;
  const double p3 = 0x1.a01a01a47b054p-16 + r * 0x1.71de0dae63bb3p-19;
  const double p4 = 0x1.27e4e1f48534fp-22 + r * 0x1.af38a9b0ec855p-26;
  const double p5 = 0x1.1f66df7fca49fp-29;
  const double p = (p0 + r2 * p1) + r4 * ((p2 + r2 * p3) + r4 * (p4 + r2 * p5));
  const double y = 1.0 + (r + (lost + r2 * p));
  constexpr std::uint64_t kTwiceBias = 2046;
  // Two factors 2^(k/2), so that neither overflows and a subnormal result is rounded once.
  const std::uint64_t biased =
      std::bit_cast<std::uint64_t>(shifted) - std::bit_cast<std::uint64_t>(kShift) + kTwiceBias;
  const std::uint64_t first = biased >> 1;
  const std::uint64_t second = biased - first;
  return y * std::bit_cast<double>(first << 52) * std::bit_cast<double>(second << 52);
}

SPILLWAY_INLINE double bounded_exponent(double x) {
  const double capped = x < 709.0 ? x : 709.0;
  return capped > -708.0 ? capped : -708.0;
}

/// e to the power x for any x but NaN; huge (never infinite) above 709 and almost 0 below -708.
SPILLWAY_INLINE double bounded_exponential(double x) { return exponential(bounded_exponent(x)); }

/// log(x^exponent). Range: positive, normal, finite x.
SPILLWAY_INLINE double power_exponent(double x, double exponent) {
  return -exponent * negative_log(x);
}

/// factor * x^exponent. Range: positive, normal, finite x; the power is capped as above.
SPILLWAY_INLINE double scaled_power(double x, double exponent, double factor) {
  return factor * bounded_exponential(power_exponent(x, exponent));
}

/// Whether q = p - 1/2 is where central_normal_quantile holds.
SPILLWAY_INLINE bool is_central(double q) { return q >= -0.425 && q <= 0.425; }

/// Quantile of the normal distribution at 1/2 + q (see math::normal_quantile for its source).
SPILLWAY_INLINE double central_normal_quantile(double q) {
  const double r = 0.180625 - q * q;
  const double above = ((((((2.5090809287301226727e+3 * r + 3.3430575583588128105e+4) * r +
                            6.7265770927008700853e+4) *
                               r +
                           4.5921953931549871457e+4) *
                              r +
                          1.3731693765509461125e+4) *
                             r +
                         1.9715909503065514427e+3) *
                            r +
                        1.3314166789178437745e+2) *
                           r +
                       3.3871328727963666080e0;
  const double below = ((((((5.2264952788528545610e+3 * r + 2.8729085735721942674e+4) * r +
                            3.9307895800092710610e+4) *
                               r +
                           2.1213794301586595867e+4) *
                              r +
                          5.3941960214247511077e+3) *
                             r +
                         6.8718700749205790830e+2) *
                            r +
                        4.2313330701600911252e+1) *
                           r +
                       1.0;
  return q * above / below;
}

/// Rounds to the nearest integer, ties to even, within [0, 2^62].
SPILLWAY_INLINE std::int64_t to_count(double x) {
  const double floored = x > 0.0 ? x : 0.0;
  const double clamped = floored < 0x1p62 ? floored : 0x1p62;
  // Below 2^52, adding 2^52 rounds; from there on all are integers, so add 0. The choice is made on
  // the bits: a branch would be wrong half the time where values lie on both sides.
  constexpr auto kBits = std::bit_cast<std::uint64_t>(0x1p52);
  const std::uint64_t below = (std::bit_cast<std::uint64_t>(clamped) - kBits) >> 63;
  const double shift = std::bit_cast<double>(kBits & (0 - below));
  return static_cast<std::int64_t>((clamped + shift) - shift);
}

#undef SPILLWAY_INLINE

}  // namespace spillway::elementary
