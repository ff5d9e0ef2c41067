#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/topic/topic.h"
#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

constexpr Address kProducer = component_address(0, 0);
constexpr Address kService = component_address(1, 0);
constexpr Address kQueue = component_address(2, 0);
constexpr Address kParking = component_address(2, 2);
constexpr Address kConsumer = component_address(3, 0);
constexpr Address kTopic = component_address(5, 0);

/// A topic that holds its copies until they are taken. After each thing said to it, the ledger
/// balances and agrees with the levels.
class TopicRetries : public testing::Test {
 protected:
  void open(Address target, std::optional<RetrySchedule> retry, bool parks = false) {
    Topic::Wiring wiring;
    wiring.address = kTopic;
    Topic::SubscriptionWiring& subscription = wiring.subscriptions.emplace_back();
    subscription.target = target;
    subscription.edge = bench_.edge();
    subscription.lane = 7;
    subscription.instances = target == kConsumer ? 1 : 0;
    subscription.calls = target == kService;
    subscription.timeout = target == kService ? 50 : kNever;
    subscription.retry = std::move(retry);
    if (parks) subscription.dead_letter = say<Offer>(kParking);
    topic_.emplace(std::move(wiring));
    bench_.begin(*topic_);
  }
  static RetrySchedule pauses(std::initializer_list<Time> all) {
    RetrySchedule schedule;
    for (const Time pause : all) schedule.add(1, pause);
    return schedule;
  }
  void publish() {
    const Handle root = bench_.root(kProducer, 0);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = 0;
    bench_.context.messages[root].next = message;
    bench_.context.answered(root);
    bench_.tell<Offer>(*topic_, message);
    look();
  }
  /// What was handed on last and where; the times of all of it are in offered_at_.
  void look() {
    for (const Bench::Said& said : bench_.said) {
      if (!says<Offer>(said.next.target)) continue;
      offered_at_.push_back(said.at);
      last_ = said.next;
    }
    bench_.said.clear();
    const Ledger ledger = this->ledger();
    EXPECT_TRUE(ledger.balances());
    EXPECT_EQ(static_cast<std::uint64_t>(metrics().in_flight.level()), ledger.in_flight);
    EXPECT_EQ(static_cast<std::uint64_t>(metrics().delayed.level()), ledger.delayed);
  }
  void run(Time time) {
    bench_.run(*topic_, time);
    look();
  }
  /// The queue, the service or the consumer says how it went.
  void answer(Outcome outcome) {
    Handle answer = last_.payload;
    Slab<Message>& messages = bench_.context.messages;
    const bool pushed = (messages[answer].flags & flag::kDelivery) != 0;
    if (topic_->subscriptions()[0].wiring.target == kQueue) {
      answer = messages[answer].parent;
      bench_.context.release(last_.payload);
    }
    messages[answer].outcome = outcome;
    if (pushed) {
      bench_.tell<Settle>(*topic_, answer);
    } else {
      bench_.tell<Reply>(*topic_, answer);
    }
    look();
  }
  Ledger ledger() { return topic_->subscriptions()[0].ledger(); }
  SubscriptionMetrics& metrics() { return topic_->subscriptions()[0].metrics; }

  Bench bench_;
  std::optional<Topic> topic_;
  std::vector<Time> offered_at_;
  Next last_;
};

TEST_F(TopicRetries, ComeAfterThePausesOfTheirPolicy) {
  for (const Address target : {kQueue, kConsumer, kService}) {
    offered_at_.clear();
    open(target, pauses({0, 10, 20}));
    const Time start = bench_.context.now();
    publish();
    for (const Time later : {0, 10, 30}) {
      answer(Outcome::unavailable);
      run(start + later);
    }
    EXPECT_THAT(offered_at_, testing::ElementsAre(start, start, start + 10, start + 30));
    EXPECT_EQ(ledger().in_flight, 1u);
    EXPECT_EQ(ledger().redelivered, 3u);
    answer(Outcome::ok);
    EXPECT_EQ(ledger().acknowledged, 1u);
    EXPECT_EQ(ledger().receives, 4u);
    EXPECT_EQ(bench_.context.messages.live(), 1u) << "the root, for its producer";
    bench_.context.messages.clear();
  }
}

TEST_F(TopicRetries, EndInALossADeadLetterOrARejection) {
  for (const Address target : {kQueue, kConsumer, kService}) {
    for (const bool parks : {false, true}) {
      open(target, pauses({10}), parks);
      const Time start = bench_.context.now();
      publish();
      answer(Outcome::unavailable);
      EXPECT_EQ(ledger().delayed, 1u);
      run(start + 10);
      answer(Outcome::unavailable);
      EXPECT_EQ(ledger().delayed, 0u);
      EXPECT_EQ(ledger().dead_lettered, parks ? 1u : 0u);
      EXPECT_EQ(ledger().rejected, !parks && target == kQueue ? 1u : 0u);
      EXPECT_EQ(ledger().lost, !parks && target != kQueue ? 1u : 0u);
      EXPECT_EQ(last_.target == say<Offer>(kParking), parks);
      bench_.context.messages.clear();
    }
  }
}

TEST_F(TopicRetries, AreLimitedByAttemptsAndTime) {
  RetrySchedule schedule = pauses({10, 10, 10});
  schedule.attempts = 2;
  EXPECT_EQ(schedule.pause_after(1), 10);
  EXPECT_EQ(schedule.pause_after(2), std::nullopt);
  schedule.attempts = RetrySchedule::kForever;
  EXPECT_EQ(schedule.pause_after(3), 10);
  EXPECT_EQ(schedule.pause_after(4), std::nullopt);
  schedule.add(RetrySchedule::kForever, 99);
  EXPECT_EQ(schedule.pause_after(1'000'000), 99);
  schedule.within = 25;
  open(kConsumer, schedule);
  publish();
  for (const Time time : {10, 20}) {
    answer(Outcome::error);
    run(time);
  }
  answer(Outcome::error);
  EXPECT_EQ(ledger().lost, 1u) << "the next would come at 30";
}

TEST_F(TopicRetries, WaitForAServiceNoLongerThanTheirTimeout) {
  open(kService, pauses({10}));
  publish();
  const Handle first = last_.payload;
  run(49);
  EXPECT_EQ(ledger().in_flight, 1u);
  run(50);
  EXPECT_EQ(ledger().delayed, 1u);
  EXPECT_EQ(bench_.context.messages[first].parent, 0u) << "its work is for nobody";
  run(60);
  EXPECT_EQ(offered_at_.back(), 60);
  const Handle second = last_.payload;
  last_.payload = first;
  answer(Outcome::ok);
  EXPECT_EQ(ledger().in_flight, 1u) << "an answer that comes too late counts for nothing";
  last_.payload = second;
  answer(Outcome::ok);
  EXPECT_EQ(ledger().acknowledged, 1u);
  run(1000);
  EXPECT_EQ(ledger().acknowledged, 1u) << "the clock of an answered attempt stands still";
}

TEST_F(TopicRetries, DrawOtherNumbersForEachAttemptAndTheSameForTheFirst) {
  open(kQueue, pauses({10}));
  publish();
  const std::uint32_t first = bench_.context.messages[last_.payload].lane;
  answer(Outcome::error);
  run(10);
  EXPECT_NE(bench_.context.messages[last_.payload].lane, first);
  EXPECT_EQ(bench_.context.messages[last_.payload].attempt, 0) << "it was received nowhere";
}

}  // namespace
}  // namespace spillway
