#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/experiment/summary.h"

namespace spillway::report {

/// Writes a figure with its interval as people do: `412 ms ±3`, `87.1% ±0.2`, `never`.
///
/// The interval decides the digits: its half-width keeps one of its own (two when it begins with
/// 1), the mean ends at the same place and has four at most, shares near 100 % enough to tell them
/// from it. A half-width below the last digit is left out; an interval that is not symmetric is
/// written as its bounds; what is missing says why, shortly.
std::string print_figure(const Figure& figure, bool unicode = true);

/// A number of a unit ("s", "1/s", "share", "1", "B") with three significant digits, four from 1000
/// on: `26.1 s`.
std::string print_value(double value, std::string_view unit, bool unicode = true);

/// The bound of an objective, exactly, as scenarios write it: `1s`, `99.9%`.
std::string print_bound(double value, std::string_view unit);

/// A count with its digits in groups of three from five digits on: `4 320 113`.
std::string print_count(std::uint64_t count);

}  // namespace spillway::report
