#include "sim/kernel/series.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace spillway {
namespace {

TEST(Series, SpreadsALevelOverTheBinsItSpans) {
  Series series;
  series.start(100, 4);
  series.level(0, 10, 1);
  series.level(10, 80, 5);
  series.level(80, 100, 2);
  ASSERT_EQ(series.size(), 4U);
  EXPECT_EQ(series.width(), 25);
  EXPECT_TRUE(series[0].area == 10 + 75);
  EXPECT_EQ(series[0].min, 1);
  EXPECT_EQ(series[0].max, 5);
  EXPECT_EQ(series[1].mean(), 5);
  EXPECT_EQ(series[2].min, 5);
  EXPECT_TRUE(series[3].area == 25 + 40);
  EXPECT_DOUBLE_EQ(series[3].mean(), 2.6);
}

TEST(Series, PutsALevelThatBeginsAtABordersInstantIntoTheNextBinOnly) {
  Series series;
  series.start(20, 2);
  series.level(0, 10, 1);
  series.level(10, 10, 50);
  series.level(10, 20, 2);
  EXPECT_EQ(series[0].max, 1);
  EXPECT_EQ(series[1].max, 50);
  EXPECT_EQ(series[1].min, 2);
  EXPECT_TRUE(series[1].area == 20);
}

TEST(Series, EndsWithAShorterBinWhenTheWidthDoesNotDivide) {
  Series series;
  series.start(10, 4);
  series.level(0, 10, 3);
  ASSERT_EQ(series.size(), 4U);
  EXPECT_EQ(series.width(), 3);
  EXPECT_EQ(series[3].covered, 1);
  EXPECT_EQ(series[3].mean(), 3);
}

TEST(Series, LeavesGapsUnseenAndIgnoresWhatLiesBeyondTheEnd) {
  Series series;
  series.start(40, 4);
  series.level(25, 28, 7);
  series.level(35, 1'000, 9);
  series.level(1'000, 2'000, 99);
  EXPECT_FALSE(series[0].seen());
  EXPECT_EQ(series[0].mean(), 0);
  EXPECT_EQ(series[2].covered, 3);
  EXPECT_EQ(series[3].covered, 5);
  EXPECT_EQ(series[3].max, 9);
}

TEST(Series, ReachesToTheLastInstantThereIs) {
  Series series;
  series.start(kNever, 1'000);
  series.level(0, kNever, 1);
  Time covered = 0;
  for (std::size_t bin = 0; bin < series.size(); ++bin) covered += series[bin].covered;
  EXPECT_EQ(covered, kNever);
}

TEST(Series, AgreesWithCountingEachNanosecond) {
  std::mt19937_64 random(12);
  const Time end = 5'000;
  Series series;
  series.start(end, 37);
  std::vector<std::int64_t> level_at(static_cast<std::size_t>(end));
  for (Time now = 0; now < end;) {
    const Time next = std::min(end, now + static_cast<Time>(1 + random() % 400));
    const auto level = static_cast<std::int64_t>(random() % 100) - 50;
    series.level(now, next, level);
    for (; now < next; ++now) level_at[static_cast<std::size_t>(now)] = level;
  }
  for (std::size_t bin = 0; bin < series.size(); ++bin) {
    const auto begin = level_at.begin() + static_cast<std::ptrdiff_t>(bin) * series.width();
    const auto stop = std::min(level_at.end(), begin + series.width());
    Int128 area = 0;
    for (auto it = begin; it != stop; ++it) area += *it;
    EXPECT_TRUE(series[bin].area == area);
    EXPECT_EQ(series[bin].min, *std::min_element(begin, stop));
    EXPECT_EQ(series[bin].max, *std::max_element(begin, stop));
    EXPECT_EQ(series[bin].covered, stop - begin);
  }
}

TEST(CountSeries, CountsEachEventInItsBin) {
  CountSeries series;
  series.start(100, 10);
  std::vector<std::uint64_t> expected(10);
  std::mt19937_64 random(2);
  for (Time now = 0; now < 130; now += static_cast<Time>(random() % 4)) {
    const std::uint64_t events = 1 + random() % 3;
    series.record(now, events);
    if (now < 100) expected[static_cast<std::size_t>(now / 10)] += events;
  }
  for (std::size_t bin = 0; bin < 10; ++bin) EXPECT_EQ(series[bin], expected[bin]);
}

TEST(CountSeries, HasBinsOfAWidthAndAShorterLastOne) {
  CountSeries series;
  series.start_bins_of(30, 100);
  ASSERT_EQ(series.size(), 4u);
  for (const Time now : {0, 29, 30, 89, 90, 99, 100, 119}) series.record(now);
  EXPECT_EQ(series[0], 2u);
  EXPECT_EQ(series[1], 1u);
  EXPECT_EQ(series[2], 1u);
  EXPECT_EQ(series[3], 2u) << "what comes at the end or later is not counted";
  EXPECT_EQ(series.length_of(2), 30);
  EXPECT_EQ(series.length_of(3), 10);
}

}  // namespace
}  // namespace spillway
