#include "analysis/theory/outage.h"

#include <gtest/gtest.h>

namespace spillway::theory {
namespace {

constexpr Outage kOutage{.arrival_rate = 80, .capacity = 100, .length_s = 300};

TEST(Outage, TheExampleOf80Against100For300Seconds) {
  const auto answer = outage_answer(kOutage);
  ASSERT_TRUE(answer);
  EXPECT_DOUBLE_EQ(answer->backlog, 24000);
  EXPECT_DOUBLE_EQ(answer->drain_s, 1200);
  EXPECT_DOUBLE_EQ(answer->recovery_s, 1500);  // D / (1 - rho)
  EXPECT_DOUBLE_EQ(answer->delayed, 80 * 300 / (1 - 0.8));
  EXPECT_DOUBLE_EQ(answer->total_delay_s, 0.5 * 24000 * 1500);
  EXPECT_DOUBLE_EQ(answer->mean_delay_s, 150);  // D / 2
  EXPECT_DOUBLE_EQ(answer->worst_delay_s, 300);
}

TEST(Outage, TheMeanDelayDoesNotDependOnTheSpeedOfTheDrain) {
  for (const double capacity : {81.0, 100.0, 1000.0}) {
    Outage outage = kOutage;
    outage.capacity = capacity;
    EXPECT_DOUBLE_EQ(outage_answer(outage)->mean_delay_s, 150);
  }
}

TEST(Outage, RecoveryWithResidualCapacityIsItsLengthTimesTheRatioOfSlacks) {
  Outage outage = kOutage;
  outage.residual_capacity = 20;
  EXPECT_DOUBLE_EQ(outage_answer(outage)->recovery_s, 300.0 * (100 - 20) / (100 - 80));
}

TEST(Outage, AFullBufferLosesTheRest) {
  const auto loss = outage_with_room(kOutage, 10000);
  ASSERT_TRUE(loss);
  EXPECT_DOUBLE_EQ(loss->lost, 14000);
  EXPECT_DOUBLE_EQ(loss->drain_s, 500);
  EXPECT_EQ(outage_with_room(kOutage, 1e6)->lost, 0);
  EXPECT_DOUBLE_EQ(outage_with_room(kOutage, 1e6)->drain_s, 1200);
}

TEST(Outage, ATimeToLiveExpiresWhatWaitedLonger) {
  const auto loss = outage_with_ttl(kOutage, 60);
  ASSERT_TRUE(loss);
  EXPECT_DOUBLE_EQ(loss->lost, 80 * 240);
  EXPECT_DOUBLE_EQ(loss->drain_s, 240);
  EXPECT_EQ(outage_with_ttl(kOutage, 300)->lost, 0);
  Outage partial = kOutage;
  partial.residual_capacity = 1;
  EXPECT_FALSE(outage_with_ttl(partial, 60));
}

TEST(Outage, TheDelayFallsLinearlyWithTheInstantOfArrival) {
  EXPECT_DOUBLE_EQ(outage_delay_at(kOutage, 0).value(), 300);
  EXPECT_DOUBLE_EQ(outage_delay_at(kOutage, 150).value(), 150 + 120);
  EXPECT_DOUBLE_EQ(outage_delay_at(kOutage, 300).value(), 240);
  EXPECT_FALSE(outage_delay_at(kOutage, 301));
}

TEST(Outage, CatchingUpInTimeTakesTheBacklogOnTop) {
  EXPECT_DOUBLE_EQ(catch_up_capacity(80, 24000, 600), 120);
}

TEST(Outage, TheDrainTimeOfTheExampleSpreadsBy24AndAHalfSeconds) {
  // 540 s^2 from the drain and 60 from the Poisson backlog.
  EXPECT_DOUBLE_EQ(drain_variance(24000, 0, 80, 1, 100, 1).value(), 540);
  EXPECT_DOUBLE_EQ(drain_variance(24000, 24000, 80, 1, 100, 1).value(), 600);
  EXPECT_FALSE(drain_variance(24000, 0, 100, 1, 100, 1));
}

TEST(Outage, SaysNothingWhereTheFormulasDoNotApply) {
  EXPECT_FALSE(outage_answer({.arrival_rate = 100, .capacity = 100, .length_s = 1}));
  EXPECT_FALSE(outage_answer({.arrival_rate = 80, .capacity = 100, .length_s = 0}));
  EXPECT_FALSE(
      outage_answer({.arrival_rate = 80, .capacity = 100, .length_s = 1, .residual_capacity = 80}));
  EXPECT_FALSE(outage_with_room({.arrival_rate = 100, .capacity = 100, .length_s = 1}, 5));
}

}  // namespace
}  // namespace spillway::theory
