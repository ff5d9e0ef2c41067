#include "sim/model/consumer/consumer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Address kProducer = component_address(0, 0);
constexpr Address kDownstream = component_address(1, 0);
constexpr Address kQueue = component_address(2, 0);
constexpr Address kConsumer = component_address(3, 0);

class Consumers : public testing::Test {
 protected:
  void open(Consumer::Wiring wiring) {
    wiring.address = kConsumer;
    wiring.source = kQueue;
    consumer_.emplace(wiring);
    bench_.begin(*consumer_);
  }
  static Consumer::Wiring wiring(std::uint32_t program, std::uint32_t instances = 1,
                                 std::uint64_t concurrency = 1) {
    Consumer::Wiring wiring;
    wiring.program = program;
    wiring.instances = instances;
    wiring.concurrency = concurrency;
    return wiring;
  }
  /// A delivery to an instance (by its number at the queue), as a queue makes it.
  Handle deliver(std::uint32_t taker = 0, bool arrives = true) {
    const Handle root = bench_.root(kProducer, made_++);
    const Handle message = bench_.context.spawn(root);
    const Handle delivery = bench_.context.spawn(message);
    bench_.context.messages[delivery].via = taker;
    bench_.context.messages[delivery].reply_to = kConsumer;
    bench_.context.messages[delivery].flags |= flag::kDelivery;
    bench_.context.messages[message].next = delivery;
    if (arrives) bench_.tell<Offer>(*consumer_, delivery);
    return delivery;
  }
  std::uint32_t fault(FaultKind kind, double times = 1) {
    return bench_.fault(kind, kConsumer, times);
  }
  void strike(std::uint32_t fault) { bench_.strike(*consumer_, fault); }
  void heal(std::uint32_t fault) { bench_.heal(*consumer_, fault); }
  /// What was said to the queue since the last time: the verb, and which message or taker.
  std::vector<std::pair<Address, std::uint32_t>> said_to_queue() {
    std::vector<std::pair<Address, std::uint32_t>> all;
    for (const Next next : bench_.heard()) {
      const bool names_message = next.target == say<Settle>(kQueue);
      all.emplace_back(next.target, names_message ? message(next.payload).ordinal : next.payload);
    }
    return all;
  }
  void run(Time time) { bench_.run(*consumer_, time); }
  /// What was settled since the last time: when, which message, how.
  std::vector<std::tuple<Time, std::uint32_t, Outcome>> settled() {
    std::vector<std::tuple<Time, std::uint32_t, Outcome>> all;
    for (const Bench::Said& said : bench_.said) {
      EXPECT_EQ(said.next.target, say<Settle>(kQueue));
      const Message& delivery = message(said.next.payload);
      all.emplace_back(said.at, delivery.ordinal, delivery.outcome);
    }
    bench_.said.clear();
    return all;
  }
  Message& message(Handle handle) { return bench_.context.messages[handle]; }
  ConsumerMetrics& metrics() { return consumer_->metrics(); }

  Bench bench_;
  std::optional<Consumer> consumer_;
  std::uint32_t made_ = 0;
};

using Settled = std::tuple<Time, std::uint32_t, Outcome>;

TEST_F(Consumers, HandlesConcurrencyAtOnceAndBuffersTheRestInOrder) {
  open(wiring(bench_.program({bench_.work(10)}), 1, 2));
  for (int i = 0; i < 5; ++i) deliver();
  EXPECT_EQ(metrics().busy.level(), 2);
  run(30);
  EXPECT_THAT(settled(), ElementsAre(Settled{10, 0, Outcome::ok}, Settled{10, 1, Outcome::ok},
                                     Settled{20, 2, Outcome::ok}, Settled{20, 3, Outcome::ok},
                                     Settled{30, 4, Outcome::ok}));
  EXPECT_EQ(metrics().busy.level(), 0);
  EXPECT_EQ(metrics().handled.at(1), 5u);
  const Sample latency = metrics().handled_after.sample(bench_.context.timeline.windows()[0]);
  EXPECT_EQ(latency.histogram->sum(), 10u + 10 + 20 + 20 + 30) << "the time in the buffer counts";
}

TEST_F(Consumers, KeepsABufferForEachInstance) {
  Consumer::Wiring two = wiring(bench_.program({bench_.work(10)}), 2);
  two.first_taker = 5;
  open(two);
  deliver(5);
  deliver(5);
  deliver(6);
  EXPECT_EQ(metrics().busy.level(), 2);
  run(20);
  EXPECT_THAT(settled(), ElementsAre(Settled{10, 0, Outcome::ok}, Settled{10, 2, Outcome::ok},
                                     Settled{20, 1, Outcome::ok}));
}

TEST_F(Consumers, GivesAMessageBackWhenItsHandlerFails) {
  open(wiring(bench_.program({bench_.work(3), bench_.fail_by({1})})));
  const Handle delivery = deliver();
  run(3);
  EXPECT_THAT(settled(), ElementsAre(Settled{3, 0, Outcome::error}));
  EXPECT_EQ(metrics().failed.at(1), 1u);
  EXPECT_EQ(metrics().handled.at(1), 0u);
  EXPECT_TRUE(bench_.context.messages.alive(delivery)) << "it travels to the queue";
  EXPECT_EQ(message(message(delivery).root).flags & flag::kFailed, 0) << "it may be tried again";
}

TEST_F(Consumers, FailsWithACallThatFails) {
  const std::uint32_t edge = bench_.edge();
  open(wiring(bench_.program({bench_.call(kDownstream, edge), bench_.work(5)})));
  deliver();
  ASSERT_EQ(bench_.said.size(), 1u);
  const Handle request = bench_.said[0].next.payload;
  bench_.said.clear();
  EXPECT_EQ(metrics().busy.level(), 1) << "it keeps its slot";
  message(request).outcome = Outcome::error;
  bench_.tell<Reply>(*consumer_, request);
  EXPECT_THAT(settled(), ElementsAre(Settled{0, 0, Outcome::error}));
}

TEST_F(Consumers, AcknowledgesOnArrivalWhereItSaysSo) {
  Consumer::Wiring before = wiring(bench_.program({bench_.work(10), bench_.fail(1)}));
  before.acknowledges_before = true;
  open(before);
  const Handle first = deliver();
  const Handle of_first = message(first).root;
  ASSERT_EQ(bench_.said.size(), 1u);
  const Handle early = bench_.said[0].next.payload;
  EXPECT_NE(early, first);
  EXPECT_EQ(message(early).reply_to, first);
  EXPECT_EQ(message(message(early).parent).next, first) << "it settles the message";
  EXPECT_EQ(message(first).parent, 0u) << "for which its handler speaks no more";
  EXPECT_EQ(message(early).outcome, Outcome::ok);
  const Handle second = deliver();
  EXPECT_EQ(metrics().busy.level(), 1);
  ASSERT_EQ(bench_.said.size(), 2u) << "in the buffer, too";
  EXPECT_EQ(message(bench_.said[1].next.payload).reply_to, second);
  bench_.said.clear();

  const std::uint32_t parts = message(of_first).outstanding;
  run(10);
  EXPECT_NE(message(of_first).flags & flag::kFailed, 0) << "the message is lost";
  EXPECT_EQ(metrics().failed.at(1), 1u);
  ASSERT_EQ(bench_.said.size(), 1u) << "the queue is told that there is a place again";
  const Handle ended = bench_.said[0].next.payload;
  EXPECT_EQ(bench_.said[0], (Bench::Said{10, to<Settle>(kQueue, ended)}));
  EXPECT_EQ(message(ended).parent, 0u);
  EXPECT_EQ(message(of_first).outstanding, parts - 1) << "which is no work of the root any more";
}

TEST_F(Consumers, SendsItsAnswersOverTheNetwork) {
  Consumer::Wiring far = wiring(bench_.program({bench_.work(10)}));
  far.way_back = bench_.fixed(4);
  open(far);
  deliver();
  run(13);
  EXPECT_THAT(settled(), IsEmpty());
  EXPECT_EQ(metrics().busy.level(), 0);
  Event event;
  ASSERT_TRUE(bench_.context.events.pop(event, kNever));
  EXPECT_EQ(event.at, 14);
  EXPECT_EQ(event.action.target, say<Settle>(kQueue));
}

TEST_F(Consumers, DoesNotNestWhereALongBufferEndsAtOnce) {
  open(wiring(bench_.program({bench_.wait(0, true)})));
  const std::uint32_t instant = bench_.program({});
  deliver();
  constexpr int kLine = 1'000'000;
  const Handle root = bench_.root(kProducer);
  for (int i = 0; i < kLine; ++i) {
    const Handle delivery = bench_.context.spawn(root);
    bench_.tell<Offer>(*consumer_, delivery);
    message(delivery).pc = instant;
  }
  run(0);
  EXPECT_EQ(bench_.said.size(), static_cast<std::size_t>(kLine + 1));
  EXPECT_EQ(metrics().busy.level(), 0);
}

TEST_F(Consumers, CountsWorkForAMessageThatIsNoLongerItsOwnAsWasted) {
  open(wiring(bench_.program({bench_.work(10)}), 1, 3));
  const Handle given_to_another = deliver();
  message(message(given_to_another).parent).next = 0;
  const Handle of_a_message_that_is_gone = deliver();
  bench_.context.release(message(of_a_message_that_is_gone).parent);
  deliver();
  run(10);
  const Sample wasted = metrics().wasted().sample(bench_.context.timeline.windows()[0]);
  EXPECT_EQ(wasted.total, 2);
  EXPECT_EQ(wasted.weight, 3);
}

TEST_F(Consumers, TriesACallOfItsHandlerAgainAfterATimeout) {
  const std::uint32_t edge = bench_.edge();
  const Step step = bench_.tried(bench_.limited(bench_.call(kDownstream, edge), 50), 2, {10});
  open(wiring(bench_.program({step})));
  deliver();
  run(200);
  ASSERT_EQ(bench_.said.size(), 3u);
  EXPECT_EQ(bench_.said[0].next.target, say<Offer>(kDownstream));
  EXPECT_EQ(bench_.said[1].next.target, say<Offer>(kDownstream));
  EXPECT_EQ(bench_.said[1].at, 60);
  EXPECT_EQ(bench_.said[2].next.target, say<Settle>(kQueue));
  EXPECT_EQ(bench_.said[2].at, 110);
  EXPECT_EQ(message(bench_.said[2].next.payload).outcome, Outcome::error);
}

// Faults.

using Word = std::pair<Address, std::uint32_t>;

TEST_F(Consumers, GivesAllBackAtOnceWhenItsConnectionsClose) {
  open(wiring(bench_.program({bench_.work(10)}), 1, 2));
  const std::uint32_t outage = fault(FaultKind::outage);
  for (int i = 0; i < 4; ++i) deliver();
  run(4);
  strike(outage);
  EXPECT_EQ(metrics().busy.level(), 0);
  ASSERT_EQ(bench_.said.size(), 5u);
  EXPECT_EQ(bench_.said[0].next, to<Impair>(kQueue, ImpairmentChange{outage, true}.payload()))
      << "the queue hears of it first, or it would deliver here again";
  for (std::size_t i = 1; i < 5; ++i) {
    EXPECT_EQ(message(bench_.said[i].next.payload).outcome, Outcome::unavailable);
  }
  EXPECT_THAT(said_to_queue(),
              ElementsAre(testing::_, Word{say<Settle>(kQueue), 0}, Word{say<Settle>(kQueue), 1},
                          Word{say<Settle>(kQueue), 2}, Word{say<Settle>(kQueue), 3}));
  run(50);
  EXPECT_THAT(bench_.said, IsEmpty()) << "what worked will never end";
  EXPECT_EQ(metrics().handled.at(1), 0u);
  EXPECT_EQ(metrics().failed.at(1), 0u) << "no handler has failed";
  EXPECT_EQ(bench_.context.messages.live(), bench_.context.alive());
  heal(outage);
  EXPECT_THAT(said_to_queue(),
              ElementsAre(Word{say<Impair>(kQueue), ImpairmentChange{outage, false}.payload()}));
  deliver();
  EXPECT_EQ(metrics().busy.level(), 1);
  run(60);
  EXPECT_THAT(settled(), ElementsAre(Settled{60, 4, Outcome::ok}));
}

TEST_F(Consumers, GivesBackWhatIsStillOnItsWayAndForgetsItWhenItArrives) {
  open(wiring(bench_.program({bench_.work(10)})));
  const std::uint32_t outage = fault(FaultKind::outage);
  const Handle travels = deliver(0, false);
  strike(outage);
  EXPECT_THAT(said_to_queue(), ElementsAre(testing::_, Word{say<Settle>(kQueue), 0}));
  bench_.tell<Offer>(*consumer_, travels);
  EXPECT_EQ(metrics().busy.level(), 0);
  EXPECT_EQ(bench_.context.messages.live(), bench_.context.alive());
}

TEST_F(Consumers, StopsTheClockOfASingleWorkerInAnOutage) {
  open(wiring(bench_.program({bench_.work(10)})));
  const std::uint32_t outage = fault(FaultKind::outage);
  deliver();
  strike(outage);
  EXPECT_EQ(bench_.context.events.pending(), 0u);
  heal(outage);
  bench_.said.clear();
  run(5);
  deliver();
  run(15);
  EXPECT_THAT(settled(), ElementsAre(Settled{15, 1, Outcome::ok}));
}

TEST_F(Consumers, GivesEachSingleWorkerAClockWhereTheyAreNotTooMany) {
  const auto clocks_of = [&](std::uint32_t instances, std::uint64_t concurrency) {
    const std::size_t before = bench_.context.events.clocks();
    open(wiring(bench_.program({bench_.work(10)}), instances, concurrency));
    return bench_.context.events.clocks() - before;
  };
  EXPECT_EQ(clocks_of(3, 1), 3u);
  for (const std::uint32_t taker : {2u, 0u, 1u}) deliver(taker);
  run(20);
  EXPECT_THAT(settled(), ElementsAre(Settled{10, 0, Outcome::ok}, Settled{10, 1, Outcome::ok},
                                     Settled{10, 2, Outcome::ok}));
  EXPECT_EQ(clocks_of(128, 1), 128u);
  EXPECT_EQ(clocks_of(129, 1), 0u);
  EXPECT_EQ(clocks_of(3, 2), 0u) << "which of its workers has a message is not known";
}

TEST_F(Consumers, TellsTheQueueNothingOfItsMessagesAfterACrashWhereTheyAreHidden) {
  Consumer::Wiring hidden = wiring(bench_.program({bench_.work(10)}), 2);
  hidden.hidden = true;
  open(hidden);
  const std::uint32_t crash = fault(FaultKind::crash);
  const Handle works = deliver(0);
  deliver(1);
  deliver(1);
  const std::size_t messages = bench_.context.alive() - 3;
  strike(crash);
  EXPECT_THAT(said_to_queue(),
              ElementsAre(Word{say<Impair>(kQueue), ImpairmentChange{crash, true}.payload()},
                          Word{say<Credit>(kQueue), 0}, Word{say<Credit>(kQueue), 1},
                          Word{say<Credit>(kQueue), 1}))
      << "their places in the prefetch are free when it is back";
  EXPECT_EQ(bench_.context.alive(), messages) << "the messages lie in the queue";
  EXPECT_EQ(metrics().busy.level(), 0);
  run(50);
  EXPECT_FALSE(bench_.context.messages.alive(works));
}

TEST_F(Consumers, GivesAllBackAfterACrashWhereTheQueueSeesItsConnectionsClose) {
  open(wiring(bench_.program({bench_.work(10)})));
  const std::uint32_t crash = fault(FaultKind::crash);
  deliver();
  strike(crash);
  EXPECT_THAT(said_to_queue(), ElementsAre(testing::_, Word{say<Settle>(kQueue), 0}));
}

TEST_F(Consumers, LosesInACrashWhatItHasAcknowledgedBefore) {
  Consumer::Wiring before = wiring(bench_.program({bench_.work(10)}));
  before.acknowledges_before = true;
  open(before);
  const std::uint32_t crash = fault(FaultKind::crash);
  const Handle works = deliver();
  const Handle root = message(works).root;
  deliver();
  bench_.said.clear();
  strike(crash);
  EXPECT_THAT(said_to_queue(),
              ElementsAre(testing::_, Word{say<Credit>(kQueue), 0}, Word{say<Credit>(kQueue), 0}))
      << "nothing goes back, what waits in the buffer neither: its places are free again";
  EXPECT_NE(message(root).flags & flag::kFailed, 0);
  EXPECT_EQ(metrics().failed.at(1), 2u);
}

TEST_F(Consumers, ForgetsACallOfItsHandlerInAnOutage) {
  const std::uint32_t edge = bench_.edge();
  open(wiring(bench_.program({bench_.limited(bench_.call(kDownstream, edge), 50)})));
  const std::uint32_t outage = fault(FaultKind::outage);
  deliver();
  const Handle request = bench_.said.at(0).next.payload;
  bench_.said.clear();
  strike(outage);
  EXPECT_EQ(message(request).parent, 0u);
  bench_.said.clear();
  run(100);
  EXPECT_EQ(bench_.context.edges[edge].metrics.timeouts.at(1), 0u);
  bench_.tell<Reply>(*consumer_, request);
  EXPECT_THAT(bench_.said, IsEmpty());
}

TEST_F(Consumers, GivesBackADeliveryWhoseMessageIsGone) {
  // Received again by another after its visibility timeout, and acknowledged there.
  open(wiring(bench_.program({bench_.wait(10, true)})));
  const std::uint32_t outage = fault(FaultKind::outage);
  const Handle late = deliver();
  bench_.context.release(message(late).parent);
  strike(outage);
  EXPECT_THAT(said_to_queue(), ElementsAre(testing::_, Word{say<Settle>(kQueue), 0}))
      << "for its place in the prefetch";
}

TEST_F(Consumers, TakesMessagesInAHangAndBeginsNoneUntilItEnds) {
  open(wiring(bench_.program({bench_.work(10), bench_.work(10)}), 1, 2));
  const std::uint32_t hang = fault(FaultKind::hang);
  deliver();
  run(5);
  strike(hang);
  EXPECT_THAT(bench_.said, IsEmpty()) << "its connections stay";
  deliver();
  deliver();
  EXPECT_EQ(metrics().busy.level(), 2);
  run(100);
  EXPECT_THAT(settled(), IsEmpty()) << "the running work has ended, the next one does not begin";
  heal(hang);
  run(200);
  EXPECT_THAT(settled(), ElementsAre(Settled{110, 0, Outcome::ok}, Settled{120, 1, Outcome::ok},
                                     Settled{130, 2, Outcome::ok}));
  EXPECT_EQ(metrics().busy.level(), 0);
}

TEST_F(Consumers, AcknowledgesOnArrivalInAHangToo) {
  Consumer::Wiring before = wiring(bench_.program({bench_.work(10)}));
  before.acknowledges_before = true;
  open(before);
  const std::uint32_t hang = fault(FaultKind::hang);
  strike(hang);
  deliver();
  EXPECT_EQ(bench_.said.size(), 1u);
  heal(hang);
  EXPECT_EQ(bench_.said.size(), 1u);
}

TEST_F(Consumers, GivesBackWhatAHangHoldsWhenItsConnectionsClose) {
  open(wiring(bench_.program({bench_.work(10)}), 1, 1));
  const std::uint32_t hang = fault(FaultKind::hang);
  const std::uint32_t outage = fault(FaultKind::outage);
  strike(hang);
  deliver();
  deliver();
  strike(outage);
  EXPECT_EQ(metrics().busy.level(), 0);
  EXPECT_THAT(said_to_queue(),
              ElementsAre(testing::_, Word{say<Settle>(kQueue), 0}, Word{say<Settle>(kQueue), 1}));
  heal(outage);
  deliver();
  EXPECT_EQ(metrics().busy.level(), 1) << "it hangs still";
  bench_.said.clear();
  run(50);
  heal(hang);
  run(60);
  EXPECT_THAT(settled(), ElementsAre(Settled{60, 2, Outcome::ok}));
}

TEST_F(Consumers, TakesLongerOrFailsWhileAFaultSaysSo) {
  open(wiring(bench_.program({bench_.work(10)})));
  const std::uint32_t slow = fault(FaultKind::slow, 3);
  const std::uint32_t errors = bench_.errors(kConsumer, 1);
  strike(slow);
  deliver();
  run(30);
  EXPECT_THAT(settled(), ElementsAre(Settled{30, 0, Outcome::ok}));
  heal(slow);
  strike(errors);
  deliver();
  EXPECT_THAT(settled(), ElementsAre(Settled{30, 1, Outcome::error}));
  EXPECT_EQ(metrics().failed.at(1), 1u);
}

TEST_F(Consumers, StartsAfreshForTheNextReplication) {
  open(wiring(bench_.program({bench_.work(10)})));
  strike(fault(FaultKind::hang));
  deliver();
  deliver();
  bench_.context.restart(1, 1);
  bench_.said.clear();
  consumer_->begin(bench_.context, {});
  EXPECT_EQ(metrics().busy.level(), 0);
  deliver();
  run(10);
  EXPECT_THAT(settled(), ElementsAre(Settled{10, 2, Outcome::ok}));
}

TEST_F(Consumers, CountsTheBusiestSecond) {
  open(wiring(bench_.program({}), 1, 1));
  for (int i = 0; i < 3; ++i) deliver();
  run(kSecond);
  deliver();
  metrics().peak.mark(1000 * kSecond, 1);
  EXPECT_EQ(metrics().peak.sample(bench_.context.timeline.windows()[0]).total, 3);
}

}  // namespace
}  // namespace spillway
