#include "sim/flow/retry.h"

#include "sim/kernel/math.h"

namespace spillway {

Time exponential_pause(Time mean, std::int64_t unit) {
  constexpr double kUnits = 9007199254740992.0;
  // The upper ends of 2^53 equal parts of (0, 1]: none is 0.
  const double quantile = -math::log((static_cast<double>(unit) + 1) / kUnits);
  const double pause = static_cast<double>(mean) * quantile;
  return pause < 9.2e18 ? static_cast<Time>(pause + 0.5) : kNever;
}

}  // namespace spillway
