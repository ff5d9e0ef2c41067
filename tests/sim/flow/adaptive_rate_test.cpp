// The rate limiter of a client that listens to refusals, against what the SDKs publish of theirs.

#include "sim/flow/adaptive_rate.h"

#include <gtest/gtest.h>

namespace spillway {
namespace {

/// An answer, and what the rate is then.
struct Answer {
  double at;  ///< in s
  bool refused;
  double rate;
};

Time time_of(double seconds) { return static_cast<Time>(seconds * 1e9 + 0.5); }

// awslabs/aws-sdk-rust, client_rate_limiter.rs, test_calculated_rate_with_successes: a client that
// was refused at 10/s, at 5 s. It comes back to 10/s after cbrt(10 x 0.3 / 0.4) = 1.957 s.
TEST(AdaptiveRate, GrowsAsThePublishedCubic) {
  AdaptiveRate rate{AdaptiveRateRules{}};
  rate.refused_at(10, 5 * kSecond);
  for (const Answer& answer :
       {Answer{5, false, 7.0}, Answer{6, false, 9.64893600966},
        Answer{7, false, 10.000030849917364}, Answer{8, false, 10.453284520772092},
        Answer{9, false, 13.408697022224185}, Answer{10, false, 21.26626835427364},
        Answer{11, false, 36.425998516920465}}) {
    rate.answered(answer.refused, time_of(answer.at));
    EXPECT_NEAR(rate.calculated(), answer.rate, 1e-9) << answer.at;
  }
}

// The same file, "it_sets_the_time_window_correctly" and "should_match_beta_decrease".
TEST(AdaptiveRate, IsBackAfterThePublishedTime) {
  AdaptiveRate rate{AdaptiveRateRules{}};
  rate.refused_at(10, 0);
  rate.answered(false, time_of(1.9574338205844317));
  EXPECT_NEAR(rate.calculated(), 10, 1e-9);
}

// aws/aws-sdk-ruby, client rate limiter specification, "verifies success and throttling behavior":
// answers every 200 ms, two of them refusals. Rates are published to two digits; the last measured
// one as 4.32, though no period begins between it and the 4.33 before.
TEST(AdaptiveRate, MeasuresAndFollowsAsPublished) {
  struct Row {
    double at;
    bool refused;
    double measured;
    double fill_rate;
  };
  AdaptiveRate rate{AdaptiveRateRules{}};
  for (const Row& row :
       {Row{0.2, false, 0.0, 0.5}, Row{0.4, false, 0.0, 0.5}, Row{0.6, false, 4.8, 0.5},
        Row{0.8, false, 4.8, 0.5}, Row{1.0, false, 4.16, 0.5}, Row{1.2, false, 4.16, 0.69},
        Row{1.4, false, 4.16, 1.10}, Row{1.6, false, 5.63, 1.63}, Row{1.8, false, 5.63, 2.33},
        Row{2.0, true, 4.32, 3.02}, Row{2.2, false, 4.32, 3.48}, Row{2.4, false, 4.32, 3.82},
        Row{2.6, false, 5.66, 4.05}, Row{2.8, false, 5.66, 4.20}, Row{3.0, false, 4.33, 4.28},
        Row{3.2, true, 4.33, 2.99}, Row{3.4, false, 4.33, 3.45}}) {
    EXPECT_EQ(rate.limits(), row.at > 2) << row.at;
    rate.answered(row.refused, time_of(row.at));
    EXPECT_NEAR(rate.measured(), row.measured, 0.011) << row.at;
    EXPECT_NEAR(rate.fill_rate(), row.fill_rate, 0.011) << row.at;
  }
}

TEST(AdaptiveRate, LimitsNothingBeforeARefusal) {
  AdaptiveRate rate{AdaptiveRateRules{}};
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(rate.take(0));
  rate.answered(false, kSecond);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(rate.take(kSecond));
}

// A bucket holds at least one token, and no rate is below the least: one in two seconds.
TEST(AdaptiveRate, LetsOneOutInTwoSecondsAtLeast) {
  AdaptiveRate rate{AdaptiveRateRules{}};
  rate.answered(true, kSecond);
  EXPECT_EQ(rate.fill_rate(), 0.8 * 0.7);
  for (int i = 0; i < 10; ++i) rate.answered(true, kSecond);
  EXPECT_EQ(rate.fill_rate(), 0.5);
  EXPECT_FALSE(rate.take(kSecond));
  EXPECT_EQ(rate.wait(kSecond), 2 * kSecond + 1);
  EXPECT_FALSE(rate.take(3 * kSecond - 1));
  rate.take_due(3 * kSecond + 1);
  EXPECT_FALSE(rate.take(3 * kSecond + 1));
  EXPECT_TRUE(rate.take(60 * kSecond));
  EXPECT_FALSE(rate.take(60 * kSecond)) << "what has gathered in a minute is one";
}

}  // namespace
}  // namespace spillway
