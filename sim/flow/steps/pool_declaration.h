#pragma once

#include <optional>

#include "sim/flow/connection_pools.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// `pool: {size: 10, wait: 30s}`: the connections that the calls of an edge share.
struct PoolParameters {
  Count size = 1;
  std::optional<Duration> wait;
  std::optional<Count> max_waiting;

  static constexpr auto fields() {
    using P = PoolParameters;
    return Pack{
        Field{&P::size, "size", "Connections, of all instances of the caller together",
              Bounds{1, 1'000'000}, Need::required},
        Field{&P::wait, "wait",
              "How long an attempt may wait for a connection, before its timeout begins; then it "
              "has failed, as unavailable; default: until the deadline",
              kAtLeastZero},
        Field{&P::max_waiting, "max_waiting",
              "Attempts that may wait for a connection; further ones are refused at once, as "
              "unavailable; default: no limit",
              Bounds{0, 1'000'000'000}},
    };
  }
};

/// The rules that a declaration makes.
inline PoolRules rules_of(const PoolParameters& says) {
  PoolRules rules;
  rules.size = static_cast<std::uint64_t>(says.size);
  if (says.wait) rules.longest_wait = says.wait->ns;
  if (says.max_waiting) rules.most_waiting = static_cast<std::uint64_t>(*says.max_waiting);
  return rules;
}

}  // namespace spillway
