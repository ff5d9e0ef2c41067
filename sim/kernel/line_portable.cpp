// Lines of random numbers in plain C++: for every processor, and the reference of the others.

#include <algorithm>

#include "sim/kernel/buckets.h"
#include "sim/kernel/line_functions.h"
#include "sim/kernel/line_sets.h"

namespace spillway {
namespace {

void bits(const PhiloxSequence& sequence, std::uint32_t line, std::uint64_t* out) {
  for (std::uint32_t i = 0; i < 8; ++i) {
    const auto word =
        philox4x32({line * 8 + i, sequence.replication, static_cast<std::uint32_t>(sequence.stream),
                    static_cast<std::uint32_t>(sequence.stream >> 32)},
                   {static_cast<std::uint32_t>(sequence.seed),
                    static_cast<std::uint32_t>(sequence.seed >> 32)});
    out[i] = (std::uint64_t{word[1]} << 32) | word[0];
    out[i + 8] = (std::uint64_t{word[3]} << 32) | word[2];
  }
}

void uniforms(const PhiloxSequence& sequence, std::uint32_t line, double* out) {
  std::uint64_t random[kLineLength];
  for (std::uint32_t part = 0; part < kParts; ++part) {
    bits(sequence, line * kParts + part, random + part * kPhiloxLine);
  }
  line_functions::to_uniforms(random, out);
}

void exponentials(const PhiloxSequence& sequence, std::uint32_t line, double* out) {
  std::uint64_t random[kLineLength];
  for (std::uint32_t part = 0; part < kParts; ++part) {
    bits(sequence, line * kParts + part, random + part * kPhiloxLine);
  }
  line_functions::to_exponentials(random, out);
}

void negative_logs(const double* x, double* out) { line_functions::to_negative_logs(x, out); }

void powers(const double* x, double exponent, double factor, double* out) {
  line_functions::to_powers(x, exponent, factor, out);
}

void exponential_functions(const double* x, double* out) {
  line_functions::to_exponential_functions(x, out);
}

void normal_quantiles(const double* p, double* out) { line_functions::to_normal_quantiles(p, out); }

void counts(const double* in, double scale, double shift, std::int64_t* out) {
  line_functions::to_counts(in, scale, shift, out);
}

bool digest(const std::int64_t* values, Digest& out) {
  std::uint64_t pages = 0;
  std::uint64_t sum = 0;
  Uint128 squares = 0;
  std::int64_t least = values[0];
  std::int64_t most = values[0];
  for (std::size_t i = 0; i < kDigestLength; ++i) {
    const auto size = static_cast<std::uint64_t>(values[i]);
    sum += size;
    squares += Uint128{size} * size;
    least = std::min(least, values[i]);
    most = std::max(most, values[i]);
  }
  if (most >= kDigestible) return false;
  for (std::size_t i = 0; i < kDigestLength; ++i) {
    const auto [page, bucket] = buckets::place_of(values[i]);
    out.buckets[i] = page * buckets::kInPage + bucket;
    pages |= std::uint64_t{1} << page;
  }
  out.pages = pages;
  out.least = least;
  out.most = most;
  out.sum = sum;
  out.squares = squares;
  return true;
}

}  // namespace

const LineKernels kPortableLines{"portable",       uniforms, exponentials,
                                 negative_logs,    powers,   exponential_functions,
                                 normal_quantiles, counts,   digest};

}  // namespace spillway
