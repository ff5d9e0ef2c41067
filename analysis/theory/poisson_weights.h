#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace spillway::theory {

/// The probabilities of a Poisson count, from the first that matters to the last.
struct PoissonWeights {
  std::size_t first = 0;       ///< the count that weight[0] belongs to
  std::vector<double> weight;  ///< adds up to 1
};

/// Computes Poisson probabilities by recurrence outwards from the mode.
///
/// Weights relative to the mode never overflow, and dividing by their sum replaces the factorial
/// and e^-mean, which underflows from a mean of 745. Range: mean >= 0.
/// Cost: O(sqrt(mean)). What is cut off is below 1e-19 of the total.
/// Source: B. L. Fox and P. W. Glynn, Computing Poisson probabilities, CACM 31 (1988).
inline PoissonWeights poisson_weights(double mean) {
  constexpr double kNegligible = 1e-20;
  const auto mode = static_cast<std::size_t>(mean);
  PoissonWeights result;
  double weight = 1;
  std::size_t count = mode;
  for (; count > 0 && weight > kNegligible; --count) {
    result.weight.push_back(weight);
    weight *= static_cast<double>(count) / mean;
  }
  if (weight > kNegligible) result.weight.push_back(weight);
  result.first = mode + 1 - result.weight.size();
  std::ranges::reverse(result.weight);
  weight = 1;
  for (count = mode + 1;; ++count) {
    weight *= mean / static_cast<double>(count);
    if (weight <= kNegligible) break;
    result.weight.push_back(weight);
  }
  double total = 0;
  for (const double each : result.weight) total += each;
  for (double& each : result.weight) each /= total;
  return result;
}

}  // namespace spillway::theory
