// Lines of random numbers with AVX2: eight Philox counters as two vectors of four 64-bit columns.

#include "sim/kernel/line_functions.h"
#include "sim/kernel/line_sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace spillway {
namespace {

#define SPILLWAY_TARGET [[gnu::target("avx2")]]

SPILLWAY_TARGET [[gnu::always_inline]] inline __m256i all(std::uint64_t value) {
  return _mm256_set1_epi64x(static_cast<long long>(value));
}

/// The products read the low half of each column only, so the high halves may hold anything.
SPILLWAY_TARGET [[gnu::always_inline]] inline void bits(const PhiloxSequence& sequence,
                                                        std::uint32_t line, std::uint64_t* out) {
  const __m256i multiplier0 = all(0xD2511F53U);
  const __m256i multiplier2 = all(0xCD9E8D57U);
  __m256i x0[2] = {_mm256_add_epi64(all(std::uint64_t{line} * 8), _mm256_setr_epi64x(0, 1, 2, 3)),
                   _mm256_add_epi64(all(std::uint64_t{line} * 8), _mm256_setr_epi64x(4, 5, 6, 7))};
  __m256i x1[2] = {all(sequence.replication), all(sequence.replication)};
  __m256i x2[2] = {all(sequence.stream), all(sequence.stream)};
  __m256i x3[2] = {all(sequence.stream >> 32), all(sequence.stream >> 32)};
  auto key0 = static_cast<std::uint32_t>(sequence.seed);
  auto key1 = static_cast<std::uint32_t>(sequence.seed >> 32);
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    const __m256i k0 = all(key0);
    const __m256i k1 = all(key1);
    for (std::size_t v = 0; v < 2; ++v) {
      const __m256i p = _mm256_mul_epu32(x0[v], multiplier0);
      const __m256i q = _mm256_mul_epu32(x2[v], multiplier2);
      x0[v] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(q, 32), x1[v]), k0);
      x2[v] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p, 32), x3[v]), k1);
      x1[v] = q;
      x3[v] = p;
    }
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
  const __m256i low = all(0xffffffffU);
  for (std::size_t v = 0; v < 2; ++v) {
    const __m256i first =
        _mm256_or_si256(_mm256_slli_epi64(x1[v], 32), _mm256_and_si256(x0[v], low));
    const __m256i second =
        _mm256_or_si256(_mm256_slli_epi64(x3[v], 32), _mm256_and_si256(x2[v], low));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 4 * v), first);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 8 + 4 * v), second);
  }
}

SPILLWAY_TARGET void uniforms(const PhiloxSequence& sequence, std::uint32_t line, double* out) {
  alignas(32) std::uint64_t random[kLineLength];
  for (std::uint32_t part = 0; part < kParts; ++part) {
    bits(sequence, line * kParts + part, random + part * kPhiloxLine);
  }
  line_functions::to_uniforms(random, out);
}

SPILLWAY_TARGET void exponentials(const PhiloxSequence& sequence, std::uint32_t line, double* out) {
  alignas(32) std::uint64_t random[kLineLength];
  for (std::uint32_t part = 0; part < kParts; ++part) {
    bits(sequence, line * kParts + part, random + part * kPhiloxLine);
  }
  line_functions::to_exponentials(random, out);
}

SPILLWAY_TARGET void negative_logs(const double* x, double* out) {
  line_functions::to_negative_logs(x, out);
}

SPILLWAY_TARGET void powers(const double* x, double exponent, double factor, double* out) {
  line_functions::to_powers(x, exponent, factor, out);
}

SPILLWAY_TARGET void exponential_functions(const double* x, double* out) {
  line_functions::to_exponential_functions(x, out);
}

SPILLWAY_TARGET void normal_quantiles(const double* p, double* out) {
  line_functions::to_normal_quantiles(p, out);
}

SPILLWAY_TARGET void counts(const double* in, double scale, double shift, std::int64_t* out) {
  line_functions::to_counts(in, scale, shift, out);
}

}  // namespace

const LineKernels kAvx2Lines{"avx2",           uniforms, exponentials,
                             negative_logs,    powers,   exponential_functions,
                             normal_quantiles, counts};

}  // namespace spillway
#endif
