#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/kernel/digest.h"
#include "sim/kernel/philox.h"

namespace spillway {

/// How many consecutive ordinals are computed together.
inline constexpr std::size_t kLineLength = 64;

/// How many of them share eight counters of Philox, and how many such parts a line has.
inline constexpr std::size_t kPhiloxLine = 16;
inline constexpr std::uint32_t kParts = kLineLength / kPhiloxLine;

/// What is computed a line at a time, for one instruction set. `out` may be the input.
///
/// All instruction sets give the same bits: they do the same additions, multiplications, divisions
/// and square roots, and never a fused multiply-add.
struct LineKernels {
  std::string_view name;  ///< "portable", "avx2" or "avx512"

  /// Writes line `line` of the sequence as numbers of the open interval (0, 1).
  void (*uniforms)(const PhiloxSequence& sequence, std::uint32_t line, double* out);

  /// Writes -log of what `uniforms` would write: exponential variables of mean 1.
  void (*exponentials)(const PhiloxSequence& sequence, std::uint32_t line, double* out);

  /// Writes -log(x). Range: positive, normal, finite x.
  void (*negative_logs)(const double* x, double* out);

  /// Writes factor * x^exponent, as the exponential of the logarithm. Range: as negative_logs.
  void (*powers)(const double* x, double exponent, double factor, double* out);

  /// Writes exp(x), capped to what a finite double holds.
  void (*exponential_functions)(const double* x, double* out);

  /// Writes math::normal_quantile(p). Range: the open interval (0, 1).
  void (*normal_quantiles)(const double* p, double* out);

  /// Rounds scale * in + shift to the nearest integer, ties to even, within [0, 2^62].
  void (*counts)(const double* in, double scale, double shift, std::int64_t* out);

  /// Writes the digest of `kDigestLength` values. Range: none is negative. Returns: false when one
  /// of them is `kDigestible` or more; the digest says nothing then.
  bool (*digest)(const std::int64_t* values, Digest& out);
};

/// Returns the kernels of this run, chosen when first asked for: the best that the processor can
/// run, or what the environment variable SPILLWAY_SIMD names (portable, avx2, avx512). A name that
/// the processor cannot run, or that is unknown, is ignored.
const LineKernels& line_kernels();

/// Returns the kernels of that name, or the best ones when this processor cannot run them.
const LineKernels& line_kernels(std::string_view name);

}  // namespace spillway
