#pragma once

#include "sim/flow/measure.h"
#include "sim/language/pack.h"

namespace spillway {

/// What a fault measures: how often it struck.
struct FaultMetrics {
  Counter begun;

  static constexpr auto parts() { return Pack{&FaultMetrics::begun}; }
  static constexpr auto metrics() {
    return Pack{
        Metric{&FaultMetrics::begun, "begun", "1", "How many times the fault began"},
    };
  }
};

}  // namespace spillway
