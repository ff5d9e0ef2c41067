#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/kernel/time.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/scenario/objective.h"

// The two options of `run` that may be left to the program: how long to warm up, and how often to
// replicate.

namespace spillway {

/// Time at the start that metrics leave out: given, or `auto`, found by a pilot before the run.
struct Warmup {
  Time ns = 0;             ///< of `auto`: 0 until the pilot has spoken
  bool automatic = false;  ///< `auto`

  friend bool operator==(const Warmup&, const Warmup&) = default;
};

/// How exact a metric is to be: `shoppers.completion.p99: 5%`. One of the two is above 0.
struct PrecisionGoal {
  MetricName metric;
  double relative = 0;  ///< allowed relative error, below 1
  double absolute = 0;  ///< allowed half-width of the interval, in SI base units
};

/// Replications until all goals are met.
struct PrecisionParameters {
  std::vector<PrecisionGoal> until;
  std::optional<Share> confidence;
  Count at_most = 500;

  static constexpr auto fields() {
    using P = PrecisionParameters;
    return Pack{
        Field{&P::until, "until",
              "How exact metrics are to be, by metric: relative to the mean in per cent, or the "
              "half-width of the interval in the metric's unit",
              kAtLeastZero, Need::required},
        Field{&P::confidence, "confidence",
              "Confidence with which all of it holds together; default: the run's",
              Bounds{0.5, 0.9999}},
        Field{&P::at_most, "at_most", "Replications after which it ends all the same",
              Bounds{10, 1e5}},
    };
  }
};

/// How many independent runs there are: a number, or as many as a precision takes.
struct Replications {
  Count count = 30;
  std::optional<PrecisionParameters> precision;  ///< takes the place of the count
};

// As people write them.
std::string print(const Warmup& warmup);
std::string print(const Replications& replications);

}  // namespace spillway
