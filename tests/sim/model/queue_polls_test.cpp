// A queue whose takers ask for messages.

#include "sim/flow/fleet.h"
#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PollsOfQueues : public QueueBench {
 protected:
  /// Takers of so many receives at a time, each of which waits so long for a message.
  static Queue::Wiring long_polls(std::initializer_list<std::uint64_t> receives, Time wait) {
    Queue::Wiring wiring = with_takers(receives);
    wiring.receives = true;
    wiring.polls.emplace().wait = wait;
    return wiring;
  }
  /// One taker that asks, pauses so long after an empty answer, and asks again.
  Queue::Wiring short_polls(Time pause) {
    Queue::Wiring wiring = long_polls({1}, 0);
    wiring.polls->pause = bench_.site(pause);
    return wiring;
  }
  static Queue::Wiring fixed_polls(std::vector<PollRules::Fixed> polls) {
    Queue::Wiring wiring = with_takers({100});
    wiring.polls.emplace().fixed = std::move(polls);
    return wiring;
  }
  std::uint64_t empty() const { return queue_->metrics().empty_receives.at(1); }
  std::uint64_t calls() const { return queue_->metrics().receive_calls.at(1); }
  /// Says that this taker comes or goes.
  void change(std::uint32_t taker, bool opens) {
    bench_.tell<Scale>(*queue_, TakerChange{taker, opens}.payload());
    check();
  }
};

TEST_F(PollsOfQueues, ThatAreLongWaitForAMessage) {
  open(long_polls({1}, 100));
  run(250);
  EXPECT_EQ(empty(), 2u) << "at 100 and at 200";
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0})) << "at once";
  run(260);
  acknowledge(deliveries_[0]);
  run(359);
  EXPECT_EQ(empty(), 2u) << "who is at work asks nothing, and the next wait began at 260";
  run(360);
  EXPECT_EQ(empty(), 3u);
  EXPECT_EQ(calls(), 1u);
}

TEST_F(PollsOfQueues, ThatAreShortFindWhatIsThere) {
  open(short_polls(10));
  run(25);
  EXPECT_EQ(empty(), 3u) << "at 0, 10 and 20";
  send();
  send();
  EXPECT_THAT(delivered(), IsEmpty());
  run(29);
  EXPECT_THAT(delivered(), IsEmpty());
  run(30);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  run(35);
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0})) << "who has found one asks again at once";
  run(37);
  acknowledge(deliveries_[0]);
  EXPECT_EQ(empty(), 4u);
  run(46);
  EXPECT_EQ(empty(), 4u);
  run(47);
  EXPECT_EQ(empty(), 5u);
}

TEST_F(PollsOfQueues, ThatAreShortBeginSomewhereInTheirPause) {
  Queue::Wiring wiring = short_polls(1'000'000);
  wiring.takers.resize(20, wiring.takers[0]);
  wiring.polls->first = bench_.site(Variate::unit());
  open(std::move(wiring));
  run(0);
  EXPECT_EQ(empty(), 0u);
  run(500'000);
  // Binomial with 20 of 1/2: between 3 and 17 but for chance in 0.04 % of all seeds.
  EXPECT_GE(empty(), 3u);
  EXPECT_LE(empty(), 17u);
  run(999'999);
  EXPECT_EQ(empty(), 20u);
  run(1'999'999);
  EXPECT_EQ(empty(), 40u);
}

TEST_F(PollsOfQueues, AreAnsweredOldestFirst) {
  open(long_polls({2}, 100));
  run(10);
  send();
  run(30);
  acknowledge(delivery(0));
  run(99);
  EXPECT_EQ(empty(), 0u);
  run(100);
  EXPECT_EQ(empty(), 1u) << "the second of the beginning";
  run(129);
  EXPECT_EQ(empty(), 1u);
  run(130);
  EXPECT_EQ(empty(), 2u) << "the one after the message";
}

TEST_F(PollsOfQueues, TakeTurnsByWhenTheyAsked) {
  open(long_polls({1, 1}, 100));
  run(10);
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  run(20);
  acknowledge(deliveries_[0]);
  run(105);  // the other one came back empty at 100, and stands behind
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
}

TEST_F(PollsOfQueues, AreAwayWhileTheirAnswerTravels) {
  const std::uint32_t edge = bench_.edge(bench_.fixed(5), bench_.fixed(7));
  Queue::Wiring wiring = long_polls({1}, 100);
  wiring.takers[0].edge = edge;
  open(std::move(wiring));
  run(105);
  EXPECT_EQ(empty(), 1u);
  send();
  EXPECT_THAT(delivered(), IsEmpty());
  run(111);
  EXPECT_THAT(delivered(), IsEmpty());
  run(112);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
}

TEST_F(PollsOfQueues, StandUntilAFaultOfTheQueueEnds) {
  open(long_polls({1}, 100));
  const std::uint32_t outage = bench_.fault(FaultKind::outage, kQueue);
  run(50);
  bench_.strike(*queue_, outage);
  run(500);
  bench_.heal(*queue_, outage);
  run(599);
  EXPECT_EQ(empty(), 0u);
  run(600);
  EXPECT_EQ(empty(), 1u);
}

TEST_F(PollsOfQueues, ThatAreShortStandUntilAHangEndsToo) {
  open(short_polls(10));
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kQueue);
  run(15);
  bench_.strike(*queue_, hang);
  run(500);
  EXPECT_EQ(empty(), 2u) << "at 0 and 10";
  bench_.heal(*queue_, hang);
  EXPECT_EQ(empty(), 3u) << "the one of 20";
  run(510);
  EXPECT_EQ(empty(), 4u);
}

TEST_F(PollsOfQueues, AreSentAnewWhenTheConnectionIsBack) {
  open(long_polls({1}, 100));
  const std::uint32_t outage = bench_.fault(FaultKind::outage, kConsumer);
  run(50);
  bench_.strike(*queue_, outage);
  send();
  run(300);
  EXPECT_THAT(delivered(), IsEmpty());
  EXPECT_EQ(empty(), 0u);
  bench_.heal(*queue_, outage);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  acknowledge(deliveries_[0]);
  run(400);
  EXPECT_EQ(empty(), 1u);
}

TEST_F(PollsOfQueues, ComeAndGoWithTheirTakers) {
  Queue::Wiring wiring = long_polls({1, 1}, 100);
  wiring.takers[1].starts_open = false;
  open(std::move(wiring));
  run(50);
  change(1, true);
  run(100);
  EXPECT_EQ(empty(), 1u) << "of the first";
  run(150);
  EXPECT_EQ(empty(), 2u) << "of the second";
  change(1, false);
  run(300);
  EXPECT_EQ(empty(), 4u) << "of the first";
}

TEST_F(PollsOfQueues, FindNothingBeyondTheLimitOfMessagesInFlight) {
  Queue::Wiring wiring = long_polls({2}, 100);
  wiring.max_in_flight = 1;
  open(std::move(wiring));
  run(10);
  send();
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  run(100);
  EXPECT_EQ(empty(), 1u);
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
}

TEST_F(PollsOfQueues, FindNothingOfAGroupThatIsInFlight) {
  Queue::Wiring wiring = long_polls({2}, 100);
  wiring.groups = true;
  open(std::move(wiring));
  run(10);
  send();
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  run(100);
  EXPECT_EQ(empty(), 1u);
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
  EXPECT_EQ(calls(), 2u);
}

TEST_F(PollsOfQueues, BringABatch) {
  Queue::Wiring wiring = long_polls({3}, 100);
  wiring.takers[0].batch = 3;
  open(std::move(wiring));
  run(10);
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kQueue);
  bench_.strike(*queue_, hang);
  for (int i = 0; i < 4; ++i) send();
  bench_.heal(*queue_, hang);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{1, 0}, Pair{2, 0}));
  run(300);
  EXPECT_EQ(empty(), 0u) << "the slot has a batch, and asks nothing";
  const std::vector<Handle> batch = deliveries_;
  for (const Handle delivery : batch) acknowledge(delivery);
  EXPECT_THAT(delivered(), ElementsAre(Pair{3, 0}));
  acknowledge(deliveries_[0]);
  run(400);
  EXPECT_EQ(empty(), 1u);
  EXPECT_EQ(calls(), 2u);
}

/// When each of so many messages was handed over that arrived at these times.
class FixedPolls : public PollsOfQueues {
 protected:
  std::vector<Time> starts(std::vector<PollRules::Fixed> polls, const std::vector<Time>& arrivals) {
    open(fixed_polls(std::move(polls)));
    for (const Time at : arrivals) {
      run(at);
      send();
    }
    run(10'000);
    std::vector<Time> starts;
    for (const Bench::Said& said : bench_.said) starts.push_back(said.at);
    EXPECT_EQ(delivered().size(), arrivals.size());
    return starts;
  }
  const std::vector<Time> arrivals_{300, 500, 700, 1200, 1300, 1800, 2600, 2700, 3100};  // ms
};

// Ciw 3.2.7, test of slotted services.
TEST_F(FixedPolls, HandOverAtTheirInstantsUpToTheirSize) {
  EXPECT_THAT(starts({{1000, 3}, {2000, 2}, {3000, 5}, {4000, 3}}, arrivals_),
              ElementsAre(1000, 1000, 1000, 2000, 2000, 3000, 3000, 3000, 4000));
  EXPECT_EQ(empty(), 0u);
}

TEST_F(FixedPolls, ComeLaterWithAnOffset) {
  EXPECT_THAT(starts({{1050, 3}, {2050, 2}, {3050, 5}, {4050, 3}}, arrivals_),
              ElementsAre(1050, 1050, 1050, 2050, 2050, 3050, 3050, 3050, 4050));
}

TEST_F(FixedPolls, CountWhenTheyFindNothing) {
  EXPECT_THAT(starts({{100, 3}, {2000, Queue::kNoLimit}, {5000, 1}}, {300, 500, 700}),
              ElementsAre(2000, 2000, 2000));
  EXPECT_EQ(empty(), 2u);
}

TEST_F(FixedPolls, KeepTheLimitsOfQueueAndTakers) {
  Queue::Wiring wiring = fixed_polls({{100, 5}, {200, 5}});
  wiring.takers[0].prefetch = 4;
  wiring.max_in_flight = 3;
  open(std::move(wiring));
  for (int i = 0; i < 6; ++i) send();
  EXPECT_THAT(delivered(), IsEmpty());
  run(100);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{1, 0}, Pair{2, 0}));
  const Handle first = deliveries_[0];
  run(150);
  acknowledge(first);
  EXPECT_THAT(delivered(), IsEmpty()) << "never between";
  run(200);
  EXPECT_THAT(delivered(), ElementsAre(Pair{3, 0}));
}

}  // namespace
}  // namespace spillway
