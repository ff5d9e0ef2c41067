#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/flow/failovers.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// Services in the order in which they are wanted: `[eu, us]`.
struct ServiceNames {
  std::vector<Reference> names;
};

/// `health_check: {interval: 2s, unhealthy: 3}`: how a caller learns which services are healthy.
struct HealthCheckParameters {
  Duration interval{2 * kSecond};
  std::optional<Duration> timeout;
  Count unhealthy = 3;
  Count healthy = 2;
  std::optional<Duration> start;

  static constexpr auto fields() {
    using H = HealthCheckParameters;
    constexpr std::string_view kSource = "HAProxy Configuration Manual, server options";
    return Pack{
        Field{&H::interval, "interval", "Time from one check to the next", kPositive,
              Need::optional, Noun::none, kSource},
        Field{&H::timeout, "timeout",
              "How long a check waits for its answer before it has failed; at most the interval, "
              "which is the default",
              kPositive, Need::optional, Noun::none, kSource},
        Field{&H::unhealthy, "unhealthy",
              "So many checks in a row fail until a healthy service counts as unhealthy",
              Bounds{1, 1000}, Need::optional, Noun::none, kSource},
        Field{&H::healthy, "healthy",
              "So many checks in a row end well until an unhealthy service counts as healthy",
              Bounds{1, 1000}, Need::optional, Noun::none, kSource},
        Field{&H::start, "start",
              "When the first check sets out; default: drawn in each run, within one interval",
              kAtLeastZero},
    };
  }
};

/// The rules that a declaration makes.
inline HealthRules rules_of(const HealthCheckParameters& says) {
  HealthRules rules;
  rules.interval = says.interval.ns;
  rules.timeout = says.timeout.value_or(says.interval).ns;
  rules.unhealthy = static_cast<std::uint32_t>(says.unhealthy);
  rules.healthy = static_cast<std::uint32_t>(says.healthy);
  if (says.start) rules.start = says.start->ns;
  return rules;
}

}  // namespace spillway
