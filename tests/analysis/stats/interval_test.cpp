#include "analysis/stats/interval.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/kernel/math.h"
#include "tests/analysis/stats/sample.h"

namespace spillway::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(MeanInterval, LawsTenDelays) {
  // A. M. Law, Simulation Modeling and Analysis, example 4.26: 1.34 +- 0.24 at 90 %.
  const std::array data{1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09};
  const Estimate estimate = mean_interval(data, .90);
  EXPECT_NEAR(estimate.mean, 1.343, 1e-14);
  ASSERT_TRUE(estimate.has_interval());
  EXPECT_NEAR(*estimate.half_width(), .237253, .5e-6);
  EXPECT_NEAR(*estimate.low, 1.343 - .237253, .5e-6);
  EXPECT_EQ(estimate.n, 10U);
  EXPECT_TRUE(estimate.why.empty());
}

TEST(MeanInterval, UsesStudentsQuantiles) {
  struct Row {
    double p, df, t;
  };
  for (const Row& row :
       {Row{.975, 1, 12.706205}, {.975, 2, 4.302653},  {.975, 3, 3.182446},   {.975, 4, 2.776445},
        {.975, 5, 2.570582},     {.975, 6, 2.446912},  {.975, 7, 2.364624},   {.975, 8, 2.306004},
        {.975, 9, 2.262157},     {.975, 10, 2.228139}, {.975, 14, 2.144787},  {.975, 19, 2.093024},
        {.975, 24, 2.063899},    {.975, 29, 2.045230}, {.975, 30, 2.042272},  {.975, 49, 2.009575},
        {.975, 60, 2.000298},    {.975, 99, 1.984217}, {.975, 120, 1.979930}, {.95, 1, 6.313752},
        {.95, 4, 2.131847},      {.95, 9, 1.833113},   {.95, 19, 1.729133},   {.95, 29, 1.699127},
        {.95, 99, 1.660391},     {.995, 4, 4.604095},  {.995, 9, 3.249836},   {.995, 19, 2.860935},
        {.995, 99, 2.626405},    {.9995, 9, 4.780913}}) {
    // n values 0 .. n - 1 have variance n (n + 1) / 12.
    const auto n = static_cast<std::size_t>(row.df) + 1;
    std::vector<double> values(n);
    for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<double>(i);
    const double scale = std::sqrt(static_cast<double>(n + 1) / 12);
    const Estimate estimate = mean_interval(values, 2 * row.p - 1);
    EXPECT_NEAR(*estimate.half_width() / scale, row.t, .6e-6) << row.p << " " << row.df;
  }
}

TEST(MeanInterval, OneReplicationHasNoIntervalAndSaysWhy) {
  const Estimate estimate = mean_interval(std::array{2.5}, .95);
  EXPECT_EQ(estimate.mean, 2.5);
  EXPECT_FALSE(estimate.low);
  EXPECT_FALSE(estimate.high);
  EXPECT_FALSE(estimate.half_width());
  EXPECT_EQ(estimate.why, "one replication");
}

TEST(MeanInterval, NothingIsNotANumberAndSaysWhy) {
  const Estimate estimate = mean_interval({}, .95);
  EXPECT_FALSE(estimate.has_mean());
  EXPECT_EQ(estimate.why, kNothingObserved);
  EXPECT_EQ(mean_interval(std::array{1.0, std::nan("")}, .95).why, kNothingObserved);
}

TEST(MeanInterval, AnInfiniteReplicationMakesTheMeanInfinite) {
  const Estimate estimate = mean_interval(std::array{1.0, kInfinity, 2.0}, .95);
  EXPECT_EQ(estimate.mean, kInfinity);
  EXPECT_FALSE(estimate.has_interval());
  EXPECT_EQ(estimate.why, kSomeInfinite);
}

TEST(MeanInterval, EqualNumbersHaveAnIntervalOfNoWidth) {
  const Estimate estimate = mean_interval(std::array{.1, .1, .1}, .95);
  EXPECT_EQ(estimate.low, .1);
  EXPECT_EQ(estimate.high, .1);
}

TEST(MeanInterval, CoversTheTrueMeanOfNormalNumbersAsOftenAsItSays) {
  // 20 000 samples of 5 normal numbers, seed 1: exact theory, so only binomial noise (1 in 10^6).
  constexpr int kTrials = 20'000;
  Sample sample{1};
  int covered = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::array<double, 5> values;
    for (double& value : values) value = 3 + 2 * sample.normal();
    const Estimate estimate = mean_interval(values, .95);
    covered += *estimate.low <= 3 && 3 <= *estimate.high;
  }
  EXPECT_NEAR(covered / double{kTrials}, .95, binomial_tolerance(.95, kTrials));
}

TEST(RatioInterval, MatchesTheJackknifeWrittenOut) {
  const std::array above{12.0, 7.0, 30.0, 11.0};
  const std::array below{4.0, 3.0, 9.0, 4.0};
  const Estimate estimate = ratio_interval(above, below, .95);
  EXPECT_DOUBLE_EQ(estimate.mean, 3.0);
  Welford pseudo;
  for (std::size_t i = 0; i < 4; ++i) pseudo.add(4 * 3.0 - 3 * ((60 - above[i]) / (20 - below[i])));
  const double expected = 3.182446305284263 * pseudo.standard_error();
  EXPECT_NEAR(*estimate.half_width(), expected, 1e-12);
}

TEST(RatioInterval, EqualDenominatorsMakeItAMean) {
  const std::array above{1.0, 2.0, 4.0, 9.0};
  const std::array below{2.0, 2.0, 2.0, 2.0};
  const Estimate ratio = ratio_interval(above, below, .9);
  const Estimate mean = mean_interval(std::array{.5, 1.0, 2.0, 4.5}, .9);
  EXPECT_DOUBLE_EQ(ratio.mean, mean.mean);
  EXPECT_NEAR(*ratio.low, *mean.low, 1e-14);
  EXPECT_NEAR(*ratio.high, *mean.high, 1e-14);
}

TEST(RatioInterval, AConstantRatioHasNoWidthHoweverCountsVary) {
  const Estimate estimate =
      ratio_interval(std::array{1.0, 2.0, 5.0}, std::array{4.0, 8.0, 20.0}, .95);
  EXPECT_EQ(estimate.low, .25);
  EXPECT_EQ(estimate.high, .25);
}

TEST(RatioInterval, SaysWhatIsMissing) {
  EXPECT_EQ(ratio_interval({}, {}, .95).why, kNothingObserved);
  EXPECT_EQ(ratio_interval(std::array{0.0, 0.0}, std::array{0.0, 0.0}, .95).why,
            kNothingToDivideBy);
  EXPECT_FALSE(ratio_interval(std::array{0.0}, std::array{0.0}, .95).has_mean());
  const Estimate one = ratio_interval(std::array{1.0}, std::array{4.0}, .95);
  EXPECT_EQ(one.mean, .25);
  EXPECT_EQ(one.why, kOneReplication);
  // Two replications, but only one of them saw anything.
  const Estimate lonely = ratio_interval(std::array{1.0, 0.0}, std::array{4.0, 0.0}, .95);
  EXPECT_EQ(lonely.mean, .25);
  EXPECT_EQ(lonely.why, kOneReplication);
}

TEST(RatioInterval, CoversTheRatioWhenCountsVary) {
  // Replications of 50 + Exp(50) messages, each failing in proportion to a random factor: numerator
  // B (0.2 + 0.05 Z), truth 0.2. 10 000 trials of 30, seed 2. Student's theory is asymptotic here;
  // at 30 replications its error is below one point, added to the binomial bound.
  constexpr int kTrials = 10'000;
  Sample sample{2};
  int covered = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::array<double, 30> above;
    std::array<double, 30> below;
    for (std::size_t i = 0; i < 30; ++i) {
      below[i] = 50 + sample.exponential(50);
      above[i] = below[i] * (.2 + .05 * sample.normal());
    }
    const Estimate estimate = ratio_interval(above, below, .95);
    covered += *estimate.low <= .2 && .2 <= *estimate.high;
  }
  EXPECT_NEAR(covered / double{kTrials}, .95, .01 + binomial_tolerance(.95, kTrials));
}

TEST(ShareInterval, ClopperAndPearsonsThreeOfAHundred) {
  const Estimate estimate = share_interval(3, 100, .95);
  EXPECT_EQ(estimate.mean, .03);
  EXPECT_NEAR(*estimate.low, .006230, .5e-6);
  EXPECT_NEAR(*estimate.high, .085176, .5e-6);
}

TEST(ShareInterval, NoneAndAllHaveAClosedEnd) {
  const Estimate none = share_interval(0, 20, .95);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(*none.high, 1 - math::pow(.025, 1.0 / 20), 1e-12);
  const Estimate all = share_interval(20, 20, .95);
  EXPECT_EQ(all.high, 1);
  EXPECT_NEAR(*all.low, math::pow(.025, 1.0 / 20), 1e-12);
  EXPECT_EQ(share_interval(0, 0, .95).why, kNothingObserved);
}

TEST(ShareInterval, NoneInManyRunsIsARuleOfThree) {
  EXPECT_NEAR(share_upper_bound(0, 100, .95), .029513, .5e-6);
  EXPECT_NEAR(share_upper_bound(0, 300, .95), .009936, .5e-6);
  EXPECT_NEAR(share_upper_bound(0, 1000, .95), .002991, .5e-6);
  EXPECT_NEAR(share_upper_bound(0, 3000, .95), .000998, .5e-6);
  EXPECT_EQ(share_upper_bound(5, 5, .95), 1);
}

TEST(ShareInterval, ItsExactCoverageIsNeverBelowTheConfidence) {
  for (const double p : {.01, .1, .37, .5, .9}) {
    double covered = 0;
    double probability = math::pow(1 - p, 40);  // of k successes in 40
    for (std::uint64_t k = 0; k <= 40; ++k) {
      const Estimate estimate = share_interval(k, 40, .95);
      if (*estimate.low <= p && p <= *estimate.high) covered += probability;
      probability *= static_cast<double>(40 - k) / static_cast<double>(k + 1) * p / (1 - p);
    }
    EXPECT_GE(covered, .95) << p;
  }
}

TEST(Bonferroni, DividesWhatMayGoWrong) {
  EXPECT_DOUBLE_EQ(bonferroni(.95, 1), .95);
  EXPECT_DOUBLE_EQ(bonferroni(.95, 5), .99);
}

TEST(Clipped, KeepsAnIntervalWithinThePossible) {
  const Estimate share = clipped(Estimate{.mean = .01, .low = -.02, .high = .04, .n = 5}, 0, 1);
  EXPECT_EQ(share.low, 0);
  EXPECT_EQ(share.high, .04);
  EXPECT_EQ(clipped(Estimate{.mean = .99, .low = .9, .high = 1.1, .n = 5}, 0, 1).high, 1);
}

}  // namespace
}  // namespace spillway::stats
