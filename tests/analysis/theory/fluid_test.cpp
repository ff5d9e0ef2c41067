#include "analysis/theory/fluid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "analysis/theory/outage.h"

namespace spillway::theory {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Fluid, AnOutageOf300SecondsIsTheTextbooksExample) {
  // 80/s against 100/s, nothing for 300 s: 24000 messages, 1200 s to drain, 300 s at worst.
  const std::vector<RatePiece> arrivals{{0, kInfinity, 80, 80}};
  const std::vector<RatePiece> capacity{{300, kInfinity, 100, 100}};
  const auto answer = fluid_backlog(arrivals, capacity);
  ASSERT_TRUE(answer);
  EXPECT_DOUBLE_EQ(answer->max_backlog, 24000);
  EXPECT_DOUBLE_EQ(answer->max_at_s, 300);
  ASSERT_TRUE(answer->empty_at_s);
  EXPECT_DOUBLE_EQ(*answer->empty_at_s, 1500);
  EXPECT_DOUBLE_EQ(answer->oldest_age_s, 300);
  EXPECT_DOUBLE_EQ(answer->delayed, 80.0 * 1500);
  EXPECT_DOUBLE_EQ(answer->total_delay_s, 0.5 * 24000 * 1500);
  EXPECT_DOUBLE_EQ(answer->backlog_at(150), 12000);
  EXPECT_DOUBLE_EQ(answer->backlog_at(900), 12000);
  EXPECT_EQ(answer->backlog_at(2000), 0);
  EXPECT_DOUBLE_EQ(answer->drain_time_s(900).value(), 600);
  EXPECT_EQ(answer->drain_time_s(1600).value(), 0);
  EXPECT_DOUBLE_EQ(answer->delay_at(0), 300);
  EXPECT_DOUBLE_EQ(answer->delay_at(100), 200 + 80);
}

TEST(Fluid, AgreesWithTheClosedFormsOfAnOutageWithResidualCapacity) {
  const Outage outage{
      .arrival_rate = 80, .capacity = 100, .length_s = 300, .residual_capacity = 20};
  const auto closed = outage_answer(outage);
  const std::vector<RatePiece> arrivals{{0, kInfinity, 80, 80}};
  const std::vector<RatePiece> capacity{{0, 300, 20, 20}, {300, kInfinity, 100, 100}};
  const auto answer = fluid_backlog(arrivals, capacity);
  ASSERT_TRUE(closed && answer && answer->empty_at_s);
  EXPECT_DOUBLE_EQ(answer->max_backlog, closed->backlog);
  EXPECT_DOUBLE_EQ(*answer->empty_at_s, closed->recovery_s);
  EXPECT_DOUBLE_EQ(answer->delayed, closed->delayed);
  EXPECT_DOUBLE_EQ(answer->total_delay_s, closed->total_delay_s);
  EXPECT_NEAR(answer->oldest_age_s, closed->worst_delay_s, 1e-9);
}

TEST(Fluid, ATriangularRushHourIsExact) {
  // Up from 0 to 20/s in 100 s and down again, capacity 10/s. The queue starts at 50 s, is deepest
  // where the rate falls through 10 at 150 s (250 + 250 messages), and empties when 500 are worked
  // off: after 200 s arrivals are over. From 150 to 200 s the rate falls to 0, net area -250; then
  // -10/s.
  const std::vector<RatePiece> arrivals{{0, 100, 0, 20}, {100, 200, 20, 0}};
  const std::vector<RatePiece> capacity{{0, kInfinity, 10, 10}};
  const auto answer = fluid_backlog(arrivals, capacity);
  ASSERT_TRUE(answer && answer->empty_at_s);
  EXPECT_NEAR(answer->max_backlog, 500, 1e-9);
  EXPECT_NEAR(answer->max_at_s, 150, 1e-9);
  EXPECT_NEAR(*answer->empty_at_s, 225, 1e-9);
  // The wait under constant capacity is backlog / capacity, greatest with the backlog.
  EXPECT_NEAR(answer->oldest_age_s, 50, 1e-9);
  EXPECT_NEAR(answer->backlog_at(100), 250, 1e-9);
  EXPECT_EQ(answer->backlog_at(49), 0);
  // Arrivals from 50 s to 225 s: 2000 in all less the 250 before.
  EXPECT_NEAR(answer->delayed, 1750, 1e-9);
}

TEST(Fluid, AgreesWithAFineGridOnSpikesAndScalingSteps) {
  // Euler steps of 1 ms on cumulative arrivals; their error is below rate * step per change of
  // state.
  const std::vector<RatePiece> arrivals{{0, 60, 50, 50},
                                        {60, 65, 50, 250},
                                        {65, 125, 250, 250},
                                        {125, 130, 250, 50},
                                        {130, 900, 50, 50}};
  const std::vector<RatePiece> capacity{
      {0, 90, 80, 80}, {90, 110, 120, 120}, {110, 400, 160, 160}, {400, kInfinity, 80, 80}};
  const auto answer = fluid_backlog(arrivals, capacity);
  ASSERT_TRUE(answer);
  const auto rate = [](const std::vector<RatePiece>& pieces, double t) {
    for (const RatePiece& p : pieces)
      if (t >= p.from_s && t < p.until_s)
        return p.until_s == kInfinity ? p.rate_from
                                      : p.rate_from + (p.rate_until - p.rate_from) *
                                                          (t - p.from_s) / (p.until_s - p.from_s);
    return 0.0;
  };
  constexpr double kStep = 1e-3;
  std::vector<double> arrived{0};
  std::vector<double> served{0};
  double backlog = 0;
  double deepest = 0;
  for (int i = 0; i < 900'000; ++i) {
    const double t = (i + 0.5) * kStep;
    const double before = backlog;
    const double in = rate(arrivals, t) * kStep;
    backlog = std::max(0.0, backlog + in - rate(capacity, t) * kStep);
    arrived.push_back(arrived.back() + in);
    served.push_back(served.back() + in + before - backlog);
    deepest = std::max(deepest, backlog);
    if (i % 50'000 == 0) {
      EXPECT_NEAR(answer->backlog_at((i + 1) * kStep), backlog, 0.5);
    }
  }
  EXPECT_NEAR(answer->max_backlog, deepest, 0.5);
  double oldest = 0;
  std::size_t leaves = 0;
  for (std::size_t s = 0; s < arrived.size(); ++s) {
    while (leaves + 1 < served.size() && served[leaves] < arrived[s] - 1e-6) ++leaves;
    if (leaves > s) oldest = std::max(oldest, static_cast<double>(leaves - s) * kStep);
  }
  EXPECT_NEAR(answer->oldest_age_s, oldest, 0.02);
}

TEST(Fluid, TheOldestMessageMayArriveInTheMiddleOfARampWhenCapacitySteps) {
  // A ramp that meets a step of the capacity: checked against every arrival instant on a grid.
  const std::vector<RatePiece> arrivals{{0, 50, 0, 40}, {50, 90, 40, 5}};
  const std::vector<RatePiece> capacity{{0, 40, 12, 12}, {40, 60, 3, 3}, {60, kInfinity, 30, 30}};
  const auto answer = fluid_backlog(arrivals, capacity);
  ASSERT_TRUE(answer);
  double worst = 0;
  for (int i = 0; i <= 90'000; ++i) worst = std::max(worst, answer->delay_at(i * 1e-3));
  EXPECT_GE(answer->oldest_age_s, worst - 1e-9);
  EXPECT_NEAR(answer->oldest_age_s, worst, 2e-3);  // the wait's slope is below 2 s per second
}

TEST(Fluid, TheOldestIsTheFirstThatTheCapacityNoLongerReaches) {
  // 50 messages are out by 10 s, the last of them came at 5 s; the next one waits until 50 s.
  const std::vector<RatePiece> capacity{{0, 10, 5, 5}, {50, kInfinity, 20, 20}};
  const auto answer = fluid_backlog(std::vector<RatePiece>{{0, 20, 10, 10}}, capacity);
  ASSERT_TRUE(answer);
  EXPECT_DOUBLE_EQ(answer->oldest_age_s, 45);
}

TEST(Fluid, NoInstantOfRandomLoadsExceedsTheAnswers) {
  // 500 loads and capacities of up to five pieces each, half of them in whole numbers so that
  // events coincide; seed 1. Every answer bounds its values on a grid of 1000 instants.
  std::mt19937_64 engine{1};
  const auto uniform = [&] { return static_cast<double>(engine() >> 11) * 0x1p-53; };
  for (int round = 0; round < 500; ++round) {
    const bool whole = round % 2 == 0;
    const auto below = [&](double most) {
      const double value = uniform() * most;
      return whole ? std::floor(value) : value;
    };
    std::vector<RatePiece> arrivals;
    std::vector<RatePiece> capacity;
    double at_s = below(10);
    for (double pieces = 1 + std::floor(5 * uniform()); pieces > 0; --pieces) {
      const double until_s = at_s + 1 + below(20);
      arrivals.push_back({at_s, until_s, below(20), below(20)});
      at_s = until_s + (uniform() < .2 ? below(5) : 0);
    }
    at_s = below(10);
    for (double pieces = 1 + std::floor(5 * uniform()); pieces > 0; --pieces) {
      const double until_s = pieces > 1 ? at_s + 1 + below(20) : kInfinity;
      const double rate = uniform() < .2 ? 0 : below(20);
      capacity.push_back({at_s, until_s, rate, rate});
      at_s = until_s;
    }
    const double initial = uniform() < .3 ? below(100) : 0;
    const auto answer = fluid_backlog(arrivals, capacity, initial);
    ASSERT_TRUE(answer);
    const auto& path = answer->path;
    EXPECT_EQ(path.back().until_s, kInfinity);
    for (std::size_t i = 1; i < path.size(); ++i) EXPECT_EQ(path[i].from_s, path[i - 1].until_s);
    const double from_s = path.front().from_s;
    const double step_s = (path.back().from_s + 10 - from_s) / 1000;
    for (int i = 0; i < 1000; ++i) {
      const double now_s = from_s + i * step_s;
      EXPECT_LE(answer->backlog_at(now_s), answer->max_backlog * (1 + 1e-9) + 1e-9);
      for (const RatePiece& piece : arrivals) {
        if (now_s < piece.from_s || now_s >= piece.until_s) continue;
        if (std::max(piece.rate_from, piece.rate_until) > 0 && answer->backlog_at(now_s) > 0) {
          EXPECT_LE(answer->delay_at(now_s), answer->oldest_age_s * (1 + 1e-9) + 1e-7) << round;
        }
      }
    }
  }
}

TEST(Fluid, CapacityThatStopsAsTheLastMessageLeavesDelaysNobody) {
  // 200 messages by 10 s, the last served at 20 s; then nothing is served until 100 s.
  const std::vector<RatePiece> capacity{{0, 20, 10, 10}, {100, kInfinity, 10, 10}};
  const auto answer = fluid_backlog(std::vector<RatePiece>{{0, 10, 20, 20}}, capacity);
  ASSERT_TRUE(answer);
  EXPECT_DOUBLE_EQ(answer->oldest_age_s, 10);
  // With arrivals that go on, those just after that message wait for the capacity to return.
  const auto more =
      fluid_backlog(std::vector<RatePiece>{{0, 10, 20, 20}, {10, 11, 1, 1}}, capacity);
  EXPECT_DOUBLE_EQ(more->oldest_age_s, 90);
}

TEST(Fluid, AnInitialBacklogDrainsFirst) {
  const std::vector<RatePiece> capacity{{0, kInfinity, 10, 10}};
  const auto answer = fluid_backlog({}, capacity, 50);
  ASSERT_TRUE(answer && answer->empty_at_s);
  EXPECT_DOUBLE_EQ(*answer->empty_at_s, 5);
  EXPECT_DOUBLE_EQ(answer->oldest_age_s, 5);
  EXPECT_DOUBLE_EQ(answer->total_delay_s, 125);
  EXPECT_EQ(answer->delayed, 0);
}

TEST(Fluid, AnOverloadThatNeverEndsIsSaidToBeInfinite) {
  const std::vector<RatePiece> arrivals{{0, kInfinity, 11, 11}};
  const std::vector<RatePiece> capacity{{0, kInfinity, 10, 10}};
  const auto answer = fluid_backlog(arrivals, capacity);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->max_backlog, kInfinity);
  EXPECT_FALSE(answer->empty_at_s);
  EXPECT_EQ(answer->oldest_age_s, kInfinity);
  EXPECT_FALSE(answer->drain_time_s(5));
}

TEST(Fluid, CapacityThatNeverComesLeavesTheBacklogForEver) {
  const std::vector<RatePiece> arrivals{{0, 10, 3, 3}};
  const auto answer = fluid_backlog(arrivals, {});
  ASSERT_TRUE(answer);
  EXPECT_DOUBLE_EQ(answer->max_backlog, 30);
  EXPECT_FALSE(answer->empty_at_s);
  EXPECT_EQ(answer->oldest_age_s, kInfinity);
}

TEST(Fluid, ABalancedLoadKeepsTheBacklogItHas) {
  const std::vector<RatePiece> arrivals{{0, 10, 20, 20}, {10, 20, 10, 10}, {20, 30, 0, 0}};
  const std::vector<RatePiece> capacity{{0, kInfinity, 10, 10}};
  const auto answer = fluid_backlog(arrivals, capacity);
  ASSERT_TRUE(answer && answer->empty_at_s);
  EXPECT_DOUBLE_EQ(answer->max_backlog, 100);
  EXPECT_DOUBLE_EQ(answer->max_at_s, 10);
  EXPECT_DOUBLE_EQ(answer->backlog_at(15), 100);
  EXPECT_DOUBLE_EQ(*answer->empty_at_s, 30);
}

TEST(Fluid, NoBacklogWithinCapacity) {
  const std::vector<RatePiece> arrivals{{0, kInfinity, 10, 10}};
  const auto answer = fluid_backlog(arrivals, arrivals);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->max_backlog, 0);
  EXPECT_EQ(answer->delayed, 0);
  EXPECT_EQ(answer->empty_at_s, 0);
}

TEST(Fluid, PiecesThatMakeNoSenseGiveNoAnswer) {
  const std::vector<RatePiece> fine{{0, 10, 1, 1}};
  EXPECT_FALSE(fluid_backlog({}, {}));
  EXPECT_FALSE(fluid_backlog(std::vector<RatePiece>{{0, 0, 1, 1}}, fine));
  EXPECT_FALSE(fluid_backlog(std::vector<RatePiece>{{0, 5, 1, 1}, {4, 6, 1, 1}}, fine));
  EXPECT_FALSE(fluid_backlog(std::vector<RatePiece>{{0, 5, -1, 1}}, fine));
  EXPECT_FALSE(fluid_backlog(std::vector<RatePiece>{{0, kInfinity, 1, 2}}, fine));
  EXPECT_FALSE(fluid_backlog(fine, std::vector<RatePiece>{{0, 5, 1, 2}}));
  EXPECT_FALSE(fluid_backlog(fine, fine, -1));
  EXPECT_FALSE(fluid_backlog(fine, fine, std::nan("")));
}

TEST(Fluid, ATouchOfZeroSplitsThePathAndGoesOn) {
  // Net rate -10, 0 at 10 s, +10: the parabola from 50 touches 0 at 10 s and rises again.
  const std::vector<RatePiece> arrivals{{0, 20, 0, 20}};
  const std::vector<RatePiece> capacity{{0, kInfinity, 10, 10}};
  const auto answer = fluid_backlog(arrivals, capacity, 50);
  ASSERT_TRUE(answer && answer->empty_at_s);
  EXPECT_NEAR(answer->backlog_at(10), 0, 1e-9);
  EXPECT_NEAR(answer->backlog_at(19.999999), 50, 1e-4);
  EXPECT_NEAR(*answer->empty_at_s, 10, 1e-6);  // from the first instant of 50, the start
}

}  // namespace
}  // namespace spillway::theory
