#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/model/service/concurrency_limit.h"
#include "sim/model/service/controlled_delay.h"

namespace spillway {

template <>
struct Choices<ControlledDelay::Drops> {
  static constexpr std::array<std::string_view, 2> names{"spaced", "late"};
};
template <>
struct Choices<ConcurrencyLimit::Kind> {
  static constexpr std::array<std::string_view, 3> names{"aimd", "vegas", "gradient"};
};

/// `codel: {target: 5ms, interval: 100ms}`: what is dropped that has waited too long.
struct CodelParameters {
  Duration target{5 * kMillisecond};
  Duration interval{100 * kMillisecond};
  ControlledDelay::Drops drops = ControlledDelay::Drops::spaced;

  static constexpr auto fields() {
    using C = CodelParameters;
    return Pack{
        Field{&C::target, "target", "A wait up to this is fine", kPositive},
        Field{&C::interval, "interval",
              "Waits are too long when they have been above the target for so long", kPositive},
        Field{&C::drops, "drops",
              "Then drops one, and ever more often (`spaced`, RFC 8289); or, when the line has not "
              "been empty for the interval, all that have waited longer than the target (`late`)"},
    };
  }
};

/// `concurrency_limit: {kind: vegas}`: how many requests may be inside, found out by trying.
struct ConcurrencyLimitParameters {
  ConcurrencyLimit::Kind kind = ConcurrencyLimit::Kind::aimd;
  Count initial = 20;
  Count least = 1;
  Count most = 1000;
  std::optional<Duration> latency;
  std::optional<Share> backoff;
  std::optional<Factor> tolerance;
  std::optional<Share> smoothing;
  std::optional<Count> queue;

  static constexpr auto fields() {
    using C = ConcurrencyLimitParameters;
    constexpr Bounds kLimits{1, 1e6};
    return Pack{
        Field{&C::kind, "kind",
              "One more for each that goes well and `backoff` after one that does not; or by how "
              "much longer requests take than the shortest did (vegas), or than is usual "
              "(gradient)"},
        Field{&C::initial, "initial", "So many may be inside at first, waiting or in a slot",
              kLimits},
        Field{&C::least, "least", "And never fewer than these", kLimits},
        Field{&C::most, "most", "Nor more than these", kLimits},
        Field{&C::latency, "latency",
              "Of aimd: a request that was inside for longer went badly, as one does whose caller "
              "has gone; default: 5s",
              kPositive},
        Field{&C::backoff, "backoff",
              "Of aimd: so many times as many after one that went badly; default: 90%",
              Bounds{0, 1, true}},
        Field{&C::tolerance, "tolerance",
              "Of gradient: so many times the usual time inside is fine; default: 1.5",
              Bounds{1, 1e3}},
        Field{&C::smoothing, "smoothing",
              "Of gradient: share of each correction that is made; default: 20%",
              Bounds{0, 1, true}},
        Field{&C::queue, "queue",
              "Of gradient: so many may stand in line while all is well; default: 4",
              Bounds{0, 1e6}},
    };
  }
};

/// The rules that a declaration makes.
inline ConcurrencyLimit::Rules rules_of(const ConcurrencyLimitParameters& says) {
  ConcurrencyLimit::Rules rules;
  rules.kind = says.kind;
  rules.initial = says.initial;
  rules.least = says.least;
  rules.most = says.most;
  if (says.latency) rules.latency = says.latency->ns;
  if (says.backoff) rules.backoff = says.backoff->value;
  if (says.tolerance) rules.tolerance = says.tolerance->value;
  if (says.smoothing) rules.smoothing = says.smoothing->value;
  if (says.queue) rules.queue = *says.queue;
  return rules;
}

}  // namespace spillway
