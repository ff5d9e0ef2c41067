#include "sim/kernel/lognormal.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace spillway {
namespace {

constexpr double kZ95 = 1.6448536269514727;
constexpr double kZ99 = 2.3263478740408411;

using Fact = std::optional<double> LognormalFacts::*;
constexpr std::array<Fact, 6> kFacts{&LognormalFacts::mean, &LognormalFacts::median,
                                     &LognormalFacts::sd,   &LognormalFacts::cv,
                                     &LognormalFacts::p95,  &LognormalFacts::p99};

/// All that can be known of one distribution.
LognormalFacts all_of(double mu, double sigma) {
  const double mean = std::exp(mu + sigma * sigma / 2);
  const double cv = std::sqrt(std::expm1(sigma * sigma));
  return {
      mean, std::exp(mu), mean * cv, cv, std::exp(mu + kZ95 * sigma), std::exp(mu + kZ99 * sigma)};
}

TEST(Lognormal, IsFoundFromAnyTwoFacts) {
  // Up to sigma = z of the 95th percentile: beyond, mean and percentile allow a smaller sigma too.
  for (const double sigma : {0.01, 0.3, 0.9, 1.6}) {
    const double mu = 17.5;
    const LognormalFacts all = all_of(mu, sigma);
    for (std::size_t i = 0; i < kFacts.size(); ++i) {
      for (std::size_t j = i + 1; j < kFacts.size(); ++j) {
        LognormalFacts two;
        two.*kFacts[i] = all.*kFacts[i];
        two.*kFacts[j] = all.*kFacts[j];
        const auto found = lognormal_from(two);
        ASSERT_TRUE(found) << i << " " << j;
        // mean and median, and mean and percentile near sigma = z, lose digits as square roots do.
        EXPECT_NEAR(found->first, mu, 1e-9) << i << " " << j << " " << sigma;
        EXPECT_NEAR(found->second, sigma, 1e-9) << i << " " << j << " " << sigma;
      }
    }
  }
}

TEST(Lognormal, WithoutSpreadIsAConstant) {
  const auto found = lognormal_from({.mean = 5.0, .sd = 0.0});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->second, 0);
  EXPECT_DOUBLE_EQ(found->first, std::log(5.0));
  EXPECT_EQ(lognormal_from({.mean = 5.0, .p99 = 5.0})->second, 0);
  EXPECT_EQ(lognormal_from({.sd = 0.0, .p99 = 5.0})->second, 0);
}

TEST(Lognormal, TakesTheSmallerOfTwoSigmas) {
  // p99 = 10 means: sigma = z -+ sqrt(z^2 - 2 log 10).
  const auto found = lognormal_from({.mean = 1.0, .p99 = 10.0});
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->second, kZ99 - std::sqrt(kZ99 * kZ99 - 2 * std::log(10.0)), 1e-12);
}

TEST(Lognormal, IsRefusedWhenNoneHasBothFacts) {
  EXPECT_FALSE(lognormal_from({.mean = 1.0, .median = 2.0}));
  EXPECT_FALSE(lognormal_from({.median = 2.0, .p99 = 1.0}));
  EXPECT_FALSE(lognormal_from({.mean = 2.0, .p99 = 1.0}));
  EXPECT_FALSE(lognormal_from({.p95 = 2.0, .p99 = 1.0}));
  EXPECT_FALSE(lognormal_from({.sd = 0.0, .cv = 0.0}));
  EXPECT_FALSE(lognormal_from({.sd = 1.0, .cv = 0.0}));
  const double most95 = std::exp(kZ95 * kZ95 / 2);
  EXPECT_TRUE(lognormal_from({.mean = 1.0, .p95 = 0.999 * most95}));
  EXPECT_FALSE(lognormal_from({.mean = 1.0, .p95 = 1.001 * most95}));
  const double most99 = std::exp(kZ99 * kZ99 / 2);
  EXPECT_TRUE(lognormal_from({.mean = 1.0, .p99 = 0.999 * most99}));
  EXPECT_FALSE(lognormal_from({.mean = 1.0, .p99 = 1.001 * most99}));
}

TEST(Lognormal, NeedsExactlyTwoFactsInRange) {
  EXPECT_FALSE(lognormal_from({}));
  EXPECT_FALSE(lognormal_from({.mean = 1.0}));
  EXPECT_FALSE(lognormal_from({.mean = 1.0, .median = 0.9, .cv = 1.0}));
  EXPECT_FALSE(lognormal_from({.mean = 0.0, .cv = 1.0}));
  EXPECT_FALSE(lognormal_from({.mean = -1.0, .cv = 1.0}));
  EXPECT_FALSE(lognormal_from({.mean = 1.0, .cv = -1.0}));
  EXPECT_FALSE(lognormal_from({.mean = HUGE_VAL, .cv = 1.0}));
  EXPECT_FALSE(lognormal_from({.mean = std::nan(""), .cv = 1.0}));
}

}  // namespace
}  // namespace spillway
