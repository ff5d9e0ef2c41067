#include "sim/kernel/gauge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <random>

namespace spillway {
namespace {

TEST(Gauge, IntegratesExactly) {
  Gauge gauge;
  gauge.restart(10, 3);
  gauge.add(20, +2);                        // 3 x 10
  gauge.set(25, 1);                         // 5 x 5
  const Gauge::Span span = gauge.mark(40);  // 1 x 15
  EXPECT_TRUE(span.area == 70);
  EXPECT_EQ(span.min, 1);
  EXPECT_EQ(span.max, 5);
  EXPECT_EQ(span.max_at, 20);
  EXPECT_EQ(span.from, 10);
  EXPECT_EQ(span.until, 40);
  EXPECT_DOUBLE_EQ(span.mean(), 70.0 / 30);
}

TEST(Gauge, OpensTheNextSpanAtTheMark) {
  Gauge gauge;
  gauge.restart(0, 7);
  gauge.set(5, 2);
  gauge.mark(10);
  EXPECT_EQ(gauge.level(), 2);
  gauge.set(12, 4);
  EXPECT_TRUE(gauge.peek(20) == gauge.peek(20));
  const Gauge::Span peeked = gauge.peek(20);
  const Gauge::Span span = gauge.mark(20);
  EXPECT_TRUE(span == peeked);
  EXPECT_TRUE(span.area == 2 * 2 + 4 * 8);
  EXPECT_EQ(span.min, 2);
  EXPECT_EQ(span.max, 4);
  EXPECT_EQ(span.max_at, 12);
  EXPECT_EQ(span.from, 10);
}

TEST(Gauge, KeepsTheFirstInstantOfTheMaximum) {
  Gauge gauge;
  gauge.restart(0);
  gauge.set(5, 9);
  gauge.set(6, 0);
  gauge.set(7, 9);
  EXPECT_EQ(gauge.mark(10).max_at, 5);
}

TEST(Gauge, SeesALevelThatLastsForNoTime) {
  Gauge gauge;
  Histogram histogram;
  Series series;
  series.start(20, 2);
  gauge.restart(0, 1);
  gauge.observe(&histogram);
  gauge.observe(&series);
  gauge.set(15, 100);
  gauge.set(15, 1);
  const Gauge::Span span = gauge.mark(20);
  EXPECT_EQ(span.max, 100);
  EXPECT_EQ(span.max_at, 15);
  EXPECT_TRUE(span.area == 20);
  EXPECT_EQ(series[0].max, 1);
  EXPECT_EQ(series[1].max, 100);
  EXPECT_EQ(histogram.max(), 1) << "it has no weight in time";
}

TEST(Gauge, DoesNotOverflowWhere64BitsWould) {
  Gauge gauge;
  gauge.restart(0, std::int64_t{1} << 40);
  const Gauge::Span span = gauge.mark(std::int64_t{1} << 62);
  EXPECT_TRUE(span.area == Int128{1} << 102);
  EXPECT_DOUBLE_EQ(span.mean(), 0x1p40);
}

// Levels up to 2^62 for up to 2^40 ns each: what 64 bits hold of an area overflows again and again.
TEST(Gauge, IntegratesExactlyWhateverTheLevelAndHoweverLong) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 random(seed);
    Gauge gauge;
    Series series;
    series.start(Time{1} << 52, 31);
    gauge.restart(0, 5);
    if (seed % 2 == 0) gauge.observe(&series);
    Int128 area = 0, marked = 0;
    Time now = 0;
    std::int64_t level = 5, most = 5;
    for (int i = 0; i < 5'000; ++i) {
      const auto span = static_cast<Time>(random() >> (24 + random() % 40));
      now += span;
      area += Int128{level} * span;
      level = static_cast<std::int64_t>(random() >> (2 + random() % 62));
      most = std::max(most, level);
      gauge.set(now, level);
      if (random() % 100 == 0) {
        const Gauge::Span closed = gauge.mark(now);
        marked += closed.area;
        ASSERT_TRUE(marked == area) << "seed " << seed << ", change " << i;
        ASSERT_EQ(closed.max, most);
        most = level;
      }
    }
    Int128 binned = 0;
    for (std::size_t bin = 0; bin < series.size(); ++bin) binned += series[bin].area;
    marked += gauge.mark(now).area;
    EXPECT_TRUE(marked == area);
    if (seed % 2 == 0 && now <= Time{1} << 52) {
      EXPECT_TRUE(binned <= area);
    }
  }
}

TEST(Gauge, GivesTheMaximumAsMeanOfNoTime) {
  Gauge gauge;
  gauge.restart(5, 3);
  EXPECT_EQ(gauge.mark(5).mean(), 3);
}

// Little's law on a finite window, as an identity between whole numbers: the integral of the
// number present is the sum of the times present, whoever comes and goes, marks or not.
TEST(Gauge, ObeysLittlesLawToTheNanosecond) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    std::mt19937_64 random(seed);
    Gauge gauge;
    Histogram histogram;
    Series series;
    const Time end = 1'000'000'000'000;
    series.start(end, 977);
    gauge.restart(0);
    gauge.observe(&histogram);
    gauge.observe(&series);
    std::deque<Time> present;
    Int128 stayed = 0, area = 0;
    Time now = 0;
    for (;;) {
      now += static_cast<Time>(random() % (std::uint64_t{1} << (random() % 30)));
      if (now >= end) break;
      if (present.empty() || random() % 2 == 0) {
        present.push_back(now);
        gauge.add(now, +1);
      } else {
        stayed += now - present.front();
        present.pop_front();
        gauge.add(now, -1);
      }
      if (random() % 1'000 == 0) area += gauge.mark(now).area;
    }
    for (const Time since : present) stayed += end - since;
    area += gauge.mark(end).area;
    EXPECT_TRUE(area == stayed);
    EXPECT_TRUE(histogram.sum() == static_cast<Uint128>(stayed));
    EXPECT_EQ(histogram.count(), static_cast<std::uint64_t>(end));
    Int128 binned = 0;
    Time covered = 0;
    for (std::size_t bin = 0; bin < series.size(); ++bin) {
      binned += series[bin].area;
      covered += series[bin].covered;
    }
    EXPECT_TRUE(binned == stayed);
    EXPECT_EQ(covered, end);
  }
}

}  // namespace
}  // namespace spillway
