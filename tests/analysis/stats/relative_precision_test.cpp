#include "analysis/stats/relative_precision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "analysis/stats/interval.h"
#include "tests/analysis/stats/sample.h"

namespace spillway::stats {
namespace {

Estimate about(double mean, double half_width) {
  return {.mean = mean, .low = mean - half_width, .high = mean + half_width, .n = 10};
}

Precision feed(RelativePrecision& rule, double half_width, int times = 1) {
  const std::vector estimates{about(1, half_width)};
  Precision state = rule.state();
  for (int i = 0; i < times; ++i) state = rule.see(estimates);
  return state;
}

TEST(RelativePrecision, ComparesWithTheCorrectedError) {
  // gamma / (1 + gamma): 0.047619 for 5 %, 0.090909 for 10 %.
  for (const auto& [gamma, corrected] : {std::pair{.05, .047619}, std::pair{.10, .090909}}) {
    RelativePrecision rule{{{.relative = gamma}}, {.at_least = 2, .look_ahead = 0}};
    feed(rule, 9);
    EXPECT_EQ(feed(rule, corrected + 1e-6), Precision::more);
    EXPECT_EQ(feed(rule, corrected - 1e-6), Precision::reached);
  }
}

TEST(RelativePrecision, DoesNotLookBeforeItsTime) {
  RelativePrecision rule{{{}}, {.at_least = 10, .look_ahead = 0}};
  EXPECT_EQ(feed(rule, 0, 9), Precision::more);
  EXPECT_EQ(feed(rule, 0), Precision::reached);
  EXPECT_EQ(rule.replications(), 10U);
}

TEST(RelativePrecision, FiveReplicationsMustConfirmAnEarlyStop) {
  RelativePrecision rule{{{}}, {}};
  EXPECT_EQ(feed(rule, 0, 14), Precision::more);
  EXPECT_EQ(rule.held_from(), 10U);
  EXPECT_EQ(feed(rule, 0), Precision::reached);
  EXPECT_EQ(rule.replications(), 15U);
}

TEST(RelativePrecision, AFailureWithinTheLookAheadStartsAgain) {
  RelativePrecision rule{{{}}, {}};
  feed(rule, 0, 12);
  EXPECT_EQ(rule.held_from(), 10U);
  feed(rule, 1);
  EXPECT_FALSE(rule.held_from());
  EXPECT_EQ(feed(rule, 0, 5), Precision::more);
  EXPECT_EQ(rule.held_from(), 14U);
  EXPECT_EQ(feed(rule, 0), Precision::reached);
  EXPECT_EQ(rule.replications(), 19U);
}

TEST(RelativePrecision, TheLookAheadGrowsWithTheNumberOfReplications) {
  RelativePrecision rule{{{}}, {}};
  feed(rule, 1, 250);
  EXPECT_EQ(feed(rule, 0), Precision::more);  // holds from 251: floor(5 * 251 / 100) = 12 more
  EXPECT_EQ(feed(rule, 0, 11), Precision::more);
  EXPECT_EQ(feed(rule, 0), Precision::reached);
  EXPECT_EQ(rule.replications(), 263U);
}

TEST(RelativePrecision, SaysHonestlyThatTheTargetWasNotReached) {
  RelativePrecision rule{{{}}, {.at_most = 30}};
  EXPECT_EQ(feed(rule, 1, 29), Precision::more);
  EXPECT_EQ(feed(rule, 1), Precision::not_reached);
  EXPECT_EQ(feed(rule, 0), Precision::not_reached);
  EXPECT_EQ(rule.replications(), 30U);
}

TEST(RelativePrecision, AllTargetsMustHoldAndShareTheConfidence) {
  RelativePrecision rule{{{}, {}}, {.at_least = 2, .look_ahead = 0}};
  EXPECT_DOUBLE_EQ(rule.confidence_of_each(), .975);
  rule.see(std::vector{about(1, 0), about(1, 0)});
  EXPECT_EQ(rule.see(std::vector{about(1, 0), about(1, 1)}), Precision::more);
  EXPECT_EQ(rule.see(std::vector{about(1, 0), about(1, 0)}), Precision::reached);
}

TEST(RelativePrecision, AMeanNearZeroNeedsAnAbsoluteTarget) {
  RelativePrecision relative{{{}}, {.at_least = 2, .look_ahead = 0}};
  relative.see(std::vector{about(0, .001)});
  EXPECT_EQ(relative.see(std::vector{about(0, .001)}), Precision::more);
  RelativePrecision absolute{{{.relative = .05, .absolute = .01}},
                             {.at_least = 2, .look_ahead = 0}};
  absolute.see(std::vector{about(0, .001)});
  EXPECT_EQ(absolute.see(std::vector{about(0, .001)}), Precision::reached);
}

TEST(RelativePrecision, AnEstimateWithoutIntervalNeverHolds) {
  RelativePrecision rule{{{}}, {.at_least = 2, .at_most = 5, .look_ahead = 0}};
  const std::vector<Estimate> infinite{{.mean = 1, .n = 3, .why = kSomeInfinite}};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(rule.see(infinite), Precision::more);
  EXPECT_EQ(rule.see(infinite), Precision::not_reached);
}

TEST(RelativeError, IsHalfWidthOverMean) {
  EXPECT_DOUBLE_EQ(relative_error(about(-4, 1)).value(), .25);
  EXPECT_EQ(relative_error(about(0, 0)).value(), 0);
  EXPECT_TRUE(std::isinf(relative_error(about(0, 1)).value()));
  EXPECT_FALSE(relative_error(Estimate{}));
}

std::vector<std::vector<double>> two_targets(std::uint64_t seed, std::size_t n) {
  Sample sample{seed};
  std::vector<std::vector<double>> values(2, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) {
    values[0][i] = 10 + 2 * sample.normal();
    values[1][i] = sample.exponential(3);
  }
  return values;
}

TEST(StopAtPrecision, IgnoresReplicationsThatFinishedBeyondTheStop) {
  auto values = two_targets(5, 400);
  const std::vector<PrecisionTarget> targets{{.relative = .1}, {.relative = .2}};
  const Stopping stop = stop_at_precision(values, targets, {});
  ASSERT_EQ(stop.state, Precision::reached);
  ASSERT_LT(stop.replications, 300U);
  EXPECT_LE(relative_error(stop.estimates[0]).value(), .1 / 1.1);
  EXPECT_LE(relative_error(stop.estimates[1]).value(), .2 / 1.2);
  for (auto& each : values) each.resize(stop.replications);
  const Stopping exactly = stop_at_precision(values, targets, {});
  EXPECT_EQ(exactly.state, Precision::reached);
  EXPECT_EQ(exactly.replications, stop.replications);
  EXPECT_EQ(exactly.estimates[1].mean, stop.estimates[1].mean);
  EXPECT_EQ(exactly.estimates[1].low, stop.estimates[1].low);
  for (auto& each : values) each.pop_back();
  EXPECT_EQ(stop_at_precision(values, targets, {}).state, Precision::more);
}

TEST(StopAtPrecision, StopsWhereADirectSearchOverPrefixesStops) {
  const auto values = two_targets(6, 500);
  const Stopping stop = stop_at_precision(values, {{.relative = .1}, {.relative = .2}}, {});
  const auto holds = [&](std::size_t n) {
    const Estimate first = mean_interval(std::span{values[0]}.first(n), .975);
    const Estimate second = mean_interval(std::span{values[1]}.first(n), .975);
    return relative_error(first).value() <= .1 / 1.1 && relative_error(second).value() <= .2 / 1.2;
  };
  std::size_t from = 10;
  for (;; ++from) {
    bool all = true;
    const std::size_t confirm = 5 * std::max<std::size_t>(from, 100) / 100;
    for (std::size_t n = from; n <= from + confirm; ++n) all = all && holds(n);
    if (all) {
      EXPECT_EQ(stop.replications, from + confirm);
      break;
    }
  }
}

TEST(StopAtPrecision, TheErrorIsWithinTheTargetAsOftenAsPromised) {
  // 1000 sequences of normal numbers with mean 10 and deviation 3, 5 % asked for, seed 7. The
  // rule's promise is exact in the limit of many replications, and it takes about (1.96 * 3 /
  // 0.476)^2 = 153 here; what we demand is the promise less the binomial bound.
  constexpr int kTrials = 1000;
  Sample sample{7};
  int within = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<std::vector<double>> values(1, std::vector<double>(500));
    for (double& value : values[0]) value = 10 + 3 * sample.normal();
    const Stopping stop = stop_at_precision(values, {{}}, {});
    ASSERT_EQ(stop.state, Precision::reached);
    within += std::abs(stop.estimates[0].mean - 10) <= .05 * 10;
  }
  EXPECT_GE(within / double{kTrials}, .95 - binomial_tolerance(.95, kTrials));
}

TEST(StopAtPrecision, WithoutReplicationsThereIsMoreToDo) {
  const std::vector<std::vector<double>> none(1);
  const Stopping stop = stop_at_precision(none, {{}}, {});
  EXPECT_EQ(stop.state, Precision::more);
  EXPECT_EQ(stop.replications, 0U);
  EXPECT_FALSE(stop.estimates[0].has_mean());
}

}  // namespace
}  // namespace spillway::stats
