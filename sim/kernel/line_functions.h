#pragma once

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

[[gnu::always_inline]] inline void to_lognormals(const double* u, double centre, double spread,
                                                 double* out) {
  double z[kLineLength];
  for (std::size_t i = 0; i < kLineLength; ++i) z[i] = math::normal_quantile(u[i]);
  for (std::size_t i = 0; i < kLineLength; ++i) {
    out[i] = elementary::bounded_exponential(centre - spread * z[i]);
  }
}

[[gnu::always_inline]] inline void to_counts(const double* in, double scale, double shift,
                                             std::int64_t* out) {
  for (std::size_t i = 0; i < kLineLength; ++i) {
    out[i] = elementary::to_count(scale * in[i] + shift);
  }
}

}  // namespace spillway::line_functions
