#pragma once

#include <optional>
#include <string>

#include "sim/kernel/variate.h"
#include "sim/language/location.h"

namespace spillway {

/// A distribution of durations as written in a scenario: `{exponential: 25ms}`, `8ms`,
/// `{lognormal: {mean: 40ms, p99: 200ms}}`, `{column: service, unit: ms}`.
///
/// The variate's unit is ns. Where `column` is named, the value comes from that column of the
/// producer's trace (row = ordinal), `variate.times` and `variate.plus` apply to it, and the
/// rows are filled in when the scenario is wired.
struct Distribution {
  Variate variate;
  std::string column;
  /// Drawn once per replication; multiplies every value, before `variate.plus` is added: it
  /// multiplies `variate.times`. `{uncertain: …}` is a constant 1 times it.
  std::optional<Variate> uncertain;
  Location at;

  /// Mean over draws and replications; of a column: what its rows are multiplied by, and plus.
  /// Unit: ns.
  double mean() const {
    if (!uncertain) return variate.mean();
    return (variate.mean() - variate.plus) * uncertain->mean() + variate.plus;
  }

  /// The value of every draw, where nothing is random.
  std::optional<std::int64_t> fixed() const {
    if (variate.kind != VariateKind::constant || !column.empty() || uncertain) return std::nullopt;
    return static_cast<std::int64_t>(variate.mean() + 0.5);
  }
};

/// The same of sizes, `{lognormal: {mean: 2KiB, p99: 20KiB}}`: the variate's unit is bytes.
struct SizeDistribution : Distribution {};

}  // namespace spillway
