#pragma once

#include <cmath>
#include <cstdint>
#include <random>

#include "sim/kernel/math.h"

namespace spillway::stats {

/// Pseudo-random numbers for tests: the standard fixes the engine's bits, and we draw from them
/// ourselves, so that every machine runs the same test.
class Sample {
 public:
  explicit Sample(std::uint64_t seed) : engine_{seed} {}

  /// In the open interval (0, 1).
  double uniform() { return (static_cast<double>(engine_() >> 12) + 0.5) * 0x1p-52; }
  double normal() { return math::normal_quantile(uniform()); }
  double exponential(double mean) { return -mean * math::log(uniform()); }

 private:
  std::mt19937_64 engine_;
};

/// The most by which a share of `n` independent trials strays from `p`: 4.9 standard deviations,
/// which chance exceeds once in a million.
inline double binomial_tolerance(double p, double n) { return 4.9 * std::sqrt(p * (1 - p) / n); }

}  // namespace spillway::stats
