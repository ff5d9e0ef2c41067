#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analysis/theory/stepped_time.h"

namespace spillway::theory {

/// A time that passes through exponential phases and never returns to an earlier one: Erlang,
/// hyperexponential, and their mixtures.
struct PhaseType {
  std::vector<double> start;              ///< probability of beginning in each phase
  std::vector<double> rate;               ///< 1/s, at which each phase ends
  std::vector<std::vector<double>> next;  ///< next[i][j]: from i to j > i; the rest ends the time

  [[nodiscard]] double mean() const;
  /// Var / mean^2.
  [[nodiscard]] double scv() const;
};

/// Describes the sum of `phases` exponential times of equal mean. Range: phases >= 1, mean > 0.
PhaseType erlang_phases(int phases, double mean);

/// Describes an exponential time of mean `fast` with probability `share`, else of mean `slow`.
PhaseType hyperexponential_phases(double share, double fast, double slow);

/// The M/PH/1 queue: Poisson arrivals, phase-type service, one server, first come first served.
///
/// A waiting message sees a geometric number of residual service times, so that wait and sojourn
/// are phase-type again and are evaluated as steps of a uniformized chain. Units: rates in 1/s,
/// times in s. Quantiles take 0 <= p < 1. Source: M. F. Neuts, Matrix-Geometric Solutions in
/// Stochastic Models, ch. 2.
class MPH1 {
 public:
  /// Returns nothing when the arrival rate or a phase's rate isn't positive, when the phases can't
  /// be read, or when the queue is unstable. Cost: about 40 / (1 - rho) steps of phases^2, once.
  static std::optional<MPH1> of(double arrival_rate, const PhaseType& service);

  [[nodiscard]] double utilization() const { return utilization_; }
  [[nodiscard]] double mean_wait() const { return wait_.mean(); }
  [[nodiscard]] double mean_sojourn() const { return sojourn_.mean(); }

  [[nodiscard]] double wait_tail(double t) const { return wait_.tail(t); }
  [[nodiscard]] double wait_quantile(double p) const { return wait_.quantile(p); }
  [[nodiscard]] double sojourn_tail(double t) const { return sojourn_.tail(t); }
  [[nodiscard]] double sojourn_quantile(double p) const { return sojourn_.quantile(p); }

 private:
  MPH1(double utilization, SteppedTime wait, SteppedTime sojourn);

  double utilization_;
  SteppedTime wait_;
  SteppedTime sojourn_;
};

}  // namespace spillway::theory
