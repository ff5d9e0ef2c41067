#pragma once

#include <functional>
#include <string>

#include "sim/flow/timeline.h"

namespace spillway {

/// What a component costs: worked out from its metrics when a replication has ended, so that a
/// price costs the run nothing.
///
/// What counts as a request: every call, as of Amazon SQS (its features page); else modelling
/// choice.
struct Charge {
  std::string component;
  /// In US dollars, over a window. Requests count in the window their message was born in;
  /// instances, slots and storage by time.
  std::function<double(const Window&)> dollars;
};

/// Hours of a month on a bill: a twelfth of 365 days. Modelling choice.
inline constexpr double kHoursOfMonth = 730;

}  // namespace spillway
