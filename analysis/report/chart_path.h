#pragma once

#include <string>
#include <vector>

namespace spillway::report {

/// Where values are drawn: `width` x `height`, 0 at the bottom and `greatest` at the top; the
/// values stand in the middles of equal bins that cover [left, right) of the width.
struct Canvas {
  double width = 1000;
  double height = 240;
  double greatest = 1;
  double left = 0;
  double right = 1000;
};

/// The values as an SVG path with one decimal. Points within a level stretch are left out; values
/// that are not finite break the line.
std::string line_path(const std::vector<double>& values, const Canvas& canvas);

/// The area between two lines as an SVG path, broken where either is not finite.
std::string band_path(const std::vector<double>& low, const std::vector<double>& high,
                      const Canvas& canvas);

/// A number with at most one decimal: `12.5`, `12`.
std::string one_decimal(double value);

}  // namespace spillway::report
