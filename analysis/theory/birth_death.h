#pragma once

#include <cstddef>
#include <vector>

namespace spillway::theory {

/// Computes the stationary probabilities of a birth-death chain on 0 .. states - 1.
///
/// `birth(n)` is the rate from n to n + 1, `death(n)` the rate from n to n - 1, above 0.
/// Only ratios are multiplied, and the prefix is scaled down before it overflows, so that
/// thousands of servers are as exact as two. Cost: O(states).
template <class Birth, class Death>
std::vector<double> birth_death(std::size_t states, const Birth& birth, const Death& death) {
  constexpr double kLarge = 1e150;
  std::vector<double> probability(states, 0.0);
  probability[0] = 1;
  for (std::size_t n = 1; n < states; ++n) {
    probability[n] = probability[n - 1] * (birth(n - 1) / death(n));
    if (probability[n] > kLarge)
      for (std::size_t i = 0; i <= n; ++i) probability[i] /= kLarge;
  }
  double total = 0;
  for (const double each : probability) total += each;
  for (double& each : probability) each /= total;
  return probability;
}

}  // namespace spillway::theory
