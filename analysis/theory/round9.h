#pragma once

#include <charconv>
#include <cmath>
#include <system_error>

namespace spillway::theory {

/// Rounds to nine significant digits, the precision at which theory is printed and stored.
///
/// Closed forms go through long sums and bisections, whose last digits mean nothing; nine digits
/// are far more than a simulation can resolve. Works by text, so every machine agrees.
/// Returns infinities and not-a-number unchanged.
inline double round9(double value) {
  if (!std::isfinite(value)) return value;
  char text[32];
  const auto written =
      std::to_chars(text, text + sizeof text, value, std::chars_format::scientific, 8);
  double rounded = value;
  std::from_chars(text, written.ptr, rounded);
  return rounded;
}

}  // namespace spillway::theory
