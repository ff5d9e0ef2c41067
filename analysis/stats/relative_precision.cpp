#include "analysis/stats/relative_precision.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "analysis/stats/interval.h"
#include "analysis/stats/welford.h"

namespace spillway::stats {

RelativePrecision::RelativePrecision(std::vector<PrecisionTarget> targets,
                                     PrecisionSettings settings)
    : targets_{std::move(targets)}, settings_{settings} {
  assert(!targets_.empty());
  // An interval takes two.
  settings_.at_least = std::max<std::uint64_t>(settings_.at_least, 2);
}

double RelativePrecision::confidence_of_each() const {
  return bonferroni(settings_.confidence, targets_.size());
}

bool RelativePrecision::holds(std::span<const Estimate> estimates) const {
  assert(estimates.size() == targets_.size());
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    if (!is_exact_enough(estimates[i], targets_[i])) return false;
  }
  return true;
}

Precision RelativePrecision::see(std::span<const Estimate> of_first_n) {
  if (state_ != Precision::more) return state_;
  ++seen_;
  if (seen_ >= settings_.at_least) {
    if (!holds(of_first_n)) {
      held_from_.reset();
    } else {
      if (!held_from_) held_from_ = seen_;
      const std::uint64_t confirm =
          settings_.look_ahead * std::max<std::uint64_t>(*held_from_, 100) / 100;
      if (seen_ >= *held_from_ + confirm) state_ = Precision::reached;
    }
  }
  if (state_ == Precision::more && seen_ >= settings_.at_most) state_ = Precision::not_reached;
  return state_;
}

bool is_exact_enough(const Estimate& estimate, const PrecisionTarget& target) {
  const auto half_width = estimate.half_width();
  if (!half_width) return false;
  const double corrected = target.relative / (1 + target.relative);
  return *half_width <= corrected * std::abs(estimate.mean) ||
         (target.absolute > 0 && *half_width <= target.absolute);
}

std::optional<double> relative_error(const Estimate& estimate) {
  const auto half_width = estimate.half_width();
  if (!half_width) return std::nullopt;
  if (estimate.mean == 0) return *half_width == 0 ? 0 : std::numeric_limits<double>::infinity();
  return *half_width / std::abs(estimate.mean);
}

Stopping stop_at_precision(std::span<const std::vector<double>> values,
                           std::vector<PrecisionTarget> targets, PrecisionSettings settings) {
  assert(values.size() == targets.size());
  RelativePrecision rule{std::move(targets), settings};
  std::vector<Estimate> estimates(values.size());
  const std::size_t available = values.empty() ? 0 : values.front().size();
  const double confidence = rule.confidence_of_each();
  std::vector<Welford> sums(values.size());
  for (std::size_t n = 1; n <= available && rule.state() == Precision::more; ++n) {
    for (std::size_t k = 0; k < values.size(); ++k) {
      sums[k].add(values[k][n - 1]);
      Estimate& estimate = estimates[k] = Estimate{.mean = sums[k].mean(), .n = n};
      if (n < 2 || n < settings.at_least || !std::isfinite(estimate.mean)) continue;
      const double half_width = student_half_width(sums[k], confidence);
      estimate.low = estimate.mean - half_width;
      estimate.high = estimate.mean + half_width;
    }
    rule.see(estimates);
  }
  // The same figures as everywhere else, with their reasons where an interval is missing.
  for (std::size_t k = 0; k < values.size(); ++k)
    estimates[k] = mean_interval(std::span{values[k]}.first(rule.replications()), confidence);
  return {rule.state(), rule.replications(), std::move(estimates)};
}

}  // namespace spillway::stats
