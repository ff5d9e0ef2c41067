#include "analysis/stats/pooled_percentile.h"

#include <algorithm>
#include <vector>

#include "analysis/stats/order_statistic.h"
#include "analysis/stats/sectioning.h"

namespace spillway::stats {

Estimate pooled_percentile(std::span<const Observed> replications, double p, double confidence,
                           double unit) {
  Histogram all;
  std::uint64_t failures = 0;
  std::vector<double> each;
  for (const Observed& one : replications) {
    if (one.values->empty() && one.failures == 0) continue;
    all.merge(*one.values);
    failures += one.failures;
    each.push_back(one.values->quantile_with_failures(p, one.failures) / unit);
  }
  Estimate refused{.n = each.size()};
  const std::uint64_t messages = all.count() + failures;
  if (messages < least_sample(std::max(p, 1 - p))) {
    refused.why = messages == 0 ? kNothingObserved : kTooFewMessages;
    return refused;
  }
  return sectioned_percentile(all.quantile_with_failures(p, failures) / unit, each, confidence);
}

}  // namespace spillway::stats
