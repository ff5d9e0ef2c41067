#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "analysis/theory/poisson_weights.h"
#include "analysis/theory/quantile_of_tail.h"
#include "sim/kernel/math.h"

namespace spillway::theory {

/// A time made of a random number of exponential steps of one rate: a uniformized Markov chain on
/// its way to absorption. Waits and sojourns of all phase-type queues have this form.
///
///   P(T > t) = sum over j of P(Poisson(rate t) = j) * P(not yet absorbed after j steps)
///
/// Every term is positive, so nothing cancels, unlike in the textbook's alternating sums.
/// Source: A. Jensen 1953; W. K. Grassmann, Transient solutions in Markovian queueing systems,
/// Computers & Operations Research 4 (1977).
class SteppedTime {
 public:
  /// `survival[j]` is the probability of not being absorbed after j steps; beyond its end each
  /// further step keeps the share `decay`. Unit of the rate: 1/s. Range: 0 <= decay < 1.
  SteppedTime(double step_rate, std::vector<double> survival, double decay)
      : rate_{step_rate}, survival_{std::move(survival)}, decay_{decay} {}

  /// P(T > t). Unit: s. Cost: O(sqrt(rate t)).
  [[nodiscard]] double tail(double t) const {
    if (survival_.empty()) return 0;
    const PoissonWeights steps = poisson_weights(rate_ * t);
    const std::size_t known = survival_.size();
    double sum = 0;
    std::size_t i = 0;
    for (; i < steps.weight.size() && steps.first + i < known; ++i)
      sum += steps.weight[i] * survival_[steps.first + i];
    if (i == steps.weight.size()) return sum;
    double beyond =
        survival_.back() * math::pow(decay_, static_cast<double>(steps.first + i - known + 1));
    for (; i < steps.weight.size(); ++i, beyond *= decay_) sum += steps.weight[i] * beyond;
    return sum;
  }

  /// The smallest t with P(T <= t) >= p. Unit: s. Range: 0 <= p < 1.
  [[nodiscard]] double quantile(double p) const {
    return quantile_of_tail([this](double t) { return tail(t); }, p, 1 / rate_);
  }

  /// E[T]. Unit: s.
  [[nodiscard]] double mean() const {
    if (survival_.empty()) return 0;
    double steps = survival_.back() * decay_ / (1 - decay_);
    for (std::size_t j = survival_.size(); j-- > 0;) steps += survival_[j];
    return steps / rate_;
  }

 private:
  double rate_;
  std::vector<double> survival_;
  double decay_;
};

}  // namespace spillway::theory
