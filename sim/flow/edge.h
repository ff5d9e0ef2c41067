#pragma once

#include <string>

#include "sim/flow/measure.h"
#include "sim/kernel/event_set.h"

namespace spillway {

/// The way over the network in one direction: no time, a fixed time, or a drawn one.
struct Hop {
  enum class Kind : std::uint8_t { none, fixed, drawn };
  Kind kind = Kind::none;
  Time delay = 0;
  LaneId arrivals = 0;     ///< where messages of a fixed delay queue up to arrive
  LaneId completions = 0;  ///< and answers
  std::uint32_t site = 0;  ///< of a drawn delay
};

/// Who talks to whom, `checkout -> payments`: a component of its own for metrics.
struct EdgeMetrics {
  Counter attempts;
  Counter timeouts;
  Counter errors;

  static constexpr auto parts() {
    return std::tuple{&EdgeMetrics::attempts, &EdgeMetrics::timeouts, &EdgeMetrics::errors};
  }
  static constexpr auto metrics() {
    return std::tuple{
        Metric{&EdgeMetrics::attempts, "attempts", "1", "Calls or sends made on this edge"},
        Metric{&EdgeMetrics::timeouts, "timeouts", "1",
               "Attempts on this edge that were given up unanswered"},
        Metric{&EdgeMetrics::errors, "errors", "1",
               "Calls or sends on this edge that were answered with a failure in time"},
    };
  }
};

struct Edge {
  std::string name;
  std::uint32_t to = 0;  ///< address of the component that it leads to
  Hop out;
  Hop back;
  EdgeMetrics metrics;
};

}  // namespace spillway
