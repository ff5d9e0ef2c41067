#include "analysis/stats/warmup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/analysis/stats/sample.h"

namespace spillway::stats {
namespace {

TEST(Mser, TenBatchesByHand) {
  // Batch means 10, 6, then eight times 2; the batches of 2 vary inside.
  std::vector<double> series(5, 10.0);
  series.insert(series.end(), 5, 6.0);
  for (int batch = 0; batch < 8; ++batch)
    for (const double value : {1.0, 3.0, 2.0, 4.0, 0.0}) series.push_back(value);
  const auto warmup = mser(series);
  ASSERT_TRUE(warmup);
  EXPECT_TRUE(warmup->steady);
  EXPECT_EQ(warmup->cut, 10U);
  EXPECT_EQ(warmup->mser, 0);
}

TEST(Mser, TheCriterionIsTheOneWrittenOut) {
  // Of the same batch means: 0.656 with none cut, 0.175582990 with one. A series of those means
  // whose first two can't be cut off (k = 2 of 4 would be the boundary) shows the values.
  const std::array means{10.0, 6.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0};
  const auto direct = [&](std::size_t d) {
    double mean = 0;
    for (std::size_t i = d; i < 10; ++i) mean += means[i] / static_cast<double>(10 - d);
    double squares = 0;
    for (std::size_t i = d; i < 10; ++i) squares += (means[i] - mean) * (means[i] - mean);
    return squares / static_cast<double>((10 - d) * (10 - d));
  };
  EXPECT_NEAR(direct(0), .656, 1e-12);
  EXPECT_NEAR(direct(1), .175582990, .5e-9);
  // With a last value that makes cutting worthless, MSER(0) itself is reported.
  const std::array flat{2.0, 6.0, 2.0, 6.0, 2.0, 6.0};
  const auto warmup = mser(flat, 1);
  EXPECT_EQ(warmup->cut, 0U);
  EXPECT_NEAR(warmup->mser, 24.0 / 36, 1e-15);
}

TEST(Mser, ARampIntoNoiseIsCutAtLeastToItsEnd) {
  // 0 .. 9, or 20 down to 11, then 1000 values 10 +- 0.5; seed 11.
  for (const bool falling : {false, true}) {
    Sample sample{11};
    std::vector<double> series;
    for (int i = 0; i < 10; ++i) series.push_back(falling ? 20 - i : i);
    for (int i = 0; i < 1000; ++i) series.push_back(10 + (sample.uniform() - .5));
    const auto warmup = mser(series);
    EXPECT_TRUE(warmup->steady);
    EXPECT_GE(warmup->cut, 10U);
    EXPECT_LT(warmup->cut, 500U);
  }
}

TEST(Mser, AGrowingSeriesHasNoSteadyState) {
  std::vector<double> series(100);
  for (std::size_t i = 0; i < 100; ++i) series[i] = static_cast<double>(i);
  const auto warmup = mser(series);
  ASSERT_TRUE(warmup);
  EXPECT_FALSE(warmup->steady);
  EXPECT_EQ(warmup->cut, 0U);
  EXPECT_FALSE(warmup->why.empty());
}

TEST(Mser, AShortSeriesIsNotCut) {
  for (const std::size_t n : {0U, 1U, 4U, 9U}) {
    const auto warmup = mser(std::vector<double>(n, 3.0));
    ASSERT_TRUE(warmup);
    EXPECT_FALSE(warmup->steady) << n;
    EXPECT_EQ(warmup->cut, 0U);
  }
}

TEST(Mser, AConstantSeriesIsSteadyFromItsStart) {
  // Also one whose sum of squares would not cancel exactly.
  for (const double value : {3.0, .1, 1e9 + .1}) {
    const auto warmup = mser(std::vector<double>(1000, value));
    EXPECT_TRUE(warmup->steady);
    EXPECT_EQ(warmup->cut, 0U);
    EXPECT_EQ(warmup->mser, 0);
  }
}

TEST(Mser, ALargeOffsetDoesNotChangeTheCut) {
  // Naive sums of squares cancel at 1e8 and would choose the last batches.
  Sample sample{12};
  std::vector<double> series;
  for (int i = 0; i < 3000; ++i)
    series.push_back(sample.normal() + (i < 200 ? 20.0 - .1 * i : 0.0));
  std::vector<double> lifted(series);
  for (double& value : lifted) value += 1e8;
  EXPECT_EQ(mser(series)->cut, mser(lifted)->cut);
  EXPECT_GE(mser(series)->cut, 100U);
}

TEST(Mser, NumbersThatAreNoneAreRefused) {
  std::vector<double> series(20, 1.0);
  series[7] = std::nan("");
  EXPECT_FALSE(mser(series));
  series[7] = -std::numeric_limits<double>::infinity();
  EXPECT_FALSE(mser(series));
}

// Waits of 20 000 customers of an M/M/1 queue from empty, averaged over ten runs.
std::vector<double> average_waits(double load, std::uint64_t seed) {
  constexpr std::size_t kCustomers = 20'000;
  constexpr int kRuns = 10;
  std::vector<double> average(kCustomers, 0.0);
  Sample sample{seed};
  for (int run = 0; run < kRuns; ++run) {
    double wait = 0;
    for (double& each : average) {
      each += wait / kRuns;
      wait = std::max(0.0, wait + sample.exponential(load) - sample.exponential(1));
    }
  }
  return average;
}

TEST(Mser, TellsAnUnstableQueueFromAStableOne) {
  // Seeds 101 to 160 give the right verdict 60 times of 60 at loads 0.5, 0.9 and 1.2, and 59 times
  // at 1.05 (where a queue needs longer to show its growth). These five are among the right ones.
  for (const std::uint64_t seed : {101U, 102U, 103U, 104U, 105U}) {
    EXPECT_FALSE(mser(average_waits(1.2, seed))->steady) << seed;
    EXPECT_FALSE(mser(average_waits(1.05, seed))->steady) << seed;
    EXPECT_TRUE(mser(average_waits(.9, seed))->steady) << seed;
    EXPECT_TRUE(mser(average_waits(.5, seed))->steady) << seed;
  }
}

TEST(WelchMovingAverage, NarrowsTowardsTheStart) {
  const std::array series{1.0, 2.0, 6.0, 4.0, 7.0, 10.0};
  const std::vector<double> smooth = welch_moving_average(series, 2);
  ASSERT_EQ(smooth.size(), 4U);
  EXPECT_DOUBLE_EQ(smooth[0], 1);
  EXPECT_DOUBLE_EQ(smooth[1], 3);
  EXPECT_DOUBLE_EQ(smooth[2], 4);
  EXPECT_DOUBLE_EQ(smooth[3], 29.0 / 5);
}

TEST(WelchMovingAverage, ASeriesShorterThanTheWindowHasNone) {
  EXPECT_TRUE(welch_moving_average(std::array{1.0, 2.0}, 2).empty());
  EXPECT_EQ(welch_moving_average(std::array{1.0, 2.0}, 0), (std::vector{1.0, 2.0}));
}

}  // namespace
}  // namespace spillway::stats
