#include "analysis/stats/paired.h"

#include <cassert>
#include <cmath>
#include <vector>

#include "analysis/stats/interval.h"
#include "analysis/stats/welford.h"

namespace spillway::stats {

PairedDifference paired_difference(std::span<const double> a, std::span<const double> b,
                                   double confidence) {
  assert(a.size() == b.size());
  std::vector<double> differences(a.size());
  Welford first;
  Welford second;
  Welford apart;
  for (std::size_t i = 0; i < a.size(); ++i) {
    // Two infinities of one sign are equally bad, not a contradiction.
    differences[i] = a[i] == b[i] ? 0 : a[i] - b[i];
    first.add(a[i]);
    second.add(b[i]);
    apart.add(differences[i]);
  }
  PairedDifference answer;
  answer.difference = mean_interval(differences, confidence);
  const double separate = first.variance() + second.variance();
  if (!std::isfinite(separate) || a.size() < 2) return answer;
  if (apart.variance() > 0) answer.variance_reduction = separate / apart.variance();
  if (first.variance() > 0 && second.variance() > 0)
    answer.correlation = (separate - apart.variance()) /
                         (2 * first.standard_deviation() * second.standard_deviation());
  return answer;
}

}  // namespace spillway::stats
