#pragma once

#include <vector>

#include "sim/language/quantity.h"

namespace spillway {

/// `[10s, 30s, 1min]`: durations, one after another.
struct DurationList {
  std::vector<Duration> all;
};

/// `[3, 2, 5]`: counts, one after another.
struct CountList {
  std::vector<Count> all;
};

}  // namespace spillway
