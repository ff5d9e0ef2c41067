#pragma once

#include <cstdint>
#include <optional>

#include "sim/kernel/time.h"

namespace spillway {

/// A span of time as written in a scenario: `25ms`, `2h`, `9h30min`. Unit: ns. Range: >= 0.
struct Duration {
  Time ns = 0;
  friend auto operator<=>(const Duration&, const Duration&) = default;
};

/// Events a second as written in a scenario: `120/s`, `900/min`. Range: >= 0.
struct Rate {
  double per_second = 0;
  friend auto operator<=>(const Rate&, const Rate&) = default;
};

/// An amount of data as written in a scenario: `64KiB`, `2kB`. Unit: bytes. Range: >= 0.
struct Size {
  std::int64_t bytes = 0;
  friend auto operator<=>(const Size&, const Size&) = default;
};

/// A share or a probability as written in a scenario: `0.02` or `2%`. Range: 0 to 1.
struct Share {
  double value = 0;
  friend auto operator<=>(const Share&, const Share&) = default;
};

/// A bare number: `times: 2.5`.
struct Factor {
  double value = 1;
  friend auto operator<=>(const Factor&, const Factor&) = default;
};

/// A count: `4`, `1e6`, `10_000` is not one. Bare, whole.
using Count = std::int64_t;

/// A count that may be the word `unlimited`.
struct Limit {
  std::optional<Count> count;
  friend auto operator<=>(const Limit&, const Limit&) = default;
};
inline constexpr Limit kUnlimited{};

}  // namespace spillway
