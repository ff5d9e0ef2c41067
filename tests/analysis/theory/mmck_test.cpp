#include "analysis/theory/mmck.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/theory/erlang.h"
#include "analysis/theory/finite_source.h"
#include "analysis/theory/mmc.h"

namespace spillway::theory {
namespace {

TEST(MMcK, LossAndMeanOfOneServerWithRoom) {
  const auto light = MMcK::of(.9, 1, 1, 10);
  EXPECT_NEAR(light->loss(), .0508137313, .5e-10);
  EXPECT_NEAR(light->mean_in_system(), 3.9694406, .5e-7);
  const auto heavy = MMcK::of(1.2, 1, 1, 20);
  EXPECT_NEAR(heavy->loss(), .1703699490, .5e-10);
  EXPECT_NEAR(heavy->mean_in_system(), 15.4666136, .5e-7);
}

TEST(MMcK, SimmersTwoServersWithRoomForThree) {
  const auto queue = MMcK::of(3, 4, 2, 3);
  EXPECT_NEAR(queue->mean_in_system(), .7623400, .5e-7);
  EXPECT_NEAR(queue->loss(), .0493601, .5e-7);
}

TEST(MMcK, TheQueueingPackagesFiveServersWithRoomForTwelve) {
  const auto queue = MMcK::of(8, 4, 5, 12);
  EXPECT_NEAR(queue->mean_in_queue(), .0394634473, .5e-10);
  EXPECT_NEAR(queue->mean_sojourn(), .2549332205, .5e-10);
  EXPECT_NEAR(queue->throughput(), 7.99953047, .5e-8);
}

TEST(MMcK, OctavesExamplesFromTheWeb) {
  const auto first = MMcK::of(40, 30, 3, 7);
  EXPECT_NEAR(first->state_probability(0), .255037, .5e-6);
  EXPECT_NEAR(first->mean_sojourn(), .036517, .5e-6);
  EXPECT_NEAR(MMcK::of(50, 10, 4, 6)->loss(), .293543, .5e-6);
  const auto third = MMcK::of(3, 2, 2, 5);  // its digits are cut, not rounded
  EXPECT_NEAR(third->state_probability(0), .179334, 1e-6);
  EXPECT_NEAR(third->loss(), .085113, 1e-6);
  EXPECT_NEAR(third->mean_in_system(), 2.00595, 1e-5);
  EXPECT_NEAR(third->mean_wait(), .230857, 1e-6);
}

TEST(MMcK, WithoutWaitingRoomItIsErlangsLossSystem) {
  const auto queue = MMcK::of(4.4612, 1, 10, 10);
  EXPECT_NEAR(queue->loss(), erlang_b(10, 4.4612), 1e-15);
  EXPECT_NEAR(queue->loss(), .01, 1e-6);
  EXPECT_EQ(queue->wait_quantile(.999), 0);
  EXPECT_EQ(queue->mean_in_queue(), 0);
  EXPECT_NEAR(queue->sojourn_tail(1), std::exp(-1), 1e-14);
}

TEST(MMcK, WithEndlessRoomItIsMMc) {
  for (const int servers : {1, 2, 10}) {
    const auto endless = MMc::of(.8 * servers, 1, servers);
    const auto roomy = MMcK::of(.8 * servers, 1, servers, 400);
    for (const double p : {.5, .9, .99, .999}) {
      EXPECT_NEAR(roomy->wait_quantile(p), endless->wait_quantile(p), 1e-9);
      EXPECT_NEAR(roomy->sojourn_quantile(p), endless->sojourn_quantile(p), 1e-9);
    }
    EXPECT_NEAR(roomy->mean_sojourn(), endless->mean_sojourn(), 1e-10);
  }
}

TEST(MMcK, TheTailsIntegrateToTheMeans) {
  // E[T] is the integral of its tail; Simpson's rule with steps of 1/200 is exact to 1e-9 here.
  const auto queue = MMcK::of(12, 1, 10, 25);
  const auto integral = [](const auto& tail) {
    constexpr int kSteps = 8000;
    constexpr double kStep = 1.0 / 200;
    double sum = tail(0.0) + tail(kSteps * kStep);
    for (int i = 1; i < kSteps; ++i) sum += (i % 2 == 1 ? 4 : 2) * tail(i * kStep);
    return sum * kStep / 3;
  };
  EXPECT_NEAR(integral([&](double t) { return queue->wait_tail(t); }), queue->mean_wait(), 1e-8);
  EXPECT_NEAR(integral([&](double t) { return queue->sojourn_tail(t); }), queue->mean_sojourn(),
              1e-8);
}

TEST(MMcK, AnErlangWaitByHand) {
  // M/M/1/2: an accepted arrival finds 0 or 1; then it waits for one exponential service.
  const auto queue = MMcK::of(1, 2, 1, 2);
  const double finds_one = 1.0 / 3;  // (1/2) / (1 + 1/2)
  EXPECT_NEAR(queue->wait_tail(.7), finds_one * std::exp(-1.4), 1e-14);
  EXPECT_NEAR(queue->sojourn_tail(.7), std::exp(-1.4) * (1 + finds_one * 1.4), 1e-14);
}

TEST(MMcK, HugeRoomsAndOverloadsStayFinite) {
  const auto queue = MMcK::of(2000, 1, 1000, 20'000);
  EXPECT_NEAR(queue->loss(), .5, 1e-12);
  EXPECT_NEAR(queue->mean_wait(), 18.999, .01);  // 19000 less about 1 ahead, at 1000/s
  EXPECT_GT(queue->wait_quantile(.99), 19);
  EXPECT_LT(queue->wait_quantile(.99), 19.5);
}

TEST(MMcK, ServersBeyondTheRoomAreNeverUsed) {
  EXPECT_DOUBLE_EQ(MMcK::of(3, 1, 50, 4)->loss(), MMcK::of(3, 1, 4, 4)->loss());
}

TEST(MMcK, InputsOutOfRangeGiveNoAnswer) {
  EXPECT_FALSE(MMcK::of(0, 1, 1, 1));
  EXPECT_FALSE(MMcK::of(1, -1, 1, 1));
  EXPECT_FALSE(MMcK::of(1, 1, 0, 1));
  EXPECT_FALSE(MMcK::of(1, 1, 1, 0));
}

TEST(FiniteSource, TheQueueingPackagesTwoUsers) {
  const auto loop = FiniteSource::of(.25, 4, 1, 2);
  ASSERT_TRUE(loop);
  EXPECT_NEAR(loop->mean_in_system(), .124137931, .5e-9);
  EXPECT_NEAR(loop->mean_sojourn(), .264705882, .5e-9);
  EXPECT_FALSE(FiniteSource::of(.25, 4, 1, 0));
}

TEST(FiniteSource, ManyUsersSaturateTheServers) {
  const auto loop = FiniteSource::of(1, 10, 2, 1000);
  EXPECT_NEAR(loop->throughput(), 20, 1e-9);
  EXPECT_NEAR(loop->mean_sojourn(), 1000.0 / 20 - 1, 1e-7);  // N / X - Z
}

}  // namespace
}  // namespace spillway::theory
