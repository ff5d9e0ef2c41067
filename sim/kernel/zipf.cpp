#include "sim/kernel/zipf.h"

#include <algorithm>
#include <cassert>

#include "sim/kernel/elementary.h"
#include "sim/kernel/math.h"

namespace spillway {

std::vector<std::int64_t> zipf_thresholds(std::uint32_t keys, double exponent) {
  assert(keys >= 1 && exponent >= 0);
  std::vector<double> cumulative(keys);
  double sum = 0;
  double lost = 0;  // W. Kahan's correction: a million terms keep their digits
  for (std::uint32_t key = 0; key < keys; ++key) {
    const double term = math::pow(key + 1.0, -exponent) - lost;
    const double next = sum + term;
    lost = (next - sum) - term;
    cumulative[key] = sum = next;
  }
  std::vector<std::int64_t> thresholds(keys);
  for (std::uint32_t key = 0; key < keys; ++key) {
    thresholds[key] = elementary::to_count(cumulative[key] / sum * 0x1p53);
  }
  return thresholds;
}

std::uint32_t place_of_draw(const std::vector<std::int64_t>& thresholds, std::int64_t drawn) {
  const auto above = std::upper_bound(thresholds.begin(), thresholds.end(), drawn);
  assert(above != thresholds.end());
  return static_cast<std::uint32_t>(above - thresholds.begin());
}

}  // namespace spillway
