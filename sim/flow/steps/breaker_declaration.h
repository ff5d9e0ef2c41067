#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sim/flow/breaker.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// What a breaker is in reality; the values are in scenarios/presets.
enum class BreakerPreset : std::uint8_t { hystrix, resilience4j, envoy_outlier };
template <>
struct Choices<BreakerPreset> {
  static constexpr std::array<std::string_view, 3> names{"hystrix", "resilience4j",
                                                         "envoy-outlier"};
};

/// `breaker: {period: 10s, minimum: 20, failures: 50%, open: 5s}`: when calls are refused at once.
struct BreakerParameters {
  std::optional<BreakerPreset> preset;
  std::optional<Count> calls;
  std::optional<Duration> period;
  std::optional<Count> minimum;
  std::optional<Share> failures;
  std::optional<Count> consecutive;
  std::optional<Duration> slow;
  std::optional<Share> slow_share;
  std::optional<Duration> open;
  Count probes = 1;

  static constexpr auto fields() {
    using B = BreakerParameters;
    constexpr Bounds kCounted{1, 100'000};
    return Pack{
        Field{&B::preset, "preset", "What this is in reality: fills in its values"},
        Field{&B::calls, "calls", "Shares are of the latest so many attempts", kCounted},
        Field{&B::period, "period",
              "Shares are of the attempts that ended in the latest so long, by tenths of it",
              kPositive},
        Field{&B::minimum, "minimum",
              "So many attempts must have ended before their shares say anything; default: as many "
              "as `calls`, or 1 in a `period`",
              kCounted},
        Field{&B::failures, "failures",
              "Opens when this share of the attempts, or more, was answered with a failure or "
              "timed out",
              Bounds{0, 1, true}},
        Field{&B::consecutive, "consecutive", "Opens after so many failures in a row", kCounted},
        Field{&B::slow, "slow", "An attempt that took longer than this was slow", kPositive},
        Field{&B::slow_share, "slow_share",
              "Opens when this share of the attempts, or more, was slow; default: all",
              Bounds{0, 1, true}},
        Field{&B::open, "open",
              "How long it is open: every attempt is refused at once, as unavailable", kPositive},
        Field{&B::probes, "probes",
              "How many attempts then pass, half-open; how they end closes or opens it. 0: it "
              "closes when its time is up",
              Bounds{0, 100'000}},
    };
  }
};

/// The rules that a declaration makes.
inline BreakerRules rules_of(const BreakerParameters& says) {
  const auto billionths = [](const Share& share) {
    return static_cast<std::int64_t>(share.value * static_cast<double>(BreakerRules::kOne) + 0.5);
  };
  BreakerRules rules;
  if (says.calls) rules.calls = static_cast<std::uint32_t>(*says.calls);
  if (says.period) rules.period = says.period->ns;
  rules.minimum = static_cast<std::uint32_t>(says.minimum.value_or(says.calls.value_or(1)));
  if (says.failures) rules.failures = billionths(*says.failures);
  if (says.consecutive) rules.consecutive = static_cast<std::uint32_t>(*says.consecutive);
  if (says.slow) {
    rules.slow = says.slow->ns;
    rules.slow_share = says.slow_share ? billionths(*says.slow_share) : BreakerRules::kOne;
  }
  if (says.open) rules.open = says.open->ns;
  rules.probes = static_cast<std::uint32_t>(says.probes);
  return rules;
}

}  // namespace spillway
