// The models that need a few lines each: GI/M/1, M/G/inf, Erlang A, breakdowns, retrials, fork and
// join, retries; and the rounding of theory.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "analysis/theory/breakdowns.h"
#include "analysis/theory/erlang_a.h"
#include "analysis/theory/fork_join.h"
#include "analysis/theory/gim1.h"
#include "analysis/theory/mminf.h"
#include "analysis/theory/poisson_weights.h"
#include "analysis/theory/retrial.h"
#include "analysis/theory/retry.h"
#include "analysis/theory/round9.h"

namespace spillway::theory {
namespace {

TEST(GIM1, RootsAndWaitsOfConstantArrivals) {
  EXPECT_NEAR(GIM1::constant(.5, 1)->sigma(), .2031878700, .5e-10);
  EXPECT_NEAR(GIM1::constant(.8, 1)->sigma(), .6286297965, .5e-10);
  EXPECT_NEAR(GIM1::constant(.9, 1)->sigma(), .8068998329, .5e-10);
  EXPECT_NEAR(GIM1::constant(.5, 1)->mean_wait(), .255001, .5e-6);
  EXPECT_NEAR(GIM1::constant(.8, 1)->mean_wait(), 1.692731, .5e-6);
  EXPECT_NEAR(GIM1::constant(.9, 1)->mean_wait(), 4.178659, .5e-6);
}

TEST(GIM1, TwoPhasesAtHalfLoadGiveTheGoldenRatio) {
  EXPECT_NEAR(GIM1::erlang(2, .5, 1)->sigma(), (3 - std::sqrt(5)) / 2, 1e-14);
  EXPECT_NEAR(GIM1::erlang(2, .5, 1)->mean_wait(), .618034, .5e-6);
  EXPECT_NEAR(GIM1::erlang(2, .8, 1)->sigma(), .7398529491, .5e-10);
  EXPECT_NEAR(GIM1::erlang(2, .9, 1)->sigma(), .8682178937, .5e-10);
  EXPECT_NEAR(GIM1::erlang(1, .7, 1)->sigma(), .7, 1e-14);  // M/M/1
}

TEST(GIM1, AnUnstableQueueHasNoSteadyState) {
  EXPECT_FALSE(GIM1::constant(1, 1));
  EXPECT_FALSE(GIM1::erlang(2, 2, 1));
  EXPECT_FALSE(GIM1::erlang(0, .5, 1));
}

TEST(MMInf, TheNumberPresentIsPoisson) {
  const auto station = MMInf::of(10, .3);
  EXPECT_DOUBLE_EQ(station->mean_in_system(), 3);
  EXPECT_NEAR(station->state_cdf(0), std::exp(-3), 1e-14);
  EXPECT_NEAR(station->state_cdf(2), std::exp(-3) * (1 + 3 + 4.5), 1e-14);
  EXPECT_NEAR(station->mean_in_system_at(.3), 3 * (1 - std::exp(-1)), 1e-14);
  EXPECT_FALSE(MMInf::of(10, 0));
}

TEST(ErlangA, SharesThatGiveUp) {
  const auto balanced = ErlangA::of(10, 1, 10, 1);
  EXPECT_NEAR(balanced->abandonment(), .125110, .5e-6);
  // With patience as long as a service the number is Poisson(10): Lq = 10 P(N = 10).
  EXPECT_NEAR(balanced->mean_in_queue(), 1.2511003572, .5e-10);
  const auto heavy = ErlangA::of(12, 1, 10, .5);
  EXPECT_NEAR(heavy->abandonment(), .195656, .5e-6);
  EXPECT_NEAR(heavy->mean_in_queue(), 4.695743, .5e-6);
  const auto overloaded = ErlangA::of(100, 1, 80, .1);
  EXPECT_NEAR(overloaded->abandonment(), .2, 1e-6);
  EXPECT_NEAR(overloaded->mean_in_queue(), 200, 1e-3);
  EXPECT_FALSE(ErlangA::of(100, 1, 80, 0));
  EXPECT_FALSE(ErlangA::of(100, 1, 80, 1e-9));
}

TEST(ErlangA, ThoseWhoAreServedWaitedLess) {
  // With all rates 1 the number is Poisson(1). Who finds n is served with 1 / (n + 1) after
  // 1/2 + ... + 1 / (n + 1) on average: in the mean Ein(1) / (1 - 1/e) - 1, Ein(1) = .7965995993.
  const auto even = ErlangA::of(1, 1, 1, 1);
  EXPECT_NEAR(even->abandonment(), std::exp(-1), 1e-12);
  EXPECT_NEAR(even->mean_wait_of_served(), .7965995993 / (1 - std::exp(-1)) - 1, 1e-9);
  // Far above its capacity what is served has waited as long as it takes to lose the excess.
  EXPECT_NEAR(ErlangA::of(1000, 1, 500, .1)->mean_wait_of_served(), std::log(2) / .1, .05);
}

TEST(Breakdowns, MeanNumberWithAServerThatFailsAnytime) {
  EXPECT_NEAR(mean_with_breakdowns(.6, 1, .05, .5).value(), 2.262032, .5e-6);
  EXPECT_NEAR(mean_with_breakdowns(.5, 1, .01, .1).value(), 2.232323, .5e-6);
  EXPECT_NEAR(mean_with_breakdowns(.7, 1, .02, .2).value(), 4.731225, .5e-6);
  EXPECT_NEAR(availability(1e-3, .1), .990099, .5e-6);
  EXPECT_FALSE(mean_with_breakdowns(.95, 1, .1, .9));
}

TEST(Retrial, MeanNumberInOrbit) {
  EXPECT_NEAR(mean_retrial_orbit(.6, 1, .5).value(), 2.7, 1e-12);
  EXPECT_NEAR(mean_retrial_orbit(.8, 1, 2).value(), 4.8, 1e-12);
  EXPECT_NEAR(mean_retrial_orbit(.5, 1, 1).value(), 1.0, 1e-12);
  EXPECT_FALSE(mean_retrial_orbit(1, 1, 1));
}

TEST(ForkJoin, TwoBranchesExactlyAndFourApproximately) {
  EXPECT_NEAR(fork_join_two(.1, 1).value(), 1.652778, .5e-6);
  EXPECT_NEAR(fork_join_two(.5, 1).value(), 2.875, 1e-12);
  EXPECT_NEAR(fork_join_two(.8, 1).value(), 7.0, 1e-12);
  EXPECT_NEAR(fork_join_two(.9, 1).value(), 13.875, 1e-12);
  EXPECT_NEAR(fork_join(2, .5, 1).value(), 2.875, 1e-12);
  EXPECT_NEAR(fork_join(4, .5, 1).value(), 3.789773, .5e-6);
  EXPECT_NEAR(fork_join(4, .8, 1).value(), 8.930303, .5e-6);
  EXPECT_FALSE(fork_join(4, 1, 1));
}

TEST(ForkJoin, TheLongestOfSeveralExponentialTimes) {
  EXPECT_NEAR(harmonic(2), 1.5, 1e-15);
  EXPECT_NEAR(harmonic(3), 1.833333, .5e-6);
  EXPECT_NEAR(harmonic(5), 2.283333, .5e-6);
  EXPECT_NEAR(harmonic(10), 2.928968, .5e-6);
}

TEST(Retry, AttemptsAndSuccessByFailureProbability) {
  EXPECT_NEAR(expected_attempts(.1, 3), 1.111, .5e-3);
  EXPECT_NEAR(success_with_retries(.1, 3), .9999, 1e-12);
  EXPECT_NEAR(expected_attempts(.3, 3), 1.417, .5e-3);
  EXPECT_NEAR(success_with_retries(.3, 3), .9919, 1e-12);
  EXPECT_NEAR(expected_attempts(.5, 4), 1.9375, 1e-12);
  EXPECT_NEAR(success_with_retries(.5, 4), .96875, 1e-12);
  EXPECT_NEAR(expected_attempts(.9, 3), 3.439, 1e-12);
  EXPECT_NEAR(success_with_retries(.9, 3), .3439, 1e-12);
  EXPECT_NEAR(expected_attempts(.99, 3), 3.940399, 1e-12);
  EXPECT_NEAR(success_with_retries(.99, 3), .039404, .5e-6);
  EXPECT_EQ(expected_attempts(1, 3), 4);
  EXPECT_EQ(success_with_retries(1, 3), 0);
}

TEST(Retry, NestedLayersMultiply) {
  constexpr std::array kLayers{3, 3, 3};
  EXPECT_EQ(worst_amplification(kLayers), 64);
  EXPECT_EQ(worst_amplification({}), 1);
}

TEST(Retry, TheBoundaryBetweenSafeAndVulnerableIsCapacityOverAttempts) {
  // 10/s and three retries: recovers from a 30 s outage below 2.5/s, never above.
  EXPECT_DOUBLE_EQ(largest_safe_load(10, 4), 2.5);
  EXPECT_EQ(retry_risk(2.4, 10, 4), RetryRisk::safe);
  EXPECT_EQ(retry_risk(2.6, 10, 4), RetryRisk::vulnerable);
  EXPECT_EQ(retry_risk(10, 10, 4), RetryRisk::overloaded);
}

TEST(PoissonWeights, MatchTheirFormulaAndAddUpToOne) {
  const PoissonWeights small = poisson_weights(2.5);
  ASSERT_EQ(small.first, 0U);
  EXPECT_NEAR(small.weight[0], std::exp(-2.5), 1e-16);
  EXPECT_NEAR(small.weight[3], std::exp(-2.5) * 2.5 * 2.5 * 2.5 / 6, 1e-16);
  const PoissonWeights zero = poisson_weights(0);
  ASSERT_EQ(zero.weight.size(), 1U);
  EXPECT_EQ(zero.weight[0], 1);
  for (const double mean : {1e-3, 1.0, 50.5, 1e4, 1e6}) {
    const PoissonWeights weights = poisson_weights(mean);
    double total = 0;
    double first_moment = 0;
    for (std::size_t i = 0; i < weights.weight.size(); ++i) {
      total += weights.weight[i];
      first_moment += static_cast<double>(weights.first + i) * weights.weight[i];
    }
    EXPECT_NEAR(total, 1, 1e-12);
    EXPECT_NEAR(first_moment / mean, 1, 1e-12) << mean;
  }
}

TEST(Round9, KeepsNineSignificantDigits) {
  EXPECT_EQ(round9(1.0 / 3), .333333333);
  EXPECT_EQ(round9(123456789.4), 123456789.0);
  EXPECT_EQ(round9(123456789.6), 123456790.0);
  EXPECT_EQ(round9(-2.71828182845904), -2.71828183);
  EXPECT_EQ(round9(0.0), 0.0);
  EXPECT_EQ(round9(6.62607015e-34), 6.62607015e-34);
  EXPECT_EQ(round9(round9(1e300 / 7)), round9(1e300 / 7));
  EXPECT_EQ(round9(std::numeric_limits<double>::infinity()),
            std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(round9(std::nan(""))));
}

}  // namespace
}  // namespace spillway::theory
