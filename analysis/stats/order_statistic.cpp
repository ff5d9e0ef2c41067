#include "analysis/stats/order_statistic.h"

#include <cassert>

#include "sim/kernel/math.h"

namespace spillway::stats {
namespace {

// P(B <= k) for B binomial (n, p), k < n.
double binomial_cdf(std::uint64_t n, double p, std::uint64_t k) {
  return math::incomplete_beta(static_cast<double>(n - k), static_cast<double>(k) + 1, 1 - p);
}

}  // namespace

OrderStatistics order_statistics(std::uint64_t n, double p, double confidence) {
  assert(n >= 1 && p > 0 && p < 1);
  const double tail = (1 - confidence) / 2;

  // The number of ranks whose P(B <= rank - 1) stays within a limit, by bisection on 1 .. n.
  const auto ranks_while = [&](auto within) {
    std::uint64_t yes = 0;
    std::uint64_t no = n + 1;
    while (no - yes > 1) {
      const std::uint64_t middle = yes + (no - yes) / 2;
      (within(binomial_cdf(n, p, middle - 1)) ? yes : no) = middle;
    }
    return yes;
  };
  const std::uint64_t low = ranks_while([&](double cdf) { return cdf <= tail; });
  const std::uint64_t high = ranks_while([&](double cdf) { return cdf < 1 - tail; }) + 1;

  OrderStatistics answer{std::nullopt, std::nullopt, 1};
  if (high <= n) {
    answer.high = high;
    answer.coverage = binomial_cdf(n, p, high - 1);
  }
  if (low >= 1) {
    answer.low = low;
    answer.coverage -= binomial_cdf(n, p, low - 1);
  }
  return answer;
}

std::uint64_t least_sample(double p, double confidence) {
  assert(p > 0 && p < 1 && confidence > 0 && confidence < 1);
  const double exact = math::log(1 - confidence) / math::log(p);
  const auto whole = static_cast<std::uint64_t>(exact);
  return whole + (static_cast<double>(whole) < exact ? 1 : 0);
}

}  // namespace spillway::stats
