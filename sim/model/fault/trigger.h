#pragma once

#include <cstdint>

#include "sim/flow/measure.h"
#include "sim/kernel/time.h"

namespace spillway {

/// The load that sets a fault off: a level or an age of some component, beyond a bound.
struct Trigger {
  /// What it looks at, in the metrics of others: one of the two.
  const Level* level = nullptr;
  const Age* age = nullptr;
  bool above = true;  ///< more than the bound; else less
  double bound = 0;   ///< of an age in s

  bool holds(Time now) const {
    double figure = 0;
    if (level != nullptr) figure = static_cast<double>(level->level());
    if (age != nullptr && age->since() != kNever) figure = to_seconds(now - age->since());
    return above ? figure > bound : figure < bound;
  }
};

}  // namespace spillway
