#include "sim/model/topic/topic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/flow/impairments.h"
#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr Address kProducer = component_address(0, 0);
constexpr Address kQueue = component_address(2, 0);
constexpr Address kOtherQueue = component_address(2, 1);
constexpr Address kParking = component_address(2, 2);
constexpr Address kConsumer = component_address(3, 0);
constexpr Address kOtherConsumer = component_address(3, 1);
constexpr Address kTopic = component_address(5, 0);

/// A topic alone. After each thing said to it, the ledgers of its subscriptions balance and agree
/// with their levels.
class Topics : public testing::Test {
 protected:
  void open(std::vector<Topic::SubscriptionWiring> subscriptions, Topic::Wiring wiring = {}) {
    wiring.address = kTopic;
    wiring.subscriptions = std::move(subscriptions);
    topic_.emplace(std::move(wiring));
    publisher_ = bench_.edge();
    bench_.begin(*topic_);
  }
  Topic::SubscriptionWiring to_queue(Address queue = kQueue) {
    Topic::SubscriptionWiring wiring;
    wiring.target = queue;
    wiring.edge = bench_.edge();
    wiring.lane = 100 + wiring.edge;
    return wiring;
  }
  Topic::SubscriptionWiring to_consumer(std::uint32_t instances,
                                        std::uint64_t prefetch = Topic::kUnlimitedCredits,
                                        Address consumer = kConsumer) {
    Topic::SubscriptionWiring wiring = to_queue(consumer);
    wiring.instances = instances;
    wiring.prefetch = prefetch;
    return wiring;
  }

  /// Publishes a message of a root of its own, whose handler has ended.
  Handle publish() {
    const Handle root = bench_.root(kProducer, published_++);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = 0;
    bench_.context.messages[root].next = message;
    bench_.context.answered(root);
    offer(message);
    return message;
  }
  void offer(Handle message) {
    bench_.tell<Offer>(*topic_, message);
    check();
  }
  void settle(Handle delivery, Outcome outcome) {
    message(delivery).outcome = outcome;
    bench_.tell<Settle>(*topic_, delivery);
    check();
  }
  /// The queue answers about a copy.
  void confirm(Handle copy, Outcome outcome) {
    const Handle receipt = message(copy).parent;
    message(receipt).outcome = outcome;
    bench_.context.release(copy);
    bench_.tell(*topic_, {message(receipt).reply_to, receipt});
    check();
  }
  void impair(FaultKind kind, Address target, bool begins) {
    if (bench_.context.impairments.empty()) {
      Impairment impairment;
      impairment.kind = kind;
      impairment.target = target;
      bench_.context.impairments.push_back(impairment);
    }
    bench_.tell<Impair>(*topic_, ImpairmentChange{0, begins}.payload());
    check();
  }
  void check() {
    for (const auto& subscription : topic_->subscriptions()) {
      const Ledger ledger = subscription.ledger();
      EXPECT_TRUE(ledger.balances()) << ledger.sent << " sent, " << ledger.accounted();
      EXPECT_EQ(static_cast<std::uint64_t>(subscription.metrics.in_flight.level()),
                ledger.in_flight);
    }
  }
  Ledger ledger(std::size_t subscription = 0) {
    return topic_->subscriptions()[subscription].ledger();
  }
  SubscriptionMetrics& metrics(std::size_t subscription = 0) {
    return topic_->subscriptions()[subscription].metrics;
  }
  /// What was offered to others since the last time, to whom; the rest is kept in others_.
  std::vector<Address> offered() {
    std::vector<Address> targets;
    copies_.clear();
    for (const Next next : bench_.heard()) {
      const Address target = next.target & ~(((1U << kVerbBits) - 1) << kIndexBits);
      if (next.target == say<Offer>(target)) {
        targets.push_back(target);
        copies_.push_back(next.payload);
      } else {
        others_.push_back(next);
      }
    }
    return targets;
  }
  Message& message(Handle handle) { return bench_.context.messages[handle]; }
  void run(Time time) {
    bench_.run(*topic_, time);
    check();
  }

  Bench bench_;
  std::optional<Topic> topic_;
  std::uint32_t publisher_ = 0;
  std::uint32_t published_ = 0;
  std::vector<Handle> copies_;  ///< of the last `offered`
  std::vector<Next> others_;
};

TEST_F(Topics, HandACopyToEachSubscriptionAndKeepNone) {
  open({to_queue(), to_queue(kOtherQueue), to_consumer(1)});
  publish();
  EXPECT_THAT(offered(), ElementsAre(kQueue, kOtherQueue, kConsumer));
  EXPECT_EQ(topic_->metrics().published.at(1), 1u);
  for (const std::size_t subscription : {0u, 1u, 2u}) {
    EXPECT_EQ(ledger(subscription).sent, 1u);
    EXPECT_EQ(ledger(subscription).in_flight, 1u);
  }
  const std::vector<Handle> copies = copies_;
  confirm(copies[0], Outcome::ok);
  confirm(copies[1], Outcome::ok);
  settle(copies[2], Outcome::ok);
  for (const std::size_t subscription : {0u, 1u, 2u}) {
    EXPECT_EQ(ledger(subscription).acknowledged, 1u);
  }
  EXPECT_THAT(offered(), IsEmpty());
  ASSERT_EQ(others_.size(), 1u);
  EXPECT_EQ(others_[0].target, say<Settle>(kProducer)) << "all work is done";
  EXPECT_EQ(message(others_[0].payload).flags & flag::kFailed, 0);
  EXPECT_EQ(bench_.context.messages.live(), 1u) << "the root, for its producer";
}

TEST_F(Topics, DoNotWaitForAQueueThatTakesEveryCopy) {
  open({to_queue(), to_queue(kOtherQueue)});
  topic_->subscriptions()[0].certain = true;
  publish();
  EXPECT_THAT(offered(), ElementsAre(kQueue, kOtherQueue));
  EXPECT_EQ(message(copies_[0]).parent, 0u) << "nobody is told";
  EXPECT_NE(message(copies_[1]).parent, 0u);
  EXPECT_EQ(ledger(0).acknowledged, 1u);
  EXPECT_EQ(ledger(0).in_flight, 0u);
  EXPECT_EQ(ledger(1).in_flight, 1u);
  for (const std::size_t subscription : {0u, 1u}) {
    EXPECT_EQ(metrics(subscription).receives.at(1), 1u);
    EXPECT_EQ(metrics(subscription).waited.sample(bench_.context.timeline.windows()[0]).n, 1u);
  }
}

TEST_F(Topics, CloseTheRootWhenTheLastCopyIsDone) {
  open({to_consumer(1), to_consumer(1, 1, kOtherConsumer)});
  publish();
  offered();
  const std::vector<Handle> copies = copies_;
  settle(copies[1], Outcome::ok);
  EXPECT_THAT(offered(), IsEmpty());
  EXPECT_THAT(others_, IsEmpty()) << "one copy is left";
  settle(copies[0], Outcome::ok);
  offered();
  ASSERT_EQ(others_.size(), 1u);
  EXPECT_EQ(others_[0].target, say<Settle>(kProducer));
}

TEST_F(Topics, GiveEachCopyTheNumbersOfItsOwnEdge) {
  const Topic::SubscriptionWiring first = to_queue();
  const Topic::SubscriptionWiring second = to_queue(kOtherQueue);
  open({second});
  publish();
  offered();
  const std::uint32_t alone = message(copies_[0]).lane;
  open({first, second});
  published_ = 0;
  publish();
  offered();
  EXPECT_EQ(message(copies_[1]).lane, alone) << "another subscription changes nothing for it";
  EXPECT_NE(message(copies_[0]).lane, alone);
  EXPECT_EQ(message(copies_[0]).ordinal, 0u);
  EXPECT_EQ(message(copies_[1]).ordinal, 0u);
}

TEST_F(Topics, ConfirmWhatTheyHaveTaken) {
  Topic::Wiring wiring;
  for (const bool takes_time : {false, true}) {
    if (takes_time) wiring.confirm = bench_.site(30);
    open({to_queue()}, wiring);
    const Time now = bench_.context.now();
    const Handle root = bench_.root(kProducer, published_++);
    const Handle receipt = bench_.request(root, kProducer, publisher_);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = receipt;
    offer(message);
    if (takes_time) {
      EXPECT_THAT(offered(), ElementsAre(kQueue)) << "a copy does not wait for the confirm";
      EXPECT_THAT(others_, IsEmpty());
      run(now + 30);
    }
    offered();
    EXPECT_THAT(others_, ElementsAre(to<Reply>(kProducer, receipt)));
    EXPECT_EQ(bench_.context.messages[receipt].outcome, Outcome::ok);
    others_.clear();
  }
}

TEST_F(Topics, FilterByType) {
  bench_.context.types = {"", "cancelled", "placed"};
  bench_.context.attributes.resize(1);
  bench_.context.attributes[0].type_site = bench_.site(Variate::column({0, 1, 1}));
  bench_.context.attributes[0].types = {2, 1};
  Topic::SubscriptionWiring placed = to_queue();
  placed.types = {false, false, true};
  Topic::SubscriptionWiring both = to_queue(kOtherQueue);
  both.types = {false, true, true};
  open({placed, both, to_consumer(1)});
  publish();
  EXPECT_THAT(offered(), ElementsAre(kQueue, kOtherQueue, kConsumer));
  publish();
  EXPECT_THAT(offered(), ElementsAre(kOtherQueue, kConsumer));
  EXPECT_EQ(ledger(0).sent, 2u);
  EXPECT_EQ(ledger(0).filtered, 1u);
  EXPECT_EQ(metrics(0).filtered.at(1), 1u);
  EXPECT_EQ(ledger(1).filtered, 0u);
}

TEST_F(Topics, CompleteAMessageThatNobodyWants) {
  bench_.context.types = {"", "placed"};
  Topic::SubscriptionWiring placed = to_queue();
  placed.types = {false, true};
  open({placed});
  publish();
  EXPECT_THAT(offered(), IsEmpty());
  EXPECT_EQ(ledger().filtered, 1u) << "a message without a type";
  ASSERT_EQ(others_.size(), 1u);
  EXPECT_EQ(others_[0].target, say<Settle>(kProducer));
  EXPECT_EQ(message(others_[0].payload).flags & flag::kFailed, 0) << "filtered is not failed";
}

TEST_F(Topics, PushToInstancesInTurnUpToTheirPrefetch) {
  open({to_consumer(2, 2)});
  for (int i = 0; i < 5; ++i) publish();
  EXPECT_EQ(offered().size(), 4u);
  std::vector<std::uint32_t> takers;
  for (const Handle copy : copies_) takers.push_back(message(copy).via);
  EXPECT_THAT(takers, ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(ledger().in_flight, 4u);
  EXPECT_EQ(ledger().lost, 1u) << "nobody could take the fifth";
  EXPECT_EQ(metrics().lost.at(1), 1u);
  ASSERT_EQ(others_.size(), 1u);
  EXPECT_NE(message(others_[0].payload).flags & flag::kFailed, 0) << "what is lost has failed";
  const Handle of_the_second = copies_[1];
  settle(of_the_second, Outcome::ok);
  publish();
  EXPECT_THAT(offered(), ElementsAre(kConsumer));
  EXPECT_EQ(message(copies_[0]).via, 1u) << "the instance that has room again";
  EXPECT_EQ(ledger().lost, 1u);
}

TEST_F(Topics, PushWithoutLimitWhereNoPrefetchIsSaid) {
  open({to_consumer(1)});
  for (int i = 0; i < 1000; ++i) publish();
  EXPECT_EQ(offered().size(), 1000u);
  EXPECT_EQ(ledger().lost, 0u);
}

TEST_F(Topics, LoseWhatAConsumerThatIsDownCannotTake) {
  open({to_consumer(2), to_queue()});
  impair(FaultKind::outage, kConsumer, true);
  publish();
  EXPECT_THAT(offered(), ElementsAre(kQueue));
  EXPECT_EQ(ledger(0).lost, 1u);
  impair(FaultKind::outage, kConsumer, false);
  publish();
  EXPECT_THAT(offered(), ElementsAre(kConsumer, kQueue));
  // What it held when it went down comes back unhandled.
  settle(copies_[0], Outcome::unavailable);
  EXPECT_EQ(ledger(0).lost, 2u);
}

TEST_F(Topics, StayClosedUntilTheLastOfSeveralFaultsHasEnded) {
  open({to_consumer(1)});
  impair(FaultKind::outage, kConsumer, true);
  impair(FaultKind::outage, kConsumer, true);
  impair(FaultKind::outage, kConsumer, false);
  publish();
  EXPECT_THAT(offered(), IsEmpty());
  impair(FaultKind::outage, kConsumer, false);
  publish();
  EXPECT_THAT(offered(), ElementsAre(kConsumer));
}

TEST_F(Topics, LoseACopyWhoseHandlerFails) {
  open({to_consumer(1)});
  publish();
  offered();
  settle(copies_[0], Outcome::error);
  EXPECT_EQ(ledger().lost, 1u);
  offered();
  ASSERT_EQ(others_.size(), 1u);
  EXPECT_NE(message(others_[0].payload).flags & flag::kFailed, 0);
}

TEST_F(Topics, DeadLetterWhatNobodyTook) {
  Topic::SubscriptionWiring wiring = to_consumer(1, 1);
  wiring.dead_letter = say<Offer>(kParking);
  open({wiring});
  run(50);
  publish();
  EXPECT_THAT(offered(), ElementsAre(kConsumer));
  const Handle held = copies_[0];
  run(80);
  publish();
  EXPECT_THAT(offered(), ElementsAre(kParking)) << "beyond the prefetch";
  const Message& beyond = message(copies_[0]);
  EXPECT_EQ(beyond.flags, flag::kDetached);
  EXPECT_EQ(beyond.ordinal, 1u);
  EXPECT_EQ(bench_.context.producer_of(beyond), kProducer);
  run(90);
  settle(held, Outcome::error);
  EXPECT_THAT(offered(), ElementsAre(kParking)) << "failed";
  const Message& letter = message(copies_[0]);
  EXPECT_EQ(letter.flags, flag::kDetached) << "no delivery any more, and no part of its root";
  EXPECT_EQ(letter.since, 90) << "new there";
  EXPECT_EQ(letter.attempt, 0);
  EXPECT_EQ(letter.parent, 0u);
  EXPECT_EQ(ledger().dead_lettered, 2u);
  EXPECT_EQ(metrics().dead_lettered.at(1), 2u);
  EXPECT_EQ(others_.size(), 2u) << "both roots have ended";
  for (const Next closed : others_) {
    EXPECT_NE(message(closed.payload).flags & flag::kFailed, 0) << "and failed";
  }
}

TEST_F(Topics, CountWhatAQueueRejects) {
  Topic::SubscriptionWiring kept = to_queue(kOtherQueue);
  kept.dead_letter = say<Offer>(kParking);
  open({to_queue(), kept});
  publish();
  offered();
  const std::vector<Handle> copies = copies_;
  const std::uint32_t lane = message(copies[1]).lane;
  confirm(copies[0], Outcome::unavailable);
  EXPECT_EQ(ledger(0).rejected, 1u);
  EXPECT_EQ(metrics(0).rejected.at(1), 1u);
  confirm(copies[1], Outcome::unavailable);
  EXPECT_EQ(ledger(1).rejected, 0u);
  EXPECT_EQ(ledger(1).dead_lettered, 1u);
  EXPECT_THAT(offered(), ElementsAre(kParking));
  EXPECT_EQ(message(copies_[0]).lane, lane) << "the copy's own numbers";
  ASSERT_EQ(others_.size(), 1u);
  EXPECT_NE(message(others_[0].payload).flags & flag::kFailed, 0);
}

TEST_F(Topics, TakeAnAcknowledgementThatComesBeforeTheHandler) {
  open({to_consumer(1, 1)});
  publish();
  offered();
  const Handle delivery = copies_[0];
  const Handle early = bench_.context.spawn(delivery);
  Message& acknowledging = message(early);
  acknowledging.parent = message(delivery).parent;
  acknowledging.via = message(delivery).via;
  acknowledging.reply_to = delivery;
  acknowledging.flags |= flag::kAhead;
  settle(early, Outcome::ok);
  message(delivery).parent = 0;
  EXPECT_EQ(ledger().acknowledged, 1u);
  EXPECT_TRUE(bench_.context.messages.alive(delivery)) << "the handler goes on";
  publish();
  EXPECT_THAT(offered(), IsEmpty()) << "and keeps its place";
  EXPECT_EQ(ledger().lost, 1u);
  settle(bench_.context.detach(delivery), Outcome::error);
  EXPECT_EQ(ledger().lost, 1u) << "what failed was acknowledged";
  publish();
  EXPECT_THAT(offered(), ElementsAre(kConsumer)) << "the place is free";
}

TEST_F(Topics, TakeTheirTimeToHandCopiesOnEachByItself) {
  Topic::Wiring wiring;
  wiring.delivery = bench_.site(Variate::uniform(10, 1000));
  Topic::SubscriptionWiring far = to_queue(kOtherQueue);
  bench_.context.edges[far.edge].out = bench_.fixed(5);
  open({to_queue(), far}, wiring);
  publish();
  EXPECT_THAT(offered(), IsEmpty());
  EXPECT_EQ(ledger(0).in_flight, 1u);
  bench_.run(*topic_, 1005);
  ASSERT_EQ(bench_.said.size(), 2u);
  EXPECT_NE(bench_.said[0].at, bench_.said[1].at);
  const auto& window = bench_.context.timeline.windows()[0];
  for (const Bench::Said& said : bench_.said) {
    const std::size_t subscription = said.next.target == say<Offer>(kQueue) ? 0 : 1;
    EXPECT_EQ(metrics(subscription).waited.sample(window).histogram->sum(),
              static_cast<std::uint64_t>(said.at))
        << "from the publish to the arrival";
  }
}

TEST_F(Topics, CountOnTheirEdges) {
  const Topic::SubscriptionWiring wiring = to_queue();
  open({wiring});
  publish();
  publish();
  EXPECT_EQ(bench_.context.edges[wiring.edge].metrics.attempts.at(1), 2u);
  EXPECT_EQ(metrics().receives.at(1), 2u);
}

TEST_F(Topics, CopyForAMessageThatBelongsToNoRoot) {
  Topic::SubscriptionWiring wiring = to_consumer(1);
  wiring.dead_letter = say<Offer>(kParking);
  open({wiring, to_queue()});
  const Handle root = bench_.root(kProducer);
  const Handle letter = bench_.context.detach(bench_.context.spawn(root));
  const Handle message = bench_.context.spawn(letter);
  bench_.context.messages[message].parent = 0;
  bench_.heard();
  offer(message);
  EXPECT_THAT(offered(), ElementsAre(kConsumer, kQueue));
  const std::vector<Handle> copies = copies_;
  settle(copies[0], Outcome::error);
  EXPECT_THAT(offered(), ElementsAre(kParking));
  bench_.context.release(copies_[0]);
  confirm(copies[1], Outcome::ok);
  bench_.context.release(letter);
  EXPECT_EQ(bench_.context.messages.live(), 1u) << "the root alone";
}

TEST_F(Topics, StartAfreshForTheNextReplication) {
  open({to_consumer(1, 1)});
  publish();
  publish();
  bench_.context.restart(1, 1);
  bench_.begin(*topic_);
  check();
  EXPECT_EQ(ledger().sent, 0u);
  bench_.heard();
  publish();
  EXPECT_THAT(offered(), ElementsAre(kConsumer)) << "with all its credits";
}

}  // namespace
}  // namespace spillway
