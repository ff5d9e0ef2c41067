// Lines of random numbers with AVX-512: eight Philox counters as one vector of 64-bit columns.

#include "sim/kernel/buckets.h"
#include "sim/kernel/line_functions.h"
#include "sim/kernel/line_sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace spillway {
namespace {

#if defined(__clang__)
#define SPILLWAY_TARGET [[gnu::target("avx512f,avx512dq"), clang::min_vector_width(512)]]
#else
#define SPILLWAY_TARGET [[gnu::target("avx512f,avx512dq,prefer-vector-width=512")]]
// GCC 12 takes its own header's "undefined" vectors for a mistake (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

SPILLWAY_TARGET [[gnu::always_inline]] inline __m512i all(std::uint64_t value) {
  return _mm512_set1_epi64(static_cast<long long>(value));
}

/// The products read the low half of each column only, so the high halves may hold anything.
SPILLWAY_TARGET [[gnu::always_inline]] inline void bits(const PhiloxSequence& sequence,
                                                        std::uint32_t line, std::uint64_t* out) {
  constexpr int kXor = 0x96;  // the truth table of a ^ b ^ c
  const __m512i multiplier0 = all(0xD2511F53U);
  const __m512i multiplier2 = all(0xCD9E8D57U);
  __m512i x0 =
      _mm512_add_epi64(all(std::uint64_t{line} * 8), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7));
  __m512i x1 = all(sequence.replication);
  __m512i x2 = all(sequence.stream);
  __m512i x3 = all(sequence.stream >> 32);
  auto key0 = static_cast<std::uint32_t>(sequence.seed);
  auto key1 = static_cast<std::uint32_t>(sequence.seed >> 32);
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    const __m512i p = _mm512_mul_epu32(x0, multiplier0);
    const __m512i q = _mm512_mul_epu32(x2, multiplier2);
    x0 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(q, 32), x1, all(key0), kXor);
    x2 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p, 32), x3, all(key1), kXor);
    x1 = q;
    x3 = p;
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
  const __m512i low = all(0xffffffffU);
  const __m512i first = _mm512_or_si512(_mm512_slli_epi64(x1, 32), _mm512_and_si512(x0, low));
  const __m512i second = _mm512_or_si512(_mm512_slli_epi64(x3, 32), _mm512_and_si512(x2, low));
  _mm512_storeu_si512(out, first);
  _mm512_storeu_si512(out + 8, second);
}

SPILLWAY_TARGET void uniforms(const PhiloxSequence& sequence, std::uint32_t line, double* out) {
  alignas(64) std::uint64_t random[kLineLength];
  for (std::uint32_t part = 0; part < kParts; ++part) {
    bits(sequence, line * kParts + part, random + part * kPhiloxLine);
  }
  line_functions::to_uniforms(random, out);
}

SPILLWAY_TARGET void exponentials(const PhiloxSequence& sequence, std::uint32_t line, double* out) {
  alignas(64) std::uint64_t random[kLineLength];
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

SPILLWAY_TARGET [[gnu::always_inline]] inline std::uint64_t total(__m512i parts) {
  return static_cast<std::uint64_t>(_mm512_reduce_add_epi64(parts));
}

SPILLWAY_TARGET bool digest(const std::int64_t* values, Digest& out) {
  const __m512i low = all(0xffffffffU);
  const __m512i zero = all(0);
  __m512i least = _mm512_loadu_si512(values);
  __m512i most = least;
  __m512i pages = zero;
  __m512i sum = zero;
  __m512i low_low_low = zero;
  __m512i low_low_high = zero;
  __m512i low_high = zero;
  __m512i high_high = zero;
  for (std::size_t i = 0; i < kDigestLength; i += 8) {
    const __m512i value = _mm512_loadu_si512(values + i);
    least = _mm512_min_epi64(least, value);
    most = _mm512_max_epi64(most, value);
    sum = _mm512_add_epi64(sum, value);

    const __m512i high = _mm512_srli_epi64(value, 32);
    const __m512i square = _mm512_mul_epu32(value, value);
    low_low_low = _mm512_add_epi64(low_low_low, _mm512_and_si512(square, low));
    low_low_high = _mm512_add_epi64(low_low_high, _mm512_srli_epi64(square, 32));
    low_high = _mm512_add_epi64(low_high, _mm512_mul_epu32(value, high));
    high_high = _mm512_add_epi64(high_high, _mm512_mul_epu32(high, high));

    const __m512i bits = _mm512_castpd_si512(_mm512_cvtepi64_pd(value));
    const __m512i number = _mm512_sub_epi64(_mm512_srli_epi64(bits, buckets::kDoubleShift),
                                            all(buckets::kNumberInDouble));
    const __mmask8 small = _mm512_cmplt_epi64_mask(value, all(buckets::kInPage));
    const __m512i bucket = _mm512_mask_mov_epi64(number, small, value);
    pages = _mm512_or_si512(pages,
                            _mm512_sllv_epi64(all(1), _mm512_srli_epi64(bucket, buckets::kBits)));
    _mm512_storeu_si512(out.buckets.data() + i, bucket);
  }
  out.most = _mm512_reduce_max_epi64(most);
  if (out.most >= kDigestible) return false;
  out.least = _mm512_reduce_min_epi64(least);
  out.pages = static_cast<std::uint64_t>(_mm512_reduce_or_epi64(pages));
  out.sum = total(sum);
  out.squares =
      squares_from(total(low_low_low), total(low_low_high), total(low_high), total(high_high));
  return true;
}

}  // namespace

const LineKernels kAvx512Lines{"avx512",         uniforms, exponentials,
                               negative_logs,    powers,   exponential_functions,
                               normal_quantiles, counts,   digest};

}  // namespace spillway
#endif
