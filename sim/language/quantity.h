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

/// An amount of money as written in a scenario: `$250`, `$0.02`. Unit: US dollars. Range: >= 0.
struct Money {
  double dollars = 0;
  friend auto operator<=>(const Money&, const Money&) = default;
};

/// What one of many costs, as written in a scenario: `$0.40/1M`, `$0.09/1k`, `$0.02`. Unit: US
/// dollars each. Range: >= 0.
struct UnitPrice {
  double dollars = 0;
  friend auto operator<=>(const UnitPrice&, const UnitPrice&) = default;
};

/// What something costs as long as it is there, as written in a scenario: `$0.096/h`, `$70/30d`.
/// Unit: US dollars a second. Range: >= 0.
struct RentalPrice {
  double dollars_per_second = 0;
  friend auto operator<=>(const RentalPrice&, const RentalPrice&) = default;
};

/// What stored data costs as long as it is stored, as written in a scenario: `$0.10/GB/30d`. Unit:
/// US dollars a byte and second. Range: >= 0.
struct StoragePrice {
  double dollars_per_byte_second = 0;
  friend auto operator<=>(const StoragePrice&, const StoragePrice&) = default;
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
