#pragma once

#include <string>
#include <vector>

namespace spillway::report {

/// A mark on an axis.
struct Tick {
  double value = 0;
  std::string label;
};

/// An axis: what it spans, its marks at round values, and the unit of their labels.
struct Axis {
  double from = 0;
  double until = 1;
  std::string unit;   ///< "min"; empty for counts
  double factor = 1;  ///< values times this are in the unit
  std::vector<Tick> ticks;

  /// Where the value lies, 0 at the axis's begin and 1 at its end.
  double share_of(double value) const { return (value - from) / (until - from); }
};

/// An axis of counts from 0 to at least `greatest`, ending at a mark. Steps are 1, 2 or 5 times a
/// power of ten; there are at most `marks` + 1 of them.
Axis axis_of_counts(double greatest, int marks = 5);

/// An axis of simulated time from `from` to `until` s, marked in the unit that reads best, at steps
/// that clocks have: 1, 2, 5, 10, 15, 30 s or min; 1, 2, 3, 6, 12, 24 h.
///
/// About `marks` marks, or fewer. Range: from < until.
Axis axis_of_time(double from, double until, int marks = 8);

}  // namespace spillway::report
