#pragma once

#include <concepts>
#include <limits>

namespace spillway::theory {

/// Finds the smallest t >= 0 with tail(t) <= 1 - p, by doubling and bisection.
///
/// `tail(t)` is P(T > t), non-increasing; `scale` is a first guess of the answer's size, above 0.
/// Returns infinity for p >= 1 and when the tail never falls far enough.
/// Cost: about 60 evaluations of the tail.
template <std::invocable<double> Tail>
double quantile_of_tail(const Tail& tail, double p, double scale) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (!(p < 1)) return kInfinity;
  const double left = 1 - p;
  if (tail(0.0) <= left) return 0;
  double low = 0;
  double high = scale;
  while (tail(high) > left) {
    low = high;
    high *= 2;
    if (high == kInfinity) return kInfinity;
  }
  while (high - low > 2 * std::numeric_limits<double>::epsilon() * high) {
    const double middle = low + (high - low) / 2;
    (tail(middle) > left ? low : high) = middle;
  }
  return high;
}

}  // namespace spillway::theory
