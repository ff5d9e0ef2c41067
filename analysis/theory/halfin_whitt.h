#pragma once

#include <cmath>
#include <numbers>

#include "sim/kernel/math.h"

namespace spillway::theory {

/// The share of messages that wait, in the limit of many servers: c = R + beta sqrt(R) servers for
/// an offered load R. Explains why a large pool needs relatively less slack than a small one.
///
/// Range: beta > 0 (at beta <= 0 the limit is 1).
/// Source: S. Halfin and W. Whitt, Heavy-traffic limits for queues with many exponential servers,
/// Operations Research 29 (1981): 1 / (1 + beta Phi(beta) / phi(beta)).
inline double halfin_whitt(double beta) {
  if (!(beta > 0)) return 1;
  const double density = math::exp(-beta * beta / 2) / std::sqrt(2 * std::numbers::pi_v<double>);
  return density / (density + beta * math::normal_cdf(beta));
}

}  // namespace spillway::theory
