#include "sim/model/producer/rate_profile.h"

#include <gtest/gtest.h>

#include <cmath>

namespace spillway {
namespace {

constexpr Time kDuration = 100 * kSecond;

NamedProfileEntry ramp(Time from, Time over, std::optional<double> times,
                       std::optional<double> rate = {}) {
  RampParameters ramp;
  ramp.from.ns = from;
  ramp.over.ns = over;
  if (times) ramp.times = Factor{*times};
  if (rate) ramp.rate = Rate{*rate};
  NamedProfileEntry entry;
  entry.name = "ramp";
  entry.entry.ramp = ramp;
  return entry;
}

NamedProfileEntry spike(Time at, Time lasts, std::optional<double> times, Time rising = 0,
                        std::optional<double> rate = {}) {
  SpikeParameters spike;
  spike.at.ns = at;
  spike.lasts.ns = lasts;
  spike.ramp.ns = rising;
  if (times) spike.times = Factor{*times};
  if (rate) spike.rate = Rate{*rate};
  NamedProfileEntry entry;
  entry.name = "spike";
  entry.entry.spike = spike;
  return entry;
}

RateProfile of(double rate, const std::vector<NamedProfileEntry>& entries) {
  Rate reference;
  return RateProfile::of(Rate{rate}, entries, kDuration, &reference);
}

/// The integral of the multiple from 0 to `until`, by the walk. Unit: s.
double integral(const RateProfile& profile, Time until) {
  ProfileWalk walk(&profile);
  double left = 1e18;
  EXPECT_FALSE(walk.advance(left, 1, static_cast<double>(until)));
  EXPECT_EQ(walk.at(), static_cast<double>(until));
  return (1e18 - left) / 1e9;
}

/// When the integral reaches `area` (s), by the walk; infinite when it never does. Unit: s.
double reached(const RateProfile& profile, double area) {
  ProfileWalk walk(&profile);
  double left = area * 1e9;
  if (!walk.advance(left, 1, static_cast<double>(kDuration))) return INFINITY;
  return walk.at() / 1e9;
}

TEST(RateProfile, IsFlatWithoutEntries) {
  const RateProfile profile = of(5, {});
  EXPECT_TRUE(profile.flat());
  EXPECT_DOUBLE_EQ(integral(profile, kDuration), 100);
  EXPECT_FALSE(of(5, {spike(10 * kSecond, kSecond, 2)}).flat());
}

TEST(RateProfile, MultipliesWithinASpike) {
  const RateProfile profile = of(5, {spike(10 * kSecond, 20 * kSecond, 3)});
  EXPECT_DOUBLE_EQ(integral(profile, 10 * kSecond), 10);
  EXPECT_DOUBLE_EQ(integral(profile, 30 * kSecond), 70);
  EXPECT_DOUBLE_EQ(integral(profile, kDuration), 140);
  EXPECT_DOUBLE_EQ(reached(profile, 40), 20);
}

TEST(RateProfile, RisesWithinTheRampOfASpikeAndFallsAfterItsEnd) {
  const RateProfile profile = of(5, {spike(10 * kSecond, 20 * kSecond, 3, 4 * kSecond)});
  // Trapezoids: 10 to 14 from 1 to 3, to 30 at 3, 30 to 34 from 3 to 1.
  EXPECT_NEAR(integral(profile, 14 * kSecond), 10 + 8, 1e-9);
  EXPECT_NEAR(integral(profile, 30 * kSecond), 18 + 48, 1e-9);
  EXPECT_NEAR(integral(profile, 34 * kSecond), 66 + 8, 1e-9);
  EXPECT_NEAR(integral(profile, kDuration), 74 + 66, 1e-9);
  // On the rise 1 + x / 2 a second: 10 + x + x^2 / 4 = 13 at x = 2.
  EXPECT_NEAR(reached(profile, 13), 12, 1e-9);
}

TEST(RateProfile, SetsARateAndStaysThereAfterARamp) {
  const RateProfile profile = of(5, {ramp(20 * kSecond, 10 * kSecond, {}, 15)});
  EXPECT_NEAR(integral(profile, 30 * kSecond), 20 + 20, 1e-9);
  EXPECT_NEAR(integral(profile, kDuration), 40 + 210, 1e-9);
}

TEST(RateProfile, JumpsWhereARampTakesNoTime) {
  const RateProfile profile = of(5, {ramp(20 * kSecond, 0, 2)});
  EXPECT_DOUBLE_EQ(integral(profile, kDuration), 20 + 160);
}

TEST(RateProfile, AppliesEntriesOneAfterTheOther) {
  const RateProfile multiplied = of(5, {ramp(0, 0, {}, 10), spike(10 * kSecond, 10 * kSecond, 3)});
  EXPECT_DOUBLE_EQ(integral(multiplied, kDuration), 2 * 90 + 6 * 10);
  const RateProfile set = of(5, {spike(10 * kSecond, 10 * kSecond, 3), ramp(0, 0, {}, 10)});
  EXPECT_DOUBLE_EQ(integral(set, kDuration), 200) << "the later entry sets the rate";
}

TEST(RateProfile, FollowsTheProductOfTwoRampsClosely) {
  const RateProfile profile = of(5, {ramp(0, 100 * kSecond, 3), ramp(0, 100 * kSecond, 5)});
  // (1 + 2 x) (1 + 4 x) over [0, 1], times 100 s: 1 + 3 + 8 / 3.
  EXPECT_NEAR(integral(profile, kDuration), 100 * (1 + 3 + 8.0 / 3), 0.01);
}

TEST(RateProfile, StaysFiniteWhereTwoRampsOverlapForANanosecond) {
  const RateProfile profile = of(5, {ramp(10, 1, 2), ramp(10, 1, 2), ramp(5, 5, 1)});
  EXPECT_NEAR(integral(profile, kDuration), 400, 1e-6);
}

TEST(RateProfile, IgnoresWhatLiesBeyondTheRun) {
  EXPECT_DOUBLE_EQ(integral(of(5, {spike(200 * kSecond, kSecond, 9)}), kDuration), 100);
  EXPECT_DOUBLE_EQ(integral(of(5, {spike(90 * kSecond, 100 * kSecond, 2)}), kDuration), 110);
}

TEST(RateProfile, HasNoArrivalsAtRateZero) {
  EXPECT_EQ(integral(of(0, {}), kDuration), 0);
  EXPECT_EQ(reached(of(0, {}), 1e-9), INFINITY);
  Rate reference;
  const RateProfile set =
      RateProfile::of(Rate{0}, {ramp(50 * kSecond, 0, {}, 8)}, kDuration, &reference);
  EXPECT_DOUBLE_EQ(integral(set, kDuration) * reference.per_second, 8 * 50)
      << "but a profile can set one";
}

TEST(RateProfile, LetsARateOfZeroPass) {
  const RateProfile profile = of(5, {spike(10 * kSecond, 20 * kSecond, 0, 5 * kSecond)});
  // Falls to 0 within 10 to 15 (2.5), is 0 until 30, rises within 30 to 35 (2.5).
  EXPECT_NEAR(integral(profile, kDuration), 10 + 2.5 + 2.5 + 65, 1e-9);
  EXPECT_NEAR(reached(profile, 15), 35, 1e-6);
  EXPECT_NEAR(reached(profile, 13), 30 + std::sqrt(5.0), 1e-6) << "x^2 / 10 = 1/2";
}

TEST(RateProfile, PutsAnArrivalThatIsDueWhenTheRateEndsThere) {
  const RateProfile profile = of(5, {spike(10 * kSecond, 20 * kSecond, 0)});
  EXPECT_EQ(reached(profile, 10), 10) << "not behind the rate of 0, and not behind its rise";
  const RateProfile rising = of(5, {ramp(0, 0, 0), ramp(20 * kSecond, 10 * kSecond, {}, 5)});
  ProfileWalk walk(&rising);
  double none = 0;
  ASSERT_TRUE(walk.advance(none, 1, static_cast<double>(kDuration)));
  EXPECT_LE(walk.at(), 20e9) << "an interval of 0 takes no time where the rate is above 0";
}

TEST(RateProfile, StopsAtALimitAndGoesOnWithAnotherFactor) {
  const RateProfile profile = of(5, {});
  ProfileWalk walk(&profile);
  double left = 30e9;
  EXPECT_FALSE(walk.advance(left, 2, 10e9));
  EXPECT_EQ(walk.at(), 10e9);
  EXPECT_EQ(left, 10e9);
  EXPECT_FALSE(walk.advance(left, 0, 50e9)) << "a factor of 0 lets time pass";
  EXPECT_EQ(left, 10e9);
  EXPECT_TRUE(walk.advance(left, 0.5, 100e9));
  EXPECT_EQ(walk.at(), 70e9);
}

}  // namespace
}  // namespace spillway
