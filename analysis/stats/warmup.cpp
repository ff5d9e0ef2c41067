#include "analysis/stats/warmup.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "analysis/stats/welford.h"

namespace spillway::stats {

std::optional<Warmup> mser(std::span<const double> series, std::size_t batch) {
  assert(batch >= 1);
  if (!std::ranges::all_of(series, [](double value) { return std::isfinite(value); }))
    return std::nullopt;

  const std::size_t batches = series.size() / batch;
  std::vector<double> means(batches);
  for (std::size_t i = 0; i < batches; ++i) {
    double sum = 0;
    for (const double value : series.subspan(i * batch, batch)) sum += value;
    means[i] = sum / static_cast<double>(batch);
  }
  const std::size_t furthest = batches / 2;
  if (furthest == 0) return Warmup{.why = "too short to tell"};

  Welford kept;
  std::size_t best = furthest;
  double least = 0;
  for (std::size_t d = batches; d-- > 0;) {
    kept.add(means[d]);
    if (d > furthest) continue;
    const auto count = static_cast<double>(batches - d);
    const double criterion = kept.squares() / (count * count);
    if (d == furthest || criterion <= least) {
      least = criterion;
      best = d;
    }
  }
  if (best == furthest)
    return Warmup{.mser = least, .why = "no steady state found: unstable, or run longer"};
  return Warmup{.cut = best * batch, .steady = true, .mser = least};
}

std::vector<double> welch_moving_average(std::span<const double> series, std::size_t window) {
  std::vector<double> smooth;
  for (std::size_t i = 0; i + window < series.size(); ++i) {
    const std::size_t reach = std::min(i, window);
    double sum = 0;
    for (const double value : series.subspan(i - reach, 2 * reach + 1)) sum += value;
    smooth.push_back(sum / static_cast<double>(2 * reach + 1));
  }
  return smooth;
}

}  // namespace spillway::stats
