#include "sim/model/scaler/scale_policy.h"

#include <algorithm>

namespace spillway {
namespace {

/// The least whole number that is not below this one. Range: 0 to 2^31; more is cut to it.
std::uint32_t whole_above(double number) {
  constexpr double kMost = 2147483648.0;
  if (!(number < kMost)) return 1u << 31;
  const auto whole = static_cast<std::uint32_t>(number);
  return whole < number ? whole + 1 : whole;
}

}  // namespace

std::uint32_t ScalePolicy::wanted(const ScaleFigures& figures) const {
  std::uint32_t wanted = least;
  if (by != ScaleBy::schedule) {
    const bool backlog = by == ScaleBy::backlog_per_instance;
    const auto there = static_cast<double>(backlog ? figures.wanted : figures.serving);
    const double figure = backlog              ? static_cast<double>(figures.backlog) / there
                          : by == ScaleBy::age ? static_cast<double>(figures.age)
                                               : figures.busy;
    // Without instances there is no figure of each, and none within the tolerance.
    const double off = figure / target - 1;
    if (off <= tolerance && off >= -tolerance) {
      wanted = figures.wanted;
    } else if (backlog) {
      wanted = whole_above(static_cast<double>(figures.backlog) / target);
    } else {
      wanted = whole_above(std::max(1.0, there) * (figure / target));
    }
    if (wanted > figures.wanted && wanted - figures.wanted > step) wanted = figures.wanted + step;
  }
  return std::clamp(wanted, least, most);
}

}  // namespace spillway
