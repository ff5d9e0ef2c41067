// A consumer that handles messages in batches, driven by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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

class BatchesOfConsumers : public testing::Test {
 protected:
  void open(std::uint32_t program, BatchRules rules, std::uint32_t instances = 1,
            std::uint64_t concurrency = 1) {
    Consumer::Wiring wiring;
    wiring.address = kConsumer;
    wiring.source = kQueue;
    wiring.program = program;
    wiring.instances = instances;
    wiring.concurrency = concurrency;
    wiring.batch = rules;
    consumer_.emplace(wiring);
    bench_.begin(*consumer_);
  }
  /// A delivery to an instance, as a queue makes it. The first of a receive returns its credit.
  Handle deliver(bool first = true, std::uint32_t taker = 0) {
    const Handle root = bench_.root(kProducer, made_++);
    const Handle message = bench_.context.spawn(root);
    const Handle delivery = bench_.context.spawn(message);
    Message& handed = bench_.context.messages[delivery];
    handed.via = taker;
    handed.reply_to = kConsumer;
    handed.flags |= flag::kDelivery;
    if (!first) handed.flags |= flag::kWithoutCredit;
    bench_.context.messages[message].next = delivery;
    bench_.tell<Offer>(*consumer_, delivery);
    return delivery;
  }
  void run(Time time) { bench_.run(*consumer_, time); }

  using Settled = std::tuple<Time, std::uint32_t, Outcome>;
  std::vector<Settled> settled() {
    std::vector<Settled> all;
    for (const Bench::Said& said : bench_.said) {
      if (said.next.target != say<Settle>(kQueue)) continue;
      const Message& delivery = bench_.context.messages[said.next.payload];
      all.emplace_back(said.at, delivery.ordinal, delivery.outcome);
    }
    bench_.said.clear();
    std::ranges::sort(all);  // what returns the credit is settled last
    return all;
  }
  ConsumerMetrics& metrics() { return consumer_->metrics(); }

  Bench bench_;
  std::optional<Consumer> consumer_;
  std::uint32_t made_ = 0;
};

using Settled = std::tuple<Time, std::uint32_t, Outcome>;

TEST_F(BatchesOfConsumers, HandleEachInTurnAndAreSettledTogether) {
  open(bench_.program({bench_.work(10)}), {.size = 3, .program = bench_.program({bench_.work(5)})});
  deliver();
  deliver(false);
  run(100);
  EXPECT_THAT(settled(), ElementsAre(Settled{25, 0, Outcome::ok}, Settled{25, 1, Outcome::ok}));
  EXPECT_EQ(metrics().handled.at(1), 2u);
  EXPECT_EQ(metrics().batches.at(1), 1u);
  EXPECT_EQ(metrics().busy.level(), 0);
  const Sample latency = metrics().handled_after.sample(bench_.context.timeline.windows()[0]);
  EXPECT_EQ(latency.histogram->sum(), 50u) << "until the batch is done";
}

TEST_F(BatchesOfConsumers, BeginWhenTheyAreFullOrTheirWindowIsOver) {
  open(bench_.program({bench_.work(10)}), {.size = 2, .window = 100});
  deliver();
  run(50);
  EXPECT_EQ(metrics().busy.level(), 0) << "a batch that waits for more has no slot";
  deliver(false);
  EXPECT_EQ(metrics().busy.level(), 1);
  run(70);
  EXPECT_THAT(settled(), ElementsAre(Settled{70, 0, Outcome::ok}, Settled{70, 1, Outcome::ok}));
  deliver();
  run(300);
  EXPECT_THAT(settled(), ElementsAre(Settled{180, 2, Outcome::ok}));
}

TEST_F(BatchesOfConsumers, WaitForASlotAndBeginThenWithWhatHasComeMeanwhile) {
  open(bench_.program({bench_.work(10)}), {.size = 3});
  deliver();
  run(5);
  deliver();
  run(7);
  deliver(false);
  run(40);
  EXPECT_THAT(settled(), ElementsAre(Settled{10, 0, Outcome::ok}, Settled{30, 1, Outcome::ok},
                                     Settled{30, 2, Outcome::ok}));
}

TEST_F(BatchesOfConsumers, AreWhatOneReceiveBrought) {
  open(bench_.program({bench_.work(10)}), {.size = 3, .window = 1000});
  deliver();
  deliver(false);
  EXPECT_EQ(metrics().busy.level(), 0) << "another may come";
  deliver();
  EXPECT_EQ(metrics().busy.level(), 1) << "the next receive has begun: this one is over";
  deliver(false);
  deliver(false);
  run(50);
  EXPECT_THAT(settled(), ElementsAre(Settled{20, 0, Outcome::ok}, Settled{20, 1, Outcome::ok},
                                     Settled{50, 2, Outcome::ok}, Settled{50, 3, Outcome::ok},
                                     Settled{50, 4, Outcome::ok}));
}

TEST_F(BatchesOfConsumers, GoBackAsAWholeWhenOneMessageFails) {
  const Step fails = bench_.fail_by({0, 1, 0});  // the second of three, once
  open(bench_.program({bench_.work(10), fails}),
       {.size = 3, .program = bench_.program({bench_.work(5)})});
  for (int i = 0; i < 3; ++i) deliver(i == 0);
  run(100);
  EXPECT_THAT(settled(), ElementsAre(Settled{20, 0, Outcome::error}, Settled{20, 1, Outcome::error},
                                     Settled{20, 2, Outcome::error}))
      << "the third is not begun, and nothing is done once";
  EXPECT_EQ(metrics().failed.at(1), 3u);
  EXPECT_EQ(metrics().handled.at(1), 0u);
}

TEST_F(BatchesOfConsumers, ReturnTheFailuresAloneWhereTheySaySo) {
  const Step fails = bench_.fail_by({0, 1, 0});
  open(bench_.program({bench_.work(10), fails}),
       {.size = 3, .returns_failures = true, .program = bench_.program({bench_.work(5)})});
  for (int i = 0; i < 3; ++i) deliver(i == 0);
  run(100);
  EXPECT_THAT(settled(), ElementsAre(Settled{35, 0, Outcome::ok}, Settled{35, 1, Outcome::error},
                                     Settled{35, 2, Outcome::ok}));
  EXPECT_EQ(metrics().failed.at(1), 1u);
  EXPECT_EQ(metrics().handled.at(1), 2u);
}

TEST_F(BatchesOfConsumers, GoBackAsAWholeWhenWhatIsDoneOnceFails) {
  open(bench_.program({bench_.work(10)}),
       {.size = 2, .returns_failures = true, .program = bench_.program({bench_.fail(1)})});
  deliver();
  deliver(false);
  run(100);
  EXPECT_THAT(settled(),
              ElementsAre(Settled{20, 0, Outcome::error}, Settled{20, 1, Outcome::error}));
}

TEST_F(BatchesOfConsumers, AreDoneOnceForThoseThatAreLeft) {
  const Step fails = bench_.fail_by({1, 1});
  open(bench_.program({bench_.work(10), fails}),
       {.size = 2, .returns_failures = true, .program = bench_.program({bench_.work(1000)})});
  deliver();
  deliver(false);
  run(100);
  EXPECT_THAT(settled(),
              ElementsAre(Settled{20, 0, Outcome::error}, Settled{20, 1, Outcome::error}))
      << "none is left: nothing is done";
}

TEST_F(BatchesOfConsumers, GoBackWhereverTheyStandWhenTheConnectionsClose) {
  open(bench_.program({bench_.work(10)}), {.size = 2, .program = bench_.program({bench_.work(5)})},
       3);
  const std::uint32_t outage = bench_.fault(FaultKind::outage, kConsumer);
  deliver(true, 0);
  deliver(false, 0);
  run(13);  // what is done once, of none yet: the second is in work
  deliver(true, 1);
  run(24);  // instance 0 is at what it does once, 1 too
  deliver(true, 2);
  deliver(false, 2);
  deliver(true, 2);  // in the buffer
  bench_.strike(*consumer_, outage);
  EXPECT_THAT(settled(),
              testing::UnorderedElementsAre(
                  Settled{24, 0, Outcome::unavailable}, Settled{24, 1, Outcome::unavailable},
                  Settled{24, 2, Outcome::unavailable}, Settled{24, 3, Outcome::unavailable},
                  Settled{24, 4, Outcome::unavailable}, Settled{24, 5, Outcome::unavailable}));
  EXPECT_EQ(metrics().busy.level(), 0);
  bench_.heal(*consumer_, outage);
  deliver(true, 0);
  run(100);
  EXPECT_THAT(settled(), ElementsAre(Settled{39, 6, Outcome::ok}));
  EXPECT_EQ(metrics().batches.at(1), 4u);
}

TEST_F(BatchesOfConsumers, ReturnACreditForEachReceiveWhenACrashLosesThem) {
  Consumer::Wiring wiring;
  wiring.address = kConsumer;
  wiring.source = kQueue;
  wiring.program = bench_.program({bench_.work(10)});
  wiring.hidden = true;
  wiring.batch = BatchRules{.size = 2};
  consumer_.emplace(wiring);
  bench_.begin(*consumer_);
  deliver();
  deliver(false);
  deliver();
  run(5);
  const std::uint32_t crash = bench_.fault(FaultKind::crash, kConsumer);
  bench_.strike(*consumer_, crash);
  std::size_t credits = 0;
  for (const Next next : bench_.heard()) credits += next.target == say<Credit>(kQueue) ? 1U : 0U;
  EXPECT_EQ(credits, 2u);
}

TEST_F(BatchesOfConsumers, ReturnTheirCreditWhenAllAreSettled) {
  open(bench_.program({bench_.work(10)}), {.size = 3});
  const Handle first = deliver();
  deliver(false);
  deliver(false);
  run(100);
  ASSERT_EQ(bench_.said.size(), 3u);
  EXPECT_EQ(bench_.said.back().next.payload, first);
}

TEST_F(BatchesOfConsumers, BeginNoHandlerInAHang) {
  open(bench_.program({bench_.work(10)}), {.size = 2, .program = bench_.program({bench_.work(5)})});
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kConsumer);
  deliver();
  deliver(false);
  run(5);
  bench_.strike(*consumer_, hang);
  run(50);
  EXPECT_THAT(settled(), IsEmpty()) << "the first has ended, the second does not begin";
  bench_.heal(*consumer_, hang);
  run(100);
  EXPECT_THAT(settled(), ElementsAre(Settled{65, 0, Outcome::ok}, Settled{65, 1, Outcome::ok}));
}

}  // namespace
}  // namespace spillway
