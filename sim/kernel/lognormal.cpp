#include "sim/kernel/lognormal.h"

#include <cmath>

#include "sim/kernel/math.h"

namespace spillway {
namespace {

using Parameters = std::optional<std::pair<double, double>>;

constexpr double kZ95 = 1.6448536269514727;
constexpr double kZ99 = 2.3263478740408411;

bool is_usable(const std::optional<double>& fact, bool zero_allowed) {
  return !fact || (*fact < HUGE_VAL && (*fact > 0 || (zero_allowed && *fact == 0)));
}

/// sigma of a coefficient of variation.
double sigma_of(double cv) { return std::sqrt(math::log1p(cv * cv)); }

Parameters with_mean(double mean, double sigma) {
  return std::pair{math::log(mean) - 0.5 * sigma * sigma, sigma};
}

/// sd and the percentile at z: log(percentile / sd) = z s - s^2 / 2 - log(exp(s^2) - 1) / 2, which
/// falls in s throughout (its slope is at most z - 2.49).
Parameters from_sd_and_percentile(double sd, double percentile, double z) {
  const double target = math::log(percentile) - math::log(sd);
  const auto above = [z, target](double s) {
    const double square = s * s;
    // log(exp(square) - 1) without overflow and, below, without cancellation to first order
    const double log_cv2 = square < 1e-5 ? math::log(square) + 0.5 * square
                                         : square + math::log1p(-math::exp(-square));
    return z * s - 0.5 * square - 0.5 * log_cv2 > target;
  };
  double low = 1e-12;
  double high = 40;
  if (!above(low) || above(high)) return std::nullopt;
  for (int i = 0; i < 200 && low < high; ++i) {
    const double middle = 0.5 * (low + high);
    if (middle == low || middle == high) break;
    (above(middle) ? low : high) = middle;
  }
  return std::pair{math::log(percentile) - z * low, low};
}

/// The fact that goes with the mean: s^2 / 2 - z s + log(percentile / mean) = 0.
Parameters from_mean_and_percentile(double mean, double percentile, double z) {
  const double distance = math::log(percentile / mean);
  const double discriminant = z * z - 2 * distance;
  if (distance < 0 || discriminant < 0) return std::nullopt;
  // The smaller root z - sqrt(discriminant), without cancellation.
  return with_mean(mean, 2 * distance / (z + std::sqrt(discriminant)));
}

Parameters from_percentile(const LognormalFacts& facts, double percentile, double z) {
  if (facts.mean) return from_mean_and_percentile(*facts.mean, percentile, z);
  if (facts.median) {
    if (percentile < *facts.median) return std::nullopt;
    return std::pair{math::log(*facts.median), math::log(percentile / *facts.median) / z};
  }
  if (facts.cv) {
    const double sigma = sigma_of(*facts.cv);
    return std::pair{math::log(percentile) - z * sigma, sigma};
  }
  if (*facts.sd == 0) return std::pair{math::log(percentile), 0.0};
  return from_sd_and_percentile(*facts.sd, percentile, z);
}

}  // namespace

Parameters lognormal_from(const LognormalFacts& facts) {
  const int given = facts.mean.has_value() + facts.median.has_value() + facts.sd.has_value() +
                    facts.cv.has_value() + facts.p95.has_value() + facts.p99.has_value();
  if (given != 2) return std::nullopt;
  if (!is_usable(facts.mean, false) || !is_usable(facts.median, false) ||
      !is_usable(facts.sd, true) || !is_usable(facts.cv, true) || !is_usable(facts.p95, false) ||
      !is_usable(facts.p99, false)) {
    return std::nullopt;
  }
  if (facts.p95 && facts.p99) {
    if (*facts.p99 < *facts.p95) return std::nullopt;
    const double sigma = math::log(*facts.p99 / *facts.p95) / (kZ99 - kZ95);
    return std::pair{math::log(*facts.p95) - kZ95 * sigma, sigma};
  }
  if (facts.p95) return from_percentile(facts, *facts.p95, kZ95);
  if (facts.p99) return from_percentile(facts, *facts.p99, kZ99);
  if (facts.mean && facts.median) {
    if (*facts.mean < *facts.median) return std::nullopt;
    return std::pair{math::log(*facts.median),
                     std::sqrt(2 * math::log(*facts.mean / *facts.median))};
  }
  if (facts.mean)
    return with_mean(*facts.mean, sigma_of(facts.cv ? *facts.cv : *facts.sd / *facts.mean));
  if (facts.median) {
    if (facts.cv) return std::pair{math::log(*facts.median), sigma_of(*facts.cv)};
    // With w = exp(sigma^2), (sd / median)^2 = w (w - 1).
    const double ratio = *facts.sd / *facts.median;
    const double square = ratio * ratio;
    const double excess = 2 * square / (1 + std::sqrt(1 + 4 * square));
    return std::pair{math::log(*facts.median), std::sqrt(math::log1p(excess))};
  }
  if (*facts.sd == 0 || *facts.cv == 0) return std::nullopt;
  return with_mean(*facts.sd / *facts.cv, sigma_of(*facts.cv));
}

}  // namespace spillway
