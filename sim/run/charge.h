#pragma once

#include <functional>
#include <string>

#include "sim/flow/timeline.h"

namespace spillway {

/// What a component costs: worked out from its metrics when a replication has ended, so that a
/// price costs the run nothing.
///
/// Source of what is counted: AWS, "Amazon SQS pricing" and "AWS Lambda pricing", read 2026-03.
struct Charge {
  std::string component;
  /// In US dollars, over a window. Requests count in the window their message was born in;
  /// instances, slots and storage by time.
  std::function<double(const Window&)> dollars;
};

/// Hours of a month on a bill, as clouds count them. Source: AWS Pricing Calculator, assumptions.
inline constexpr double kHoursOfMonth = 730;

}  // namespace spillway
