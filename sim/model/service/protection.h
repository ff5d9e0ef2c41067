#pragma once

#include <optional>

#include "sim/flow/rate_limit.h"
#include "sim/flow/shared_limit.h"
#include "sim/flow/shared_processors.h"
#include "sim/model/service/balancer.h"
#include "sim/model/service/concurrency_limit.h"
#include "sim/model/service/controlled_delay.h"
#include "sim/model/service/disciplined_line.h"
#include "sim/model/service/leaky_bucket.h"

namespace spillway {

/// How a service protects itself from its callers, and in which order it serves them. Only a
/// service that says anything of that has one.
struct Protection {
  std::optional<RateLimit> rate_limit;
  LeakyBucket bucket;  ///< of a rate limit that leaks
  std::optional<ConcurrencyLimit> concurrency_limit;
  std::optional<DisciplinedLine> line;         ///< in place of the ordinary one
  std::optional<ControlledDelay> codel;        ///< of that line
  std::optional<SharedProcessors> processors;  ///< that keep all work
  std::optional<SharedProcessors> cores;       ///< that work of the kind `cpu` shares
  bool shares = false;                         ///< and are fewer than it may be
  Balancer* balancer = nullptr;                ///< of an instance: hears how requests end there
  std::uint32_t instance = 0;                  ///< which one it is
  SharedLimit* shared_limit = nullptr;         ///< of which each slot in use has a permit
  bool awaits_permit = false;                  ///< for somebody in line

  /// Whether there is anything in it.
  bool any() const {
    return rate_limit || concurrency_limit || line || processors || cores ||
           shared_limit != nullptr;
  }

  void restart() {
    if (rate_limit) rate_limit->restart();
    bucket.restart();
    if (concurrency_limit) concurrency_limit->restart();
    if (line) line->restart();
    if (codel) codel->restart();
    awaits_permit = false;
  }
};

}  // namespace spillway
