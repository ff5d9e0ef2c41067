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

[[gnu::always_inline]] inline void to_negative_logs(const double* x, double* out) {
  for (std::size_t i = 0; i < kLineLength; ++i) out[i] = elementary::negative_log(x[i]);
}

[[gnu::always_inline]] inline void to_powers(const double* x, double exponent, double factor,
                                             double* out) {
  for (std::size_t i = 0; i < kLineLength; ++i) {
    out[i] = elementary::scaled_power(x[i], exponent, factor);
  }
}

[[gnu::always_inline]] inline void to_exponential_functions(const double* x, double* out) {
  for (std::size_t i = 0; i < kLineLength; ++i) out[i] = elementary::bounded_exponential(x[i]);
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

[[gnu::always_inline]] inline void to_counts(const double* in, double scale, double shift,
                                             std::int64_t* out) {
  for (std::size_t i = 0; i < kLineLength; ++i) {
    out[i] = elementary::to_count(scale * in[i] + shift);
  }
}

}  // namespace spillway::line_functions
