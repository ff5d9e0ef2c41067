#include "sim/model/fault/fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Address kService = component_address(1, 0);
constexpr Address kFault = component_address(4, 0);
constexpr Time kRun = 1000 * kSecond;

class Faults : public testing::Test {
 protected:
  /// Once, or at random.
  void open(std::optional<Time> at, std::optional<Variate> every, Variate lasts) {
    Fault::Wiring wiring;
    wiring.address = kFault;
    wiring.strikes = {{bench_.fault(FaultKind::hang, kService), 0}};
    wiring.at = at;
    if (every) wiring.every = bench_.site(*every);
    wiring.lasts = bench_.site(std::move(lasts));
    fault_.emplace(wiring);
    fault_->claim(bench_.context);
  }
  Fault::Spans draw() { return fault_->draw(bench_.context, kRun); }

  Bench bench_;
  std::optional<Fault> fault_;
};

using Span = std::pair<Time, Time>;

TEST_F(Faults, StrikeOnceWhereTheySayWhen) {
  open(30 * kSecond, {}, Variate::constant(5e9));
  EXPECT_THAT(draw(), ElementsAre(Span{30 * kSecond, 35 * kSecond}));
  open(kRun, {}, Variate::constant(5e9));
  EXPECT_THAT(draw(), IsEmpty()) << "not after the run";
}

TEST_F(Faults, StrikeAgainAfterEachEndAtRandom) {
  open({}, Variate::constant(100e9), Variate::constant(60e9));
  EXPECT_THAT(draw(),
              ElementsAre(Span{100 * kSecond, 160 * kSecond}, Span{260 * kSecond, 320 * kSecond},
                          Span{420 * kSecond, 480 * kSecond}, Span{580 * kSecond, 640 * kSecond},
                          Span{740 * kSecond, 800 * kSecond}, Span{900 * kSecond, 960 * kSecond}));
}

TEST_F(Faults, LastBeyondTheRunWhereTheyBeginWithinIt) {
  open({}, Variate::constant(990e9), Variate::constant(60e9));
  EXPECT_THAT(draw(), ElementsAre(Span{990 * kSecond, 1050 * kSecond}));
}

TEST_F(Faults, AreDrawnAnewInEachReplicationAndTheSameInEachRunOfIt) {
  open({}, Variate::exponential(50e9), Variate::exponential(5e9));
  const Fault::Spans first = draw();
  EXPECT_EQ(draw(), first);
  bench_.context.restart(1, 1);
  EXPECT_NE(draw(), first);
  bench_.context.restart(1, 0);
  EXPECT_EQ(draw(), first);
}

TEST_F(Faults, HaveTheAvailabilityOfTheirMeans) {
  // An alternating renewal process of means 9 and 1: up for 0.9 of the time. In 200 runs of 1000 s
  // the share down has variance 2 x 9^2 x 1^2 / (10^3 x 1000) in each, for exponential times;
  // 4.9 standard deviations. The start, up, adds 0.1 x 0.9 s / 1000 s at most.
  open({}, Variate::exponential(9e9), Variate::exponential(1e9));
  constexpr int kRuns = 200;
  double down = 0;
  for (std::uint32_t run = 0; run < kRuns; ++run) {
    bench_.context.restart(1, run);
    for (const auto& [from, until] : draw()) down += to_seconds(std::min(until, kRun) - from);
  }
  EXPECT_NEAR(down / (kRuns * 1000), 0.1, 4.9 * std::sqrt(162.0 / 1e6 / kRuns) + 0.0001);
}

TEST_F(Faults, AreTooManyBeyondALimit) {
  const double every = 1e9 * 1000 / static_cast<double>(Fault::kMostSpans);
  open({}, Variate::constant(every * 0.51), Variate::constant(every * 0.5));
  EXPECT_LE(draw().size(), Fault::kMostSpans);
  open({}, Variate::constant(every * 0.49), Variate::constant(every * 0.5));
  EXPECT_THROW(draw(), OutOfFaults);
  open({}, Variate::constant(0), Variate::constant(0));
  EXPECT_THROW(draw(), OutOfFaults) << "and never for ever";
}

TEST_F(Faults, TellTheirTargetWhenTheyBeginAndEnd) {
  open({}, Variate::constant(400e9), Variate::constant(60e9));
  draw();
  bench_.begin(*fault_);
  bench_.run(*fault_, 2 * kRun);
  const std::uint32_t begins = ImpairmentChange{0, true}.payload();
  const std::uint32_t ends = ImpairmentChange{0, false}.payload();
  EXPECT_THAT(bench_.said, ElementsAre(Bench::Said{400 * kSecond, to<Impair>(kService, begins)},
                                       Bench::Said{460 * kSecond, to<Impair>(kService, ends)},
                                       Bench::Said{860 * kSecond, to<Impair>(kService, begins)},
                                       Bench::Said{920 * kSecond, to<Impair>(kService, ends)}));
  EXPECT_EQ(fault_->metrics().begun.at(1), 2u);
}

TEST_F(Faults, RestartPlacesInTurns) {
  Fault::Wiring wiring;
  wiring.address = kFault;
  wiring.at = 10 * kSecond;
  wiring.lasts = bench_.site(Variate::constant(10e9));
  Fault::Instances instances;
  instances.of = kService;
  instances.places = 4;
  instances.at_a_time = 2;
  instances.each = 5 * kSecond;
  wiring.instances = instances;
  fault_.emplace(wiring);
  fault_->claim(bench_.context);
  draw();
  bench_.begin(*fault_);
  bench_.run(*fault_, kRun);
  using enum FleetChange::What;
  const auto word = [](Time at, FleetChange::What what, std::uint32_t place) {
    return Bench::Said{at * kSecond, to<Scale>(kService, FleetChange{what, place}.payload())};
  };
  EXPECT_THAT(bench_.said, ElementsAre(word(10, stop, 0), word(10, stop, 1), word(15, resume, 0),
                                       word(15, resume, 1), word(15, stop, 2), word(15, stop, 3),
                                       word(20, resume, 2), word(20, resume, 3)));
  EXPECT_EQ(fault_->metrics().begun.at(1), 1u);
}

TEST_F(Faults, StrikeBeforeAnythingElseAtTheirInstant) {
  open(5, {}, Variate::constant(10));
  draw();
  constexpr Next kWork{kService, 1};
  bench_.context.events.push(5, Phase::kCompletion, kWork);
  bench_.begin(*fault_);
  Event event;
  ASSERT_TRUE(bench_.context.events.pop(event, 5));
  EXPECT_EQ(event.action.target, say<Tick>(kFault));
}

TEST_F(Faults, BeginAndEndAtOneInstantWhereTheyLastNoTime) {
  open(5, {}, Variate::constant(0));
  draw();
  bench_.begin(*fault_);
  bench_.run(*fault_, 10);
  ASSERT_EQ(bench_.said.size(), 2u);
  EXPECT_TRUE(ImpairmentChange::of(bench_.said[0].next.payload).begins);
  EXPECT_FALSE(ImpairmentChange::of(bench_.said[1].next.payload).begins);
}

}  // namespace
}  // namespace spillway
