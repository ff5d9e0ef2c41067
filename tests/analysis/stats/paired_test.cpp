#include "analysis/stats/paired.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <vector>

#include "analysis/stats/interval.h"
#include "tests/analysis/stats/sample.h"

namespace spillway::stats {
namespace {

TEST(PairedDifference, IsTheIntervalOfTheDifferences) {
  const std::array a{5.0, 7.0, 9.0, 12.0};
  const std::array b{4.0, 6.5, 7.0, 11.0};
  const PairedDifference answer = paired_difference(a, b, .95);
  const Estimate direct = mean_interval(std::array{1.0, .5, 2.0, 1.0}, .95);
  EXPECT_EQ(answer.difference.mean, direct.mean);
  EXPECT_EQ(answer.difference.low, direct.low);
  EXPECT_EQ(answer.difference.high, direct.high);
}

TEST(PairedDifference, ReportsWhatCommonRandomNumbersSave) {
  // a = X + U, b = X + V with Var X = 9, Var U = Var V = 1: (10 + 10) / 2 = 10, correlation 0.9.
  // 20 000 pairs, seed 9; a ratio of variances from n normal numbers has deviation about 2 /
  // sqrt(n) of itself, so 0.07; five of them allowed.
  Sample sample{9};
  std::vector<double> a(20'000);
  std::vector<double> b(20'000);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double common = 3 * sample.normal();
    a[i] = common + sample.normal();
    b[i] = common + sample.normal();
  }
  const PairedDifference answer = paired_difference(a, b, .95);
  EXPECT_NEAR(*answer.variance_reduction, 10, 5 * 10 * 2 / std::sqrt(20'000));
  EXPECT_NEAR(*answer.correlation, .9, 5 * .19 / std::sqrt(20'000));  // (1 - r^2) / sqrt(n)
}

TEST(PairedDifference, NoticesWhenCommonRandomNumbersBackfire) {
  const PairedDifference answer =
      paired_difference(std::array{1.0, 2.0, 3.0}, std::array{3.0, 2.0, 1.0}, .95);
  EXPECT_NEAR(*answer.correlation, -1, 1e-12);
  EXPECT_NEAR(*answer.variance_reduction, .5, 1e-12);
}

TEST(PairedDifference, EqualVariantsDifferByExactlyNothing) {
  const std::array a{1.0, 5.0, 2.0};
  const PairedDifference answer = paired_difference(a, a, .95);
  EXPECT_EQ(answer.difference.mean, 0);
  EXPECT_EQ(answer.difference.low, 0);
  EXPECT_FALSE(answer.variance_reduction);
}

TEST(PairedDifference, InfinitiesDoNotPretend) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::array a{1.0, kInfinity};
  const std::array b{1.0, 2.0};
  EXPECT_EQ(paired_difference(a, b, .95).difference.mean, kInfinity);
  EXPECT_FALSE(paired_difference(a, b, .95).correlation);
  EXPECT_EQ(paired_difference(a, a, .95).difference.mean, 0);
}

}  // namespace
}  // namespace spillway::stats
