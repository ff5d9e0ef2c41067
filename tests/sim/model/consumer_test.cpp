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
  Handle deliver(std::uint32_t taker = 0) {
    const Handle root = bench_.root(kProducer, made_++);
    const Handle message = bench_.context.spawn(root);
    const Handle delivery = bench_.context.spawn(message);
    bench_.context.messages[delivery].via = taker;
    bench_.context.messages[message].next = delivery;
    bench_.tell<Offer>(*consumer_, delivery);
    return delivery;
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
  EXPECT_EQ(message(ended).reply_to, 0u);
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
