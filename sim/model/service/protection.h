#pragma once

#include <optional>

#include "sim/model/service/rate_limit.h"

namespace spillway {

/// How a service protects itself from its callers. Only a service that does has one.
struct Protection {
  std::optional<RateLimit> rate_limit;

  /// Whether there is anything in it.
  bool any() const { return rate_limit.has_value(); }

  void restart() {
    if (rate_limit) rate_limit->restart();
  }
};

}  // namespace spillway
