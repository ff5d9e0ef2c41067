#pragma once

#include <optional>

#include "sim/flow/rate_limit.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// `rate_limit: {rate: 200/s, burst: 200}`: how many requests a service lets in.
struct RateLimitParameters {
  Rate rate;
  std::optional<Count> burst;
  std::optional<Count> queue;
  std::optional<Duration> window;

  static constexpr auto fields() {
    using R = RateLimitParameters;
    return Pack{
        Field{&R::rate, "rate", "So many requests may pass in the long run; others are refused",
              Bounds{1e-6, 1e9}, Need::required},
        Field{&R::burst, "burst",
              "A token bucket: so many may pass at once after a pause; default: as many as the "
              "rate lets pass in a second, at least one",
              Bounds{1, 1e9}},
        Field{&R::queue, "queue",
              "A leaky bucket: requests pass at equal distances, and so many wait for their turn",
              Bounds{0, 1e9}},
        Field{&R::window, "window",
              "Not a bucket, but fixed windows of this length: rate x window may pass in each",
              kPositive},
    };
  }

  /// How many may pass in a window. Range: there is a window.
  double in_window() const { return rate.per_second * static_cast<double>(window->ns) / 1e9; }
};

/// The limit that a declaration makes.
inline RateLimit limit_of(const RateLimitParameters& says) {
  if (says.window) {
    return RateLimit::fixed_window(static_cast<Count>(says.in_window() + 0.5), says.window->ns);
  }
  if (says.queue) return RateLimit::leaky(says.rate.per_second, *says.queue);
  const auto a_second = static_cast<Count>(says.rate.per_second);
  return RateLimit::bucket(says.rate.per_second, says.burst.value_or(a_second > 0 ? a_second : 1));
}

}  // namespace spillway
