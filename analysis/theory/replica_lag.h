#pragma once

#include <cmath>
#include <optional>

namespace spillway::theory {

// A copy that takes over each write after a lag of its own; the later version of a key stays.
// Writes to a key are a Poisson process of rate `writes` (1/s), reads see the copy at random times.
//
// A read is stale when the latest write has not come: its age is exponential, whenever one looks,
// so the share is the mean of P(lag > age). A write is seen when it has come, or a later one has.
// Source: the definitions of P. Bailis et al., Quantifying eventual consistency with PBS,
// Communications of the ACM 57 (2014); the integrals follow from them.

/// Share of stale reads under an exponential lag. Range: writes >= 0, mean_lag >= 0 (s).
constexpr double stale_share_exponential(double writes, double mean_lag) {
  return writes * mean_lag / (1 + writes * mean_lag);
}

/// Share of stale reads under a lag that is always the same.
inline double stale_share_constant(double writes, double lag) { return -std::expm1(-writes * lag); }

/// Probability that a write is still unseen `after` its commit (s), under an exponential lag: it
/// has not come, and neither has any that was committed since.
///
/// Of the later writes those that have come are thinned by P(lag <= age): a Poisson number.
/// Range: mean_lag > 0, after >= 0.
inline double unseen_exponential(double writes, double mean_lag, double after) {
  const double left = std::exp(-after / mean_lag);
  return left * std::exp(-writes * (after - mean_lag * (1 - left)));
}

/// Mean time from a commit until the write is seen, under an exponential lag. Unit: s.
///
/// The integral of unseen_exponential: mean_lag sum of r^n / ((r + 1) (r + 2) … (r + 1 + n)) for
/// n = 0, 1, …, with r = writes x mean_lag. Cost: some r steps. Returns nothing for r above 1e6.
inline std::optional<double> mean_unseen_exponential(double writes, double mean_lag) {
  const double r = writes * mean_lag;
  if (!(r >= 0 && r <= 1e6)) return std::nullopt;
  double term = 1 / (r + 1);
  double sum = term;
  for (double n = 1; term > 1e-17 * sum; ++n) {
    term *= r / (r + 1 + n);
    sum += term;
  }
  return mean_lag * sum;
}

/// Share of one's own writes that a read `after` the commit (s) does not see, under an exponential
/// lag, where nobody else writes the key: of read-your-writes, what is missed.
inline double own_write_missed(double mean_lag, double after) {
  return std::exp(-after / mean_lag);
}

}  // namespace spillway::theory
