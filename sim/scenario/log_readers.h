#pragma once

#include <algorithm>

#include "sim/scenario/scenario.h"

namespace spillway {

/// Whether a consumer takes from a log: each of its slots is a client there.
inline bool reads_log(const Scenario& scenario, const ConsumerParameters& consumer) {
  return std::ranges::any_of(scenario.logs,
                             [&](const auto& log) { return log.name == consumer.from.name; });
}

}  // namespace spillway
