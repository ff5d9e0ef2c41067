// Percentiles: by order statistics of an independent sample, and of the messages of replications.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "analysis/stats/order_statistic.h"
#include "analysis/stats/pooled_percentile.h"
#include "analysis/stats/sectioning.h"
#include "sim/kernel/math.h"
#include "tests/analysis/stats/sample.h"

namespace spillway::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(OrderStatistics, RanksAndCoverageAtNinetyFivePercent) {
  struct Row {
    std::uint64_t n;
    double p;
    std::uint64_t low, high;
    double coverage;
  };
  for (const Row& row : {Row{100, .5, 40, 61, .964800},
                         {100, .9, 84, 96, .955690},
                         {200, .95, 184, 197, .967152},
                         {1000, .95, 936, 964, .958095},
                         {1000, .99, 983, 997, .976095},
                         {10000, .99, 9880, 9920, .955755},
                         {10000, .999, 9983, 9997, .975457}}) {
    const OrderStatistics ranks = order_statistics(row.n, row.p, .95);
    EXPECT_EQ(ranks.low, row.low) << row.n << " " << row.p;
    EXPECT_EQ(ranks.high, row.high) << row.n << " " << row.p;
    EXPECT_NEAR(ranks.coverage, row.coverage, .5e-6) << row.n << " " << row.p;
  }
}

TEST(OrderStatistics, ASmallSampleBoundsOneSideOrNeither) {
  const OrderStatistics tail = order_statistics(100, .99, .95);
  EXPECT_TRUE(tail.low);
  EXPECT_FALSE(tail.high);
  const OrderStatistics head = order_statistics(100, .01, .95);
  EXPECT_FALSE(head.low);
  EXPECT_TRUE(head.high);
  const OrderStatistics neither = order_statistics(2, .5, .95);
  EXPECT_FALSE(neither.low);
  EXPECT_FALSE(neither.high);
  EXPECT_EQ(neither.coverage, 1);
}

TEST(OrderStatistics, CoverTheMedianAsOftenAsTheySay) {
  // 10 000 samples of 100 uniform numbers, seed 3; the coverage 0.9648 is exact.
  constexpr int kTrials = 10'000;
  const OrderStatistics ranks = order_statistics(100, .5, .95);
  Sample sample{3};
  int covered = 0;
  std::vector<double> values(100);
  for (int trial = 0; trial < kTrials; ++trial) {
    for (double& value : values) value = sample.uniform();
    std::ranges::sort(values);
    covered += values[*ranks.low - 1] <= .5 && .5 <= values[*ranks.high - 1];
  }
  EXPECT_NEAR(covered / double{kTrials}, ranks.coverage,
              binomial_tolerance(ranks.coverage, kTrials));
}

TEST(LeastSample, IsWhatAnUpperBoundTakes) {
  EXPECT_EQ(least_sample(.5), 5U);
  EXPECT_EQ(least_sample(.9), 29U);
  EXPECT_EQ(least_sample(.95), 59U);
  EXPECT_EQ(least_sample(.99), 299U);
  EXPECT_EQ(least_sample(.999), 2995U);
}

TEST(SectionedPercentile, CentresOnThePooledPercentile) {
  // S^2 = (1 + 0 + 4 + 1) / 3 = 2 about the pooled 10, not about the mean 10.5.
  const Estimate estimate = sectioned_percentile(10, std::array{9.0, 10.0, 12.0, 11.0}, .95);
  EXPECT_EQ(estimate.mean, 10);
  EXPECT_NEAR(*estimate.half_width(), 3.182446305284263 * std::sqrt(2.0 / 4), 1e-12);
  EXPECT_EQ(estimate.n, 4U);
}

TEST(SectionedPercentile, NeverReachesBelowNothing) {
  EXPECT_EQ(sectioned_percentile(1, std::array{0.0, 5.0}, .95).low, 0);
}

TEST(SectionedPercentile, SaysSoWhenFailuresMakeItInfinite) {
  const Estimate infinite = sectioned_percentile(kInfinity, std::array{1.0, kInfinity}, .95);
  EXPECT_EQ(infinite.mean, kInfinity);
  EXPECT_FALSE(infinite.low);
  EXPECT_EQ(infinite.why, kInfinite);
  const Estimate some = sectioned_percentile(3, std::array{1.0, kInfinity, 2.0}, .95);
  EXPECT_EQ(some.mean, 3);
  EXPECT_FALSE(some.high);
  EXPECT_EQ(some.why, kSomeInfinite);
}

TEST(SectionedPercentile, SaysSoWhenThereIsTooLittle) {
  EXPECT_EQ(sectioned_percentile(3, std::array{3.0}, .95).why, kOneReplication);
  EXPECT_FALSE(sectioned_percentile(3, {}, .95).has_mean());
}

TEST(SectionedPercentile, CoversWhereMessagesOfAReplicationDependOnEachOther) {
  // Replications of 400 messages share a random level: value = level + Exp(1), level = 0.2 Z. The
  // pooled p90 solves E[Phi((x - Exp) / 0.2)] = 0.9, that is P(0.2 Z + Exp <= x) = 0.9. For a
  // normal plus an exponential, P = Phi(x / s) - e^(s^2 / 2 - x) Phi(x / s - s). 2000 trials of 20,
  // seed 4. The theory is asymptotic; its error at 20 replications is below two points, beside the
  // binomial.
  constexpr double kSpread = .2;
  const auto cdf = [](double x) {
    return math::normal_cdf(x / kSpread) -
           math::exp(kSpread * kSpread / 2 - x) * math::normal_cdf(x / kSpread - kSpread);
  };
  double low = 0;
  double high = 10;
  while (high - low > 1e-12) (cdf((low + high) / 2) < .9 ? low : high) = (low + high) / 2;

  constexpr int kTrials = 1000;
  constexpr std::size_t kMessages = 400;
  Sample sample{4};
  int covered = 0;
  int naive = 0;
  const OrderStatistics ranks = order_statistics(20 * kMessages, .9, .95);
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> all;
    std::vector<double> each;
    for (int r = 0; r < 20; ++r) {
      const double level = kSpread * sample.normal();
      std::vector<double> values(kMessages);
      for (double& value : values) value = level + sample.exponential(1);
      all.insert(all.end(), values.begin(), values.end());
      const auto at = values.begin() + kMessages * 9 / 10 - 1;
      std::ranges::nth_element(values, at);
      each.push_back(*at);
    }
    std::ranges::sort(all);
    const Estimate estimate = sectioned_percentile(all[20 * kMessages * 9 / 10 - 1], each, .95);
    covered += *estimate.low <= low && low <= *estimate.high;
    naive += all[*ranks.low - 1] <= low && low <= all[*ranks.high - 1];
  }
  EXPECT_NEAR(covered / double{kTrials}, .95, .02 + binomial_tolerance(.95, kTrials));
  // What sectioning is for. Taken as independent, F(p90) has variance 0.09 / 8000; in truth
  // (0.01 (e^0.04 - 1) between replications + 0.0896 / 400 within) / 20, which is 2.81 times that.
  // So those intervals cover only P(|Z| < 1.96 / sqrt(2.81)) = 0.757.
  EXPECT_NEAR(naive / double{kTrials}, .757, .02 + binomial_tolerance(.757, kTrials));
}

TEST(PooledPercentile, MergesHistogramsAndCountsFailuresAsInfinite) {
  std::array<Histogram, 4> histograms;
  for (std::size_t r = 0; r < 3; ++r)
    for (int i = 1; i <= 200; ++i) histograms[r].record(i);  // below 512: exact buckets
  std::vector<Observed> observed;
  for (const Histogram& histogram : histograms) observed.push_back({&histogram});
  const Estimate median = pooled_percentile(observed, .5, .95, 1e3);
  EXPECT_NEAR(median.mean, .1, 1e-12);
  EXPECT_EQ(median.n, 3U);  // the empty one is left out
  EXPECT_NEAR(*median.half_width(), 0, 1e-12);

  observed[1].failures = 600;
  EXPECT_EQ(pooled_percentile(observed, .9, .95).mean, kInfinity);
  EXPECT_EQ(pooled_percentile(observed, .4, .95).why, kSomeInfinite);
}

TEST(PooledPercentile, IsRefusedBelowTheLeastSample) {
  Histogram first;
  Histogram second;
  for (int i = 0; i < 149; ++i) first.record(i), second.record(i);
  std::array observed{Observed{&first}, Observed{&second}};
  const Estimate refused = pooled_percentile(observed, .99, .95);
  EXPECT_FALSE(refused.has_mean());
  EXPECT_EQ(refused.why, kTooFewMessages);
  second.record(5);
  EXPECT_TRUE(pooled_percentile(observed, .99, .95).has_interval());
  EXPECT_EQ(pooled_percentile({}, .99, .95).why, kNothingObserved);
}

}  // namespace
}  // namespace spillway::stats
