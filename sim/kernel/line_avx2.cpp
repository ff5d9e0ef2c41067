// Lines of random numbers with AVX2: eight Philox counters as two vectors of four 64-bit columns.

#include "sim/kernel/buckets.h"
#include "sim/kernel/line_functions.h"
#include "sim/kernel/line_sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>

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

SPILLWAY_TARGET [[gnu::always_inline]] inline std::array<std::uint64_t, 4> parts_of(__m256i all) {
  std::array<std::uint64_t, 4> parts;
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(parts.data()), all);
  return parts;
}

SPILLWAY_TARGET [[gnu::always_inline]] inline std::uint64_t total(__m256i all) {
  const auto parts = parts_of(all);
  return parts[0] + parts[1] + parts[2] + parts[3];
}

SPILLWAY_TARGET bool digest(const std::int64_t* values, Digest& out) {
  const __m256i low = all(0xffffffffU);
  // A whole number as a double, by way of the mantissa of 2^52 and it.
  const __m256i exponent = all(0x4330000000000000U);
  __m256i least = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values));
  __m256i most = least;
  __m256i pages = all(0);
  __m256i sum = all(0);
  __m256i low_low_low = all(0);
  __m256i low_low_high = all(0);
  __m256i low_high = all(0);
  __m256i high_high = all(0);
  for (std::size_t i = 0; i < kDigestLength; i += 4) {
    const __m256i value = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values + i));
    least = _mm256_blendv_epi8(least, value, _mm256_cmpgt_epi64(least, value));
    most = _mm256_blendv_epi8(most, value, _mm256_cmpgt_epi64(value, most));
    sum = _mm256_add_epi64(sum, value);

    const __m256i high = _mm256_srli_epi64(value, 32);
    const __m256i square = _mm256_mul_epu32(value, value);
    low_low_low = _mm256_add_epi64(low_low_low, _mm256_and_si256(square, low));
    low_low_high = _mm256_add_epi64(low_low_high, _mm256_srli_epi64(square, 32));
    low_high = _mm256_add_epi64(low_high, _mm256_mul_epu32(value, high));
    high_high = _mm256_add_epi64(high_high, _mm256_mul_epu32(high, high));

    const __m256d exact = _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(value, exponent)),
                                        _mm256_castsi256_pd(exponent));
    const __m256i number =
        _mm256_sub_epi64(_mm256_srli_epi64(_mm256_castpd_si256(exact), buckets::kDoubleShift),
                         all(buckets::kNumberInDouble));
    const __m256i small = _mm256_cmpgt_epi64(all(buckets::kInPage), value);
    const __m256i bucket = _mm256_blendv_epi8(number, value, small);
    pages = _mm256_or_si256(pages,
                            _mm256_sllv_epi64(all(1), _mm256_srli_epi64(bucket, buckets::kBits)));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out.buckets.data() + i), bucket);
  }
  const auto mosts = parts_of(most);
  out.most = static_cast<std::int64_t>(std::ranges::max(mosts));
  if (out.most >= kDigestible) return false;
  out.least = static_cast<std::int64_t>(std::ranges::min(parts_of(least)));
  const auto set = parts_of(pages);
  out.pages = set[0] | set[1] | set[2] | set[3];
  out.sum = total(sum);
  out.squares =
      squares_from(total(low_low_low), total(low_low_high), total(low_high), total(high_high));
  return true;
}

}  // namespace

const LineKernels kAvx2Lines{"avx2",           uniforms, exponentials,
                             negative_logs,    powers,   exponential_functions,
                             normal_quantiles, counts,   digest};

}  // namespace spillway
#endif
