#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

// What a service or a consumer says of how many instances it has, and when.

namespace spillway {

/// What the number of instances follows.
enum class ScaleBy : std::uint8_t { backlog_per_instance, age, utilization, schedule, pollers };
template <>
struct Choices<ScaleBy> {
  static constexpr std::array<std::string_view, 5> names{"backlog_per_instance", "age",
                                                         "utilization", "schedule", "pollers"};
};

/// What a scaled figure is to be: messages (`100`), an age (`30s`) or a share (`60%`). What it was
/// written as is what it can be read as.
struct ScaleTarget {
  std::optional<double> number;
  std::optional<Duration> age;
  std::optional<Share> share;
};

/// `cooldown: {out: 0s, in: 5min}`.
struct CooldownParameters {
  Duration out;
  Duration in;

  static constexpr auto fields() {
    using C = CooldownParameters;
    return Pack{
        Field{&C::out, "out", "No instances come so soon after the latest that came"},
        Field{&C::in, "in", "None goes so soon after the latest that came or went"},
    };
  }
};

/// `evening: {at: 30min, for: 2h, instances: 10}`: at least so many meanwhile.
struct ShiftParameters {
  Duration at;
  Duration lasts;
  Count instances = 1;

  static constexpr auto fields() {
    using S = ShiftParameters;
    return Pack{
        Field{&S::at, "at", "When it begins", kAtLeastZero, Need::required},
        Field{&S::lasts, "for", "How long it lasts", kPositive, Need::required},
        Field{&S::instances, "instances", "As many instances at least", Bounds{1, 1e5},
              Need::required},
    };
  }
};

struct NamedShift {
  std::string name;
  Location at;
  ShiftParameters shift;
};

/// `scale: {by: backlog_per_instance, target: 100, max: 20}`.
struct ScaleParameters {
  ScaleBy by = ScaleBy::backlog_per_instance;
  std::optional<ScaleTarget> target;
  Count min = 1;
  Count max = 1;
  std::optional<Duration> every;
  std::optional<Distribution> startup;
  std::optional<CooldownParameters> cooldown;
  std::optional<Count> step;
  std::optional<Share> tolerance;
  std::vector<NamedShift> schedule;

  /// Source: --horizontal-pod-autoscaler-sync-period and -tolerance, Kubernetes, Horizontal Pod
  /// Autoscaling.
  static constexpr Time kEvery = 15 * kSecond;
  static constexpr double kTolerance = 0.1;

  static constexpr auto fields() {
    using S = ScaleParameters;
    constexpr std::string_view kHpa =
        "Kubernetes, kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/";
    return Pack{
        Field{&S::by, "by",
              "backlog_per_instance: as many as it takes for each to have `target` of the "
              "queue's ready messages; age: from that of the queue's oldest message; utilization: "
              "from the share of the slots in use since the last look; schedule: what that says, "
              "and `min` else; pollers: `step` more as long as messages are ready and no handler "
              "fails, and as many as are in use when none is ready",
              kAtLeastZero, Need::required},
        Field{&S::target, "target",
              "What the figure is to be: a number of messages, an age such as 30s, or a share "
              "such as 60%"},
        Field{&S::min, "min", "How many there are at least", Bounds{0, 1e5}},
        Field{&S::max, "max", "How many there are at most, those that end included", Bounds{1, 1e5},
              Need::required},
        Field{&S::every, "every", "Time from look to look; default: 15s", Bounds{.least = 0.1},
              Need::optional, Noun::none, kHpa},
        Field{&S::startup, "startup",
              "From the decision until an instance takes its first message; default: no time"},
        Field{&S::cooldown, "cooldown", "How long the number rests after a change; default: not"},
        Field{&S::step, "step",
              "So many instances come at one look at most; default: no limit. Of pollers: so many "
              "come",
              Bounds{1, 1e5}},
        Field{&S::tolerance, "tolerance",
              "A figure so near to its target changes nothing; default: 10%", kAtLeastZero,
              Need::optional, Noun::none, kHpa},
        Field{&S::schedule, "schedule",
              "Times at which there are more at least, by name: `{evening: {at: 30min, for: 2h, "
              "instances: 10}}`; what lasts longer than the run goes on to its end"},
    };
  }
};

/// The most instances that a service or a consumer may have.
template <class P>
Count most_instances(const P& parameters) {
  return parameters.scale ? parameters.scale->max : parameters.instances;
}

/// How many it has when the run begins: its `instances`, but no fewer than `min` and than what the
/// schedule says.
template <class P>
Count first_instances(const P& parameters) {
  Count first = parameters.instances;
  if (!parameters.scale) return first;
  first = std::max(first, parameters.scale->min);
  for (const NamedShift& named : parameters.scale->schedule) {
    if (named.shift.at.ns == 0) first = std::max(first, named.shift.instances);
  }
  return first;
}

}  // namespace spillway
