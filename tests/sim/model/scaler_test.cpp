#include "sim/model/scaler/scaler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ScalePolicy policy(ScaleBy by, double target, double tolerance = 0) {
  ScalePolicy policy;
  policy.by = by;
  policy.target = target;
  policy.tolerance = tolerance;
  policy.least = 1;
  policy.most = 20;
  return policy;
}

ScaleFigures backlog(std::int64_t messages, std::uint32_t there) {
  ScaleFigures figures;
  figures.backlog = messages;
  figures.serving = figures.wanted = there;
  return figures;
}

TEST(ScalePolicies, GiveEachInstanceItsShareOfTheBacklog) {
  const ScalePolicy each = policy(ScaleBy::backlog_per_instance, 100);
  EXPECT_EQ(each.wanted(backlog(0, 4)), 1u);
  EXPECT_EQ(each.wanted(backlog(400, 4)), 4u);
  EXPECT_EQ(each.wanted(backlog(401, 4)), 5u);
  EXPECT_EQ(each.wanted(backlog(300, 4)), 3u);
  EXPECT_EQ(each.wanted(backlog(1'000'000'000'000, 4)), 20u) << "the most there may be";
}

TEST(ScalePolicies, BringTheFirstBackFromNone) {
  ScalePolicy none = policy(ScaleBy::backlog_per_instance, 100, 0.1);
  none.least = 0;
  EXPECT_EQ(none.wanted(backlog(0, 0)), 0u);
  EXPECT_EQ(none.wanted(backlog(1, 0)), 1u);
  EXPECT_EQ(none.wanted(backlog(0, 3)), 0u);
}

TEST(ScalePolicies, CountThoseThatStartAgainstTheBacklog) {
  ScaleFigures figures = backlog(1000, 2);
  figures.wanted = 10;
  EXPECT_EQ(policy(ScaleBy::backlog_per_instance, 100).wanted(figures), 10u) << "8 come already";
}

TEST(ScalePolicies, TakeAnAgeAndAUtilizationAsProportions) {
  // Source: desired = ceil(current x figure / target), Kubernetes, Horizontal Pod Autoscaling,
  // "Algorithm details".
  ScaleFigures figures = backlog(0, 4);
  figures.age = 50;
  figures.busy = 0.9;
  EXPECT_EQ(policy(ScaleBy::age, 20).wanted(figures), 10u);
  EXPECT_EQ(policy(ScaleBy::age, 50).wanted(figures), 4u);
  EXPECT_EQ(policy(ScaleBy::utilization, 0.6).wanted(figures), 6u);
  figures.busy = 0.1;
  EXPECT_EQ(policy(ScaleBy::utilization, 0.6).wanted(figures), 1u);
}

TEST(ScalePolicies, ChangeNothingWithinTheTolerance) {
  const ScalePolicy tolerant = policy(ScaleBy::backlog_per_instance, 100, 0.1);
  EXPECT_EQ(tolerant.wanted(backlog(439, 4)), 4u);
  EXPECT_EQ(tolerant.wanted(backlog(361, 4)), 4u);
  EXPECT_EQ(tolerant.wanted(backlog(441, 4)), 5u);
  ScaleFigures figures = backlog(0, 4);
  figures.busy = 0.65;
  EXPECT_EQ(policy(ScaleBy::utilization, 0.6, 0.1).wanted(figures), 4u);
}

TEST(ScalePolicies, LetNoMoreComeAtOnceThanAStep) {
  ScalePolicy slow = policy(ScaleBy::backlog_per_instance, 100);
  slow.step = 3;
  EXPECT_EQ(slow.wanted(backlog(2000, 4)), 7u);
  EXPECT_EQ(slow.wanted(backlog(0, 10)), 1u) << "all may go at once";
}

TEST(ScalePolicies, LetPollersComeWhileThereIsSomethingToFetch) {
  // Source: AWS Lambda Developer Guide, services-sqs-scaling.html: more while messages are
  // available; premium support, lambda-sqs-scaling: not while invocations fail.
  ScalePolicy pollers = policy(ScaleBy::pollers, 1);
  pollers.least = 5;
  pollers.step = 3;
  EXPECT_EQ(pollers.wanted(backlog(1, 5)), 8u);
  EXPECT_EQ(pollers.wanted(backlog(1'000'000, 19)), 20u) << "the most there may be";
  ScaleFigures figures = backlog(1, 8);
  figures.failing = true;
  EXPECT_EQ(pollers.wanted(figures), 8u);
  figures = backlog(0, 16);
  figures.busy = 0.7;
  EXPECT_EQ(pollers.wanted(figures), 12u) << "as many as were in use";
  figures.busy = 0;
  EXPECT_EQ(pollers.wanted(figures), 5u);
}

constexpr Address kScaler = component_address(11, 0);
constexpr Address kConsumer = component_address(3, 0);

class Scalers : public testing::Test {
 protected:
  Scalers() : fleet_({kConsumer, 2, 20, 1, {}}) {
    const Timeline& timeline = bench_.context.timeline;
    ready_.begin(timeline, {});
    oldest_.begin(timeline, {});
    busy_.begin(timeline, {});
    failed_.begin(timeline, {});
    fleet_.begin(bench_.context, {});
  }
  Scaler::Wiring wiring(ScaleBy by, double target) const {
    Scaler::Wiring wiring;
    wiring.address = kScaler;
    wiring.component = kConsumer;
    wiring.policy = policy(by, target);
    if (by != ScaleBy::schedule) wiring.every = 10;
    return wiring;
  }
  void open(const Scaler::Wiring& wiring) {
    scaler_.emplace(wiring);
    Scaler::Sight sight;
    sight.fleet = &fleet_;
    const ScaleBy by = wiring.policy.by;
    const bool polls = by == ScaleBy::pollers;
    sight.backlog = by == ScaleBy::backlog_per_instance || polls ? &ready_ : nullptr;
    sight.age = by == ScaleBy::age ? &oldest_ : nullptr;
    sight.busy = by == ScaleBy::utilization || polls ? &busy_ : nullptr;
    sight.failed = polls ? &failed_ : nullptr;
    scaler_->look_at(sight);
    scaler_->claim(bench_.context);
    scaler_->begin(bench_.context, {});
  }
  /// Runs up to a time; each number that is asked for comes about. Returns them, with when.
  std::vector<std::pair<Time, std::uint32_t>> run(Time until) {
    std::vector<std::pair<Time, std::uint32_t>> asked;
    bench_.context.events.push(until, Phase::kArrival, {kConsumer, 0});
    for (Event event; bench_.context.events.pop(event, until);) {
      if (event.action.target != say<Tick>(kScaler)) continue;
      const Next next = scaler_->on(Tick{}, event.action.payload, bench_.context);
      if (!next) continue;
      EXPECT_EQ(next.target, say<Scale>(kConsumer));
      asked.emplace_back(event.at, next.payload);
      std::vector<std::uint32_t> changed;
      fleet_.scale_to(next.payload, bench_.context, changed);
      for (const std::uint32_t place : changed) {
        if (fleet_.at(place) == Fleet::Place::ending) fleet_.ended(place, bench_.context);
      }
    }
    return asked;
  }
  Time now() const { return bench_.context.now(); }

  Bench bench_;
  Fleet fleet_;
  Level ready_;
  Age oldest_;
  Level busy_;
  Counter failed_;
  std::optional<Scaler> scaler_;
};

using Asked = std::pair<Time, std::uint32_t>;

TEST_F(Scalers, LookAtTheBacklogFromTimeToTime) {
  open(wiring(ScaleBy::backlog_per_instance, 100));
  ready_.add(0, 500);
  EXPECT_THAT(run(9), IsEmpty());
  EXPECT_THAT(run(10), ElementsAre(Asked{10, 5}));
  EXPECT_THAT(run(29), IsEmpty()) << "nothing has changed";
  ready_.add(29, -400);
  EXPECT_THAT(run(30), ElementsAre(Asked{30, 1}));
}

TEST_F(Scalers, LookAtTheAgeOfTheOldest) {
  open(wiring(ScaleBy::age, 10));
  run(5);
  oldest_.oldest(5, 0);
  EXPECT_THAT(run(30), ElementsAre(Asked{20, 4}, Asked{30, 12})) << "2 x 20 / 10, 4 x 30 / 10";
  oldest_.oldest(31, kNever);
  EXPECT_THAT(run(40), ElementsAre(Asked{40, 1}));
}

TEST_F(Scalers, LookAtTheUseSinceTheLookBefore) {
  open(wiring(ScaleBy::utilization, 0.5));
  busy_.add(0, 2);
  run(5);
  busy_.add(5, -2);
  EXPECT_THAT(run(10), IsEmpty()) << "two slots, in use for half of the time";
  busy_.add(10, 2);
  EXPECT_THAT(run(20), ElementsAre(Asked{20, 4}));
}

TEST_F(Scalers, LookAtFailuresSinceTheLookBefore) {
  Scaler::Wiring pollers = wiring(ScaleBy::pollers, 1);
  pollers.policy.step = 1;
  open(pollers);
  ready_.add(0, 100);
  EXPECT_THAT(run(10), ElementsAre(Asked{10, 3}));
  failed_.add(1);
  EXPECT_THAT(run(20), IsEmpty());
  EXPECT_THAT(run(30), ElementsAre(Asked{30, 4})) << "no more have failed";
}

TEST_F(Scalers, RestAfterAChange) {
  Scaler::Wiring patient = wiring(ScaleBy::backlog_per_instance, 100);
  patient.cooldown_out = 30;
  patient.cooldown_in = 50;
  open(patient);
  ready_.add(0, 500);
  EXPECT_THAT(run(10), ElementsAre(Asked{10, 5}));
  ready_.add(10, 500);
  EXPECT_THAT(run(40), ElementsAre(Asked{40, 10})) << "30 after the latest that came";
  ready_.add(40, -1000);
  EXPECT_THAT(run(100), ElementsAre(Asked{90, 1})) << "50 after the latest change";
  ready_.add(100, 300);
  EXPECT_THAT(run(110), ElementsAre(Asked{110, 3})) << "none has come for long";
}

TEST_F(Scalers, KeepASchedule) {
  Scaler::Wiring by_time = wiring(ScaleBy::schedule, 1);
  by_time.shifts = {{20, 60, 5}, {40, 50, 9}, {70, kNever, 3}};
  open(by_time);
  EXPECT_THAT(run(1000),
              ElementsAre(Asked{20, 5}, Asked{40, 9}, Asked{50, 5}, Asked{60, 1}, Asked{70, 3}));
}

TEST_F(Scalers, TakeAScheduleAsALowerBoundThatNoCooldownHoldsUp) {
  Scaler::Wiring both = wiring(ScaleBy::backlog_per_instance, 100);
  both.cooldown_out = 1000;
  both.shifts = {{25, 45, 4}};
  open(both);
  ready_.add(0, 300);
  EXPECT_THAT(run(39), ElementsAre(Asked{10, 3}, Asked{25, 4}));
  ready_.add(39, 200);
  EXPECT_THAT(run(44), IsEmpty()) << "more come not so soon";
  ready_.add(44, -300);
  EXPECT_THAT(run(60), ElementsAre(Asked{50, 2}));
}

}  // namespace
}  // namespace spillway
