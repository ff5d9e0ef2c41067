#pragma once

#include <tuple>

#include "sim/flow/measure.h"

namespace spillway {

/// What a fault measures: how often it struck.
struct FaultMetrics {
  Counter begun;

  static constexpr auto parts() { return std::tuple{&FaultMetrics::begun}; }
  static constexpr auto metrics() {
    return std::tuple{
        Metric{&FaultMetrics::begun, "begun", "1", "How many times the fault began"},
    };
  }
};

}  // namespace spillway
