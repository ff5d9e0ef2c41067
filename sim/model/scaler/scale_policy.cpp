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

/// By a target.
std::uint32_t ScalePolicy::tracked(const ScaleFigures& figures) const {
  const bool backlog = by == ScaleBy::backlog_per_instance;
  const auto there = static_cast<double>(backlog ? figures.wanted : figures.serving);
  const double figure = backlog              ? static_cast<double>(figures.backlog) / there
                        : by == ScaleBy::age ? static_cast<double>(figures.age)
                                             : figures.busy;
  // Without instances there is no figure of each, and none within the tolerance.
  const double off = figure / target - 1;
  std::uint32_t wanted = figures.wanted;
  if (off > tolerance || off < -tolerance || figures.wanted == 0) {
    wanted = backlog ? whole_above(static_cast<double>(figures.backlog) / target)
                     : whole_above(std::max(1.0, there) * (figure / target));
  }
  if (wanted > figures.wanted && wanted - figures.wanted > step) wanted = figures.wanted + step;
  return wanted;
}

std::uint32_t ScalePolicy::polling(const ScaleFigures& figures) const {
  if (figures.held_up) return figures.wanted;
  if (figures.backlog == 0) return whole_above(figures.busy * figures.serving);
  return figures.failing ? figures.wanted : figures.wanted + step;
}

std::uint32_t ScalePolicy::wanted(const ScaleFigures& figures) const {
  const std::uint32_t wanted = by == ScaleBy::schedule  ? least
                               : by == ScaleBy::pollers ? polling(figures)
                                                        : tracked(figures);
  return std::clamp(wanted, least, most);
}

}  // namespace spillway
