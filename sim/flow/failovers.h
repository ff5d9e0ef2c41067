#pragma once

#include <cassert>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "sim/kernel/time.h"

namespace spillway {

/// What health checks go by.
struct HealthRules {
  Time interval = kSecond;      ///< from one check to the next; > 0
  Time timeout = kSecond;       ///< of each; at most the interval
  std::uint32_t unhealthy = 1;  ///< failures in a row until a service counts as unhealthy
  std::uint32_t healthy = 1;    ///< successes in a row until it counts as healthy again
  Time start = kNever;          ///< of the first check; kNever = drawn within one interval
  friend bool operator==(const HealthRules&, const HealthRules&) = default;
};

/// The calls of a run that go to the first healthy one of several services, and which services
/// their callers hold for healthy.
///
///   call ──► [eu, us] ──► eu healthy? ──► eu
///                             │ no
///                             ▼
///                         us healthy? ──► us
///                             │ no
///                             ▼
///                            eu: better a try than none
///
/// Health belongs to an edge: all instances of a caller share what its checks say. At first all
/// are healthy. Where none is, the first is called all the same, as Amazon Route 53's failover
/// routing answers with the primary record when the secondary is unhealthy too, and as load
/// balancers fail open. Source: Amazon Route 53 Developer Guide, "How Amazon Route 53 chooses
/// records when health checking is configured".
/// Cost: a look at each service before the first healthy one, for each attempt.
class Failovers {
 public:
  /// One of the services: who checks it, and where the handler calls it.
  struct Way {
    std::uint32_t check = 0;
    std::uint32_t code = 0;
  };

  /// Adds a call, whose services are in the order in which they are wanted; returns its place. The
  /// first is 1: 0 is none.
  std::uint16_t add(std::vector<Way> ways) {
    assert(!ways.empty() && calls_.size() < std::numeric_limits<std::uint16_t>::max());
    calls_.push_back(std::move(ways));
    return static_cast<std::uint16_t>(calls_.size() - 1);
  }

  /// Adds what is checked; returns its number.
  std::uint32_t add_check() {
    healthy_.push_back(1);
    return static_cast<std::uint32_t>(healthy_.size() - 1);
  }

  void restart() { healthy_.assign(healthy_.size(), 1); }

  /// What its checks say from now on.
  void set(std::uint32_t check, bool healthy) { healthy_[check] = healthy ? 1 : 0; }

  /// Where a handler that makes this call goes on: at the call to the first healthy service.
  std::uint32_t choose(std::uint16_t call) const {
    const std::vector<Way>& ways = calls_[call];
    for (const Way& way : ways) {
      if (healthy_[way.check] != 0) return way.code;
    }
    return ways.front().code;
  }

 private:
  std::vector<std::vector<Way>> calls_ = std::vector<std::vector<Way>>(1);
  std::vector<std::uint8_t> healthy_;  ///< by check
};

}  // namespace spillway
