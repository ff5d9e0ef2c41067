#pragma once

#include <string>

#include "sim/scenario/objective.h"

namespace spillway::theory {

/// What theory says about one figure of a scenario.
struct TheoryFigure {
  MetricName name;
  double value = 0;   ///< in SI base units (s, 1/s, shares of 1), to nine digits
  std::string model;  ///< "M/M/1", "M/M/2/10", "fluid"
  /// The same when messages that fail count as infinitely late, as an objective counts them.
  double with_failures = 0;
};

}  // namespace spillway::theory
