#include "sim/flow/measure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace spillway {
namespace {

constexpr double kNeverDrained = std::numeric_limits<double>::infinity();

/// A run of 100 s with 10 s of warm-up and the window [30 s, 60 s).
Timeline timeline() {
  return Timeline(10 * kSecond, 100 * kSecond, {{"spike", {{30 * kSecond, 60 * kSecond}}, {}}});
}

/// Marks a measure at every end of a segment up to `until`, as a run does.
template <class Measure>
class Marks {
 public:
  Marks(Measure& measure, const Timeline& timeline) : measure_(measure), timeline_(timeline) {
    measure_.begin(timeline_, Demand{.level_percentiles = true});
    reach(0);
  }
  void reach(Time now) {
    while (segment_ < timeline_.segments()) {
      const Time end = segment_ + 1 < timeline_.segments() ? timeline_.begin_of(segment_ + 1)
                                                           : timeline_.duration();
      if (end > now) return;
      measure_.mark(end, segment_++);
    }
  }

 private:
  Measure& measure_;
  const Timeline& timeline_;
  std::uint32_t segment_ = 0;
};

TEST(Counter, CountsByTheSegmentOfBirth) {
  const Timeline when = timeline();
  Counter counter;
  counter.begin(when, {});
  counter.add(0, 100);
  counter.add(1, 10);
  counter.add(2);
  counter.add(1);
  counter.add(2);
  EXPECT_EQ(counter.at(0), 100u);
  EXPECT_EQ(counter.at(1), 11u) << "one that was counted in before is counted on";
  EXPECT_EQ(counter.at(2), 2u);
  EXPECT_EQ(counter.so_far(), 113u);
  EXPECT_EQ(counter.in(when.windows()[0]), 13u);
  EXPECT_EQ(counter.in(when.windows()[1]), 2u);
  EXPECT_EQ(counter.sample(when.windows()[0]).total, 13);
  counter.begin(when, {});
  EXPECT_EQ(counter.so_far(), 0u);
}

TEST(ShareOf, IsTheQuotientOfTwoCounts) {
  const Timeline when = timeline();
  Counter part, whole;
  part.begin(when, {});
  whole.begin(when, {});
  part.add(1, 3);
  whole.add(1, 4);
  whole.add(0, 50);
  const Sample sample = ShareOf<const Counter&>{part, whole}.sample(when.windows()[0]);
  EXPECT_EQ(sample.kind, Sample::Kind::share);
  EXPECT_EQ(sample.total, 3);
  EXPECT_EQ(sample.weight, 4);
}

TEST(RateOf, DividesByTheLengthOfTheWindow) {
  const Timeline when = timeline();
  Counter counter;
  counter.begin(when, {});
  counter.add(2, 60);
  const Sample sample = RateOf<const Counter&>{counter}.sample(when.windows()[1]);
  EXPECT_EQ(sample.total, 60);
  EXPECT_EQ(sample.weight, 30);
}

TEST(RateOverTime, CountsASecondInEachBin) {
  // 100 s have 500 bins of 0.2 s for levels, and 125 of 0.8 s for rates.
  const Timeline when = timeline();
  CounterOverTime counter;
  counter.begin(when, {});
  for (const Time at : {0 * kSecond, kSecond / 2, kSecond, 99 * kSecond, 100 * kSecond})
    counter.add(1, at);
  const BinnedSeries series = counter.series();
  ASSERT_EQ(series.mean.size(), 125u);
  EXPECT_DOUBLE_EQ(series.mean[0], 2.5);
  EXPECT_DOUBLE_EQ(series.mean[1], 1.25);
  EXPECT_DOUBLE_EQ(series.mean[123], 1.25);
  EXPECT_EQ(series.mean[124], 0) << "after the run nothing is counted";
  EXPECT_EQ(series.min, series.mean);
  EXPECT_EQ(series.max, series.mean);
  EXPECT_EQ(counter.in(when.windows()[0]), 5u) << "messages count where they were born";

  counter.begin(when, {.series = false});
  counter.add(1, kSecond);
  EXPECT_TRUE(counter.series().mean.empty());
}

TEST(RateOverTime, DividesTheLastBinByWhatThereIsOfIt) {
  // 1 s bins, the last one of half a second.
  const Timeline when(0, 149 * kSecond + kSecond / 2, {});
  ASSERT_EQ(RateOverTime::kSteps * series_step(when.duration()), 2 * kSecond);
  RateOverTime rate;
  rate.begin(when, {});
  rate.count(149 * kSecond);
  ASSERT_EQ(rate.series().mean.size(), 75u);
  EXPECT_DOUBLE_EQ(rate.series().mean.back(), 1 / 1.5);
}

TEST(Level, HasTheExactAreaMinimumAndMaximumOfEachWindow) {
  const Timeline when = timeline();
  Level level;
  Marks marks(level, when);
  level.add(5 * kSecond, 7);  // in the warm-up, and still there after it
  marks.reach(10 * kSecond);
  level.add(20 * kSecond, -5);
  marks.reach(30 * kSecond);
  level.add(40 * kSecond, 1);
  level.add(50 * kSecond + 1, -3);
  marks.reach(60 * kSecond);
  marks.reach(100 * kSecond);

  const Sample spike = level.sample(when.windows()[1]);
  EXPECT_EQ(spike.total, 2.0 * 10 * kSecond + 3.0 * (10 * kSecond + 1));
  EXPECT_EQ(spike.weight, 30.0 * kSecond);
  EXPECT_EQ(spike.min, 0);
  EXPECT_EQ(spike.max, 3);
  const Sample whole = level.sample(when.windows()[0]);
  EXPECT_EQ(whole.total, 7.0 * 10 * kSecond + 2.0 * 10 * kSecond + spike.total);
  EXPECT_EQ(whole.max, 7) << "the level at the end of the warm-up counts";
  ASSERT_NE(whole.levels, nullptr);
  EXPECT_EQ(whole.levels->count(), static_cast<std::uint64_t>(90 * kSecond));
  EXPECT_EQ(whole.levels->quantile(0.5), 0);
  EXPECT_EQ(whole.levels->max(), 7);
}

TEST(Level, GoesOnAfterTheRunWithoutEffect) {
  const Timeline when = timeline();
  Level level;
  Marks marks(level, when);
  marks.reach(99 * kSecond);
  level.add(99 * kSecond, 2);
  marks.reach(100 * kSecond);
  level.add(150 * kSecond, 5);
  EXPECT_EQ(level.level(), 7);
  const Sample whole = level.sample(when.windows()[0]);
  EXPECT_EQ(whole.total, 2.0 * kSecond);
  EXPECT_EQ(whole.max, 2);
}

TEST(Utilization, IsTheLevelOverTheCapacity) {
  const Timeline when = timeline();
  Level level;
  Marks marks(level, when);
  marks.reach(10 * kSecond);
  level.add(10 * kSecond, 4);
  level.add(19 * kSecond, -4);
  marks.reach(100 * kSecond);
  const Sample sample = Utilization{level, 8}.sample(when.windows()[0]);
  EXPECT_DOUBLE_EQ(sample.total / sample.weight, 0.5 * 9 / 90);
}

TEST(Durations, KeepsExactSumsOfEachWindow) {
  const Timeline when = timeline();
  Durations durations;
  durations.begin(when, {});
  durations.record(0, 1000);
  durations.record(1, 10);
  durations.record(2, 20);
  const Sample whole = durations.sample(when.windows()[0]);
  EXPECT_EQ(whole.n, 2u);
  EXPECT_EQ(whole.histogram->sum(), 30u);
  EXPECT_DOUBLE_EQ(whole.min, 10e-9);
  EXPECT_DOUBLE_EQ(whole.max, 20e-9);
  Counter all;
  all.begin(when, {});
  all.add(1, 1);
  all.add(2, 4);
  Durations others;
  others.begin(when, {});
  others.record(1, 50);
  others.record(0, 70);
  const DurationsOf both{durations, others, all};
  EXPECT_EQ(both.in(when.windows()[0]), 3u);
  EXPECT_EQ(both.sample(when.windows()[0]).failures, 2u);
  EXPECT_EQ(both.sample(when.windows()[0]).histogram->sum(), 80u);
}

TEST(Age, GrowsByItselfAndHasTheExactArea) {
  const Timeline when = timeline();
  Age age;
  Marks marks(age, when);
  marks.reach(10 * kSecond);
  age.oldest(12 * kSecond, 11 * kSecond);  // one that was sent 1 s ago
  age.oldest(15 * kSecond, 14 * kSecond);  // it goes: the next is 1 s old
  age.oldest(16 * kSecond, kNever);        // and nothing is left
  marks.reach(30 * kSecond);
  age.oldest(40 * kSecond, 40 * kSecond);
  marks.reach(60 * kSecond);
  age.oldest(70 * kSecond, kNever);
  marks.reach(100 * kSecond);

  // Trapezoids in s^2: from 1 to 4, from 1 to 2, from 0 to 30 (cut at 20).
  const Sample spike = age.sample(when.windows()[1]);
  EXPECT_DOUBLE_EQ(spike.total / spike.weight, 20.0 * 20 / 2 / 30);
  EXPECT_EQ(spike.max, 20);
  const Sample whole = age.sample(when.windows()[0]);
  EXPECT_DOUBLE_EQ(whole.total / whole.weight, (7.5 + 1.5 + 450) / 90);
  EXPECT_EQ(whole.max, 30);
}

TEST(Age, EqualsTheAreaSummedByHandForRandomChanges) {
  std::mt19937_64 random(20260101);
  const Timeline when(0, kSecond, {});
  Age age;
  age.begin(when, {});
  age.mark(0, 0);
  Int128 twice = 0;
  Time since = kNever;
  Time changed = 0;
  Time oldest = 0;
  const auto pass = [&](Time now) {
    if (since == kNever) return;
    const Int128 a = changed - since;
    const Int128 b = now - since;
    twice += (a + b) * (now - changed);
    oldest = std::max(oldest, now - since);
  };
  for (Time now = 0; now < kSecond; now += static_cast<Time>(random() % 1'000'000)) {
    pass(now);
    since = random() % 4 == 0 ? kNever : now - static_cast<Time>(random() % 500'000);
    changed = now;
    age.oldest(now, since);
  }
  pass(kSecond);
  age.mark(kSecond, 1);
  const Sample sample = age.sample(when.windows()[0]);
  EXPECT_EQ(sample.total, static_cast<double>(twice) / 2e9);
  EXPECT_EQ(sample.max, to_seconds(oldest));
}

TEST(Age, KnowsHowLongItWasAtMostEachAge) {
  // One that waits from 0 to 0.6 s (age 0 to 0.6), then one from 0.5 s on until 0.8 s (age 0.1 to
  // 0.3), then nobody until 1 s: at most x in [0.1, 0.3] holds for 0.2 + 2 x - 0.1 seconds of the
  // one.
  const Timeline when(0, kSecond, {});
  Age age;
  age.begin(when, {.level_percentiles = true});
  age.mark(0, 0);
  age.oldest(0, 0);
  age.oldest(600 * kMillisecond, 500 * kMillisecond);
  age.oldest(800 * kMillisecond, kNever);
  age.mark(kSecond, 1);
  const Sample sample = age.sample(when.windows()[0]);
  ASSERT_NE(sample.levels, nullptr);
  EXPECT_EQ(sample.levels->count(), static_cast<std::uint64_t>(kSecond));
  const auto at = [&](double p) { return sample.levels->quantile(p) * sample.unit; };
  // A bucket is at most 0.39 % of its values wide.
  EXPECT_EQ(at(0.1), 0);
  EXPECT_NEAR(at(0.25), 0.05, 0.05 * 0.0039);
  EXPECT_NEAR(at(0.5), 0.2, 0.2 * 0.0039);
  EXPECT_NEAR(at(0.9), 0.5, 0.5 * 0.0039);
}

TEST(PeakRate, IsTheBusiestWholeSecondOfTheWindow) {
  const Timeline when = timeline();
  PeakRate peak;
  Marks marks(peak, when);
  for (int i = 0; i < 9; ++i) peak.count(5 * kSecond);  // in the warm-up
  marks.reach(10 * kSecond);
  for (int i = 0; i < 3; ++i) peak.count(12 * kSecond + i);
  for (int i = 0; i < 3; ++i) peak.count(13 * kSecond - 3 + i);  // the same second
  peak.count(13 * kSecond);                                      // the next one
  marks.reach(30 * kSecond);
  for (int i = 0; i < 4; ++i) peak.count(59 * kSecond);
  marks.reach(60 * kSecond);
  peak.count(60 * kSecond);
  marks.reach(100 * kSecond);
  EXPECT_EQ(peak.sample(when.windows()[0]).total, 6);
  EXPECT_EQ(peak.sample(when.windows()[1]).total, 4);
}

TEST(PeakRate, IsZeroWithoutArrivals) {
  const Timeline when = timeline();
  PeakRate peak;
  Marks marks(peak, when);
  marks.reach(100 * kSecond);
  EXPECT_EQ(peak.sample(when.windows()[0]).total, 0);
}

class Draining : public testing::Test {
 protected:
  Draining() {
    drain_.begin(when_, {});
    reach(0);
  }
  void set(Time now, std::int64_t level) {
    reach(now);
    level_ = level;
    drain_.changed(now, level);
  }
  void reach(Time now) {
    while (segment_ < when_.segments()) {
      const Time end =
          segment_ + 1 < when_.segments() ? when_.begin_of(segment_ + 1) : when_.duration();
      if (end > now) return;
      drain_.mark_level(end, level_);
      ++segment_;
    }
  }
  double whole() const { return drain_.sample(when_.windows()[0]).total; }
  double spike() const { return drain_.sample(when_.windows()[1]).total; }

  Timeline when_ = timeline();
  DrainTime drain_;
  std::int64_t level_ = 0;
  std::uint32_t segment_ = 0;
};

TEST_F(Draining, LastsFromTheWindowsEndAndFromTheGreatestLevel) {
  set(40 * kSecond, 5);
  set(50 * kSecond, 8);
  set(55 * kSecond, 2);
  set(70 * kSecond, 6);
  set(75 * kSecond, 0);
  set(80 * kSecond, 3);
  reach(100 * kSecond);
  EXPECT_EQ(spike(), 15);
  EXPECT_EQ(whole(), 25);
}

TEST_F(Draining, IsZeroWhereNothingWaitsAtTheWindowsEnd) {
  set(40 * kSecond, 5);
  set(50 * kSecond, 0);
  reach(60 * kSecond);
  set(61 * kSecond, 4);
  set(62 * kSecond, 0);
  reach(100 * kSecond);
  EXPECT_EQ(spike(), 0);
  EXPECT_EQ(whole(), 10);
}

TEST_F(Draining, IsInfiniteWhereItNeverEnds) {
  set(40 * kSecond, 5);
  reach(100 * kSecond);
  set(120 * kSecond, 1);
  EXPECT_EQ(spike(), kNeverDrained);
  EXPECT_EQ(whole(), kNeverDrained);
}

TEST_F(Draining, EndsInTheDrainToo) {
  set(40 * kSecond, 5);
  reach(100 * kSecond);
  set(130 * kSecond, 0);
  EXPECT_EQ(spike(), 70);
  EXPECT_EQ(whole(), 90);
}

TEST_F(Draining, StartsOverAtAGreaterLevelButNotAfterTheRun) {
  set(20 * kSecond, 5);
  set(25 * kSecond, 0);
  set(70 * kSecond, 6);
  set(80 * kSecond, 0);
  reach(100 * kSecond);
  set(101 * kSecond, 50);
  set(110 * kSecond, 0);
  EXPECT_EQ(whole(), 10);
}

TEST_F(Draining, CountsALevelLeftByTheWarmUpAsGreatestFromItsEnd) {
  set(5 * kSecond, 9);
  set(15 * kSecond, 8);
  set(20 * kSecond, 0);
  reach(100 * kSecond);
  EXPECT_EQ(whole(), 10);
}

TEST_F(Draining, IsZeroWithoutALevel) {
  reach(100 * kSecond);
  EXPECT_EQ(whole(), 0);
  EXPECT_EQ(spike(), 0);
}

TEST(SeriesStep, IsOneTwoOrFiveTimesAPowerOfTenWithAtMostSixHundredBins) {
  EXPECT_EQ(series_step(600), 1);
  EXPECT_EQ(series_step(601), 2);
  EXPECT_EQ(series_step(20 * 60 * kSecond), 2 * kSecond);
  for (Time duration = 1; duration < Time{1} << 60; duration = duration * 3 + 7) {
    const Time step = series_step(duration);
    EXPECT_LE((duration + step - 1) / step, 600) << duration;
    Time power = step;
    while (power % 10 == 0) power /= 10;
    EXPECT_TRUE(power == 1 || power == 2 || power == 5) << duration;
  }
}

}  // namespace
}  // namespace spillway
