#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/flow/receive.h"
#include "sim/model/consumer/consumer.h"
#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Address kProducer = component_address(0, 0);
constexpr Address kQueue = component_address(2, 0);
constexpr Address kConsumer = component_address(3, 0);
constexpr std::uint32_t kFirstTaker = 5;

class ConsumerInstances : public testing::Test {
 protected:
  void open(std::uint32_t first, std::uint32_t most, Time startup = 0, bool before = false,
            std::optional<BatchRules> batch = {}) {
    Consumer::Wiring wiring;
    wiring.address = kConsumer;
    wiring.source = kQueue;
    wiring.program = bench_.program({bench_.work(10)});
    wiring.first_taker = kFirstTaker;
    wiring.instances = most;
    wiring.acknowledges_before = before;
    wiring.batch = batch;
    Fleet::Wiring fleet{kConsumer, first, most, 1, {}};
    if (startup > 0) fleet.startup = bench_.site(startup);
    consumer_.emplace(wiring, std::make_unique<Fleet>(fleet));
    bench_.begin(*consumer_);
  }
  /// The first of a receive returns its credit.
  void deliver(std::uint32_t instance, bool first = true) {
    const Handle message = bench_.context.spawn(bench_.root(kProducer, made_++));
    const Handle delivery = bench_.context.spawn(message);
    Message& handed = bench_.context.messages[delivery];
    handed.via = kFirstTaker + instance;
    handed.reply_to = kConsumer;
    handed.flags |= flag::kDelivery;
    if (!first) handed.flags |= flag::kWithoutCredit;
    bench_.context.messages[message].next = delivery;
    bench_.tell<Offer>(*consumer_, delivery);
  }
  void scale_to(std::uint32_t instances) { bench_.tell<Scale>(*consumer_, instances); }
  void run(Time time) { bench_.run(*consumer_, time); }
  /// What the queue was told since the last time: `open 6`, `close 6`, `0 ok`, `1 unavailable`.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (const Next next : bench_.heard()) {
      if (next.target == say<Scale>(kQueue)) {
        const TakerChange change = TakerChange::of(next.payload);
        all.push_back((change.opens ? "open " : "close ") + std::to_string(change.taker));
        continue;
      }
      EXPECT_EQ(next.target, say<Settle>(kQueue));
      const Message& settled = bench_.context.messages[next.payload];
      all.push_back(std::to_string(settled.ordinal) +
                    (settled.outcome == Outcome::ok ? " ok" : " unavailable"));
    }
    return all;
  }
  std::int64_t there() const { return consumer_->fleet()->metrics().there.level(); }
  std::int64_t slots() const { return consumer_->fleet()->metrics().slots.level(); }

  Bench bench_;
  std::optional<Consumer> consumer_;
  std::uint32_t made_ = 0;
};

TEST_F(ConsumerInstances, ConnectWhenTheyHaveStarted) {
  open(1, 3, 60);
  scale_to(3);
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(there(), 3);
  run(60);
  EXPECT_THAT(told(), ElementsAre("open 6", "open 7"));
}

TEST_F(ConsumerInstances, FinishWhatTheyHaveAndGiveBackWhatTheyHaveNotBegun) {
  open(2, 2);
  deliver(1);
  deliver(1);
  deliver(1);
  scale_to(1);
  EXPECT_THAT(told(), ElementsAre("close 6", "1 unavailable", "2 unavailable"))
      << "the queue first, so that nothing comes back here";
  EXPECT_EQ(there(), 2) << "it works";
  EXPECT_EQ(slots(), 2);
  EXPECT_EQ(consumer_->metrics().busy.level(), 1);
  run(10);
  EXPECT_THAT(told(), ElementsAre("0 ok"));
  EXPECT_EQ(there(), 1);
  EXPECT_EQ(slots(), 1);
  EXPECT_EQ(consumer_->metrics().failed.at(1), 0u);
}

TEST_F(ConsumerInstances, AreGoneAtOnceWhenTheyHaveNothing) {
  open(2, 2);
  scale_to(1);
  EXPECT_THAT(told(), ElementsAre("close 6"));
  EXPECT_EQ(there(), 1);
}

TEST_F(ConsumerInstances, GiveBackWhatArrivesTooLate) {
  open(2, 2);
  scale_to(1);
  told();
  deliver(1);
  EXPECT_THAT(told(), ElementsAre("0 unavailable"));
  EXPECT_EQ(consumer_->metrics().busy.level(), 0);
}

TEST_F(ConsumerInstances, FinishTheBatchInWorkAndGiveBackWhatTheyGather) {
  open(2, 2, 0, false, BatchRules{.size = 2, .window = 100});
  deliver(1);
  deliver(1, false);
  deliver(1);
  EXPECT_EQ(consumer_->metrics().busy.level(), 1);
  scale_to(1);
  EXPECT_THAT(told(), ElementsAre("close 6", "2 unavailable"));
  EXPECT_EQ(there(), 2) << "it works";
  run(300);
  EXPECT_THAT(told(), ElementsAre("1 ok", "0 ok")) << "what returns the credit last";
  EXPECT_EQ(there(), 1);
  EXPECT_EQ(slots(), 1);
  EXPECT_EQ(consumer_->metrics().batches.at(1), 1u) << "the window of what went back is forgotten";
  scale_to(2);
  deliver(1);
  run(405);
  EXPECT_EQ(consumer_->metrics().busy.level(), 1) << "a window of its own";
  run(500);
  EXPECT_THAT(told(), ElementsAre("open 6", "3 ok"));
}

TEST_F(ConsumerInstances, FinishEverythingThatIsAcknowledgedAlready) {
  open(2, 2, 0, true);
  deliver(1);
  deliver(1);
  EXPECT_THAT(told(), ElementsAre("0 ok", "1 ok"));
  scale_to(1);
  EXPECT_THAT(told(), ElementsAre("close 6"));
  run(10);
  EXPECT_EQ(there(), 2) << "it has one more";
  run(20);
  EXPECT_EQ(there(), 1);
  EXPECT_EQ(consumer_->metrics().handled.at(1), 2u);
}

TEST_F(ConsumerInstances, ThatEndAreGoneWithACrashAndTheOthersComeBack) {
  open(2, 2);
  deliver(0);
  deliver(1);
  scale_to(1);
  told();
  const std::uint32_t crash = bench_.fault(FaultKind::crash, kConsumer);
  bench_.tell<Impair>(*consumer_, ImpairmentChange{crash, true}.payload());
  EXPECT_EQ(there(), 1) << "one serves still, when it is up again";
  EXPECT_EQ(slots(), 1);
}

}  // namespace
}  // namespace spillway
