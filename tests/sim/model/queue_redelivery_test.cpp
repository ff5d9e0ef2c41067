// What comes back: pauses, heartbeats, acknowledgements that come late.

#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Redelivery : public QueueBench {
 protected:
  static Queue::Wiring paused(Queue::Wiring wiring, Queue::Redelivery redelivery) {
    wiring.redelivery = redelivery;
    return wiring;
  }
};

TEST_F(Redelivery, GrowsByAFactorOrByAStepUpToItsCap) {
  const Queue::Redelivery by_factor{100, 2, 0, 350, true, false};
  EXPECT_EQ(by_factor.pause_after(1), 100);
  EXPECT_EQ(by_factor.pause_after(2), 200);
  EXPECT_EQ(by_factor.pause_after(3), 350);
  EXPECT_EQ(by_factor.pause_after(65535), 350);
  // RabbitMQ's delayed retry: min(min_delay x delivery_count, max_delay). Source: Quorum Queues,
  // https://www.rabbitmq.com/docs/quorum-queues
  const Queue::Redelivery by_step{10, 1, 10, 45, true, false};
  EXPECT_EQ(by_step.pause_after(1), 10);
  EXPECT_EQ(by_step.pause_after(4), 40);
  EXPECT_EQ(by_step.pause_after(5), 45);
  const Queue::Redelivery unbounded{kSecond, 1e6, 0, kNever, true, false};
  EXPECT_EQ(unbounded.pause_after(65535), 1'000'000'000'000'000'000);
}

TEST_F(Redelivery, PausesBeforeTheNextReceive) {
  open(paused(with_takers({1}), {100, 1, 0, kNever, true, false}));
  send();
  send();
  give_back(delivery(0));
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0})) << "others go on meanwhile";
  EXPECT_EQ(queue_->ledger().delayed, 1u);
  acknowledge(deliveries_[0]);
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}));
  run(50);
  send();
  run(100);
  EXPECT_EQ(queue_->ledger().ready, 2u);
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0})) << "in its old place";
}

TEST_F(Redelivery, PausesOnlyAfterTheEndsItIsFor) {
  Queue::Wiring wiring = with_takers({5});
  wiring.visibility = 100;
  open(paused(std::move(wiring), {50, 1, 0, kNever, false, true}));
  send();
  give_back(delivery(0));
  EXPECT_EQ(queue_->ledger().delayed, 0u) << "a failure";
  const Handle again = delivery(0);
  settle(again, Outcome::unavailable);
  EXPECT_EQ(queue_->ledger().delayed, 0u) << "a closed connection";
  run(100);
  EXPECT_EQ(queue_->ledger().delayed, 1u) << "silence";
  run(150);
  EXPECT_EQ(queue_->ledger().delayed, 0u);
  EXPECT_EQ(queue_->ledger().receives, 4u);
}

TEST_F(Redelivery, ReachesTheDeadLetterQueueWithoutAPause) {
  Queue::Wiring wiring = with_takers({1});
  wiring.dead_letter = say<Offer>(kParking);
  wiring.dead_letter_after = 2;
  open(paused(std::move(wiring), {100, 1, 0, kNever, true, false}));
  send();
  give_back(delivery(0));
  run(100);
  give_back(delivery(0));
  EXPECT_EQ(queue_->ledger().dead_lettered, 1u);
  EXPECT_EQ(queue_->ledger().delayed, 0u);
}

class Heartbeats : public QueueBench {
 protected:
  static Queue::Wiring beating(Time visibility, Time heartbeat) {
    Queue::Wiring wiring = with_takers({1});
    wiring.takers[0].heartbeat = heartbeat;
    wiring.visibility = visibility;
    return wiring;
  }
};

TEST_F(Heartbeats, KeepAMessageHiddenForAsLongAsItIsHeld) {
  open(beating(100, 60));
  send();
  const Handle held = delivery(0);
  run(1000);
  EXPECT_EQ(queue_->ledger().receives, 1u);
  EXPECT_EQ(queue_->metrics().extensions.at(1), 16u) << "each costs a request";
  acknowledge(held);
  EXPECT_EQ(queue_->ledger().acknowledged, 1u);
  run(3000);
  EXPECT_EQ(bench_.context.events.pending(), 0u) << "and none after it";
}

TEST_F(Heartbeats, StopWithTheirConsumerAndThenItsVisibilityRunsOut) {
  open(beating(100, 60));
  send();
  const Handle held = delivery(0);
  run(150);
  bench_.context.release(held);  // a crash: nobody tells the queue
  run(219);
  EXPECT_EQ(queue_->ledger().ready, 0u);
  run(220);
  EXPECT_EQ(queue_->ledger().ready, 1u) << "100 after the last heartbeat, at 120";
}

TEST_F(Heartbeats, StopWhenTheAcknowledgementIsOnItsWay) {
  open(beating(100, 60));
  send();
  const Handle held = delivery(0);
  run(130);
  bench_.context.messages[held].flags &= static_cast<std::uint16_t>(~flag::kDelivery);
  run(220);
  EXPECT_EQ(queue_->ledger().ready, 1u) << "it takes too long";
  acknowledge(held);
  EXPECT_EQ(queue_->ledger().duplicates, 1u);
}

TEST_F(Heartbeats, TravelToTheQueue) {
  const Hop way = bench_.fixed(10);
  Queue::Wiring wiring = beating(100, 60);
  wiring.takers[0].way = way;
  bench_.edge(way, way);
  wiring.takers[0].edge = 0;
  open(std::move(wiring));
  send();
  run(79);
  EXPECT_EQ(queue_->metrics().extensions.at(1), 0u);
  run(80);
  EXPECT_EQ(queue_->metrics().extensions.at(1), 1u);
}

class LateAcks : public QueueBench {
 protected:
  /// A message whose first delivery has run out.
  Handle run_out(Queue::Wiring wiring) {
    // NATS JetStream honours an acknowledgement that comes after the message was delivered again.
    // Source: Consumers, https://docs.nats.io/nats-concepts/jetstream/consumers
    wiring.visibility = 100;
    wiring.late_acks_count = true;
    open(std::move(wiring));
    send();
    const Handle late = delivery(0);
    run(100);
    return late;
  }
};

TEST_F(LateAcks, TakeAMessageThatWaitsAgain) {
  const Handle late = run_out(with_takers({1}));
  EXPECT_EQ(queue_->ledger().ready, 1u);
  acknowledge(late);
  EXPECT_EQ(queue_->ledger().acknowledged, 1u);
  EXPECT_EQ(queue_->ledger().ready, 0u);
  EXPECT_EQ(queue_->ledger().duplicates, 0u);
  EXPECT_EQ(queue_->metrics().ready.level(), 0);
}

TEST_F(LateAcks, TakeAMessageThatIsWithAnother) {
  const Handle late = run_out(with_takers({1, 1}));
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 1}));
  const Handle second = deliveries_[0];
  acknowledge(late);
  EXPECT_EQ(queue_->ledger().acknowledged, 1u);
  EXPECT_EQ(queue_->ledger().in_flight, 0u);
  acknowledge(second);
  EXPECT_EQ(queue_->ledger().acknowledged, 1u);
  EXPECT_EQ(queue_->ledger().duplicates, 1u) << "its work was for nothing";
  run(1000);
  EXPECT_EQ(queue_->ledger().receives, 2u);
}

TEST_F(LateAcks, TakeAMessageThatPauses) {
  Queue::Wiring wiring = with_takers({1, 1});
  wiring.redelivery = Queue::Redelivery{50, 1, 0, kNever, false, true};
  const Handle late = run_out(std::move(wiring));
  EXPECT_EQ(queue_->ledger().delayed, 1u);
  acknowledge(late);
  EXPECT_EQ(queue_->ledger().acknowledged, 1u);
  EXPECT_EQ(queue_->ledger().delayed, 0u);
  run(1000);
  EXPECT_EQ(queue_->ledger().receives, 1u);
}

TEST_F(LateAcks, FindNothingOnceItHasGoneToTheDeadLetterQueue) {
  Queue::Wiring wiring = with_takers({1});
  wiring.dead_letter = say<Offer>(kParking);
  wiring.dead_letter_after = 1;
  const Handle late = run_out(std::move(wiring));
  EXPECT_EQ(queue_->ledger().dead_lettered, 1u);
  acknowledge(late);
  EXPECT_EQ(queue_->ledger().acknowledged, 0u);
  EXPECT_EQ(queue_->ledger().duplicates, 1u);
}

}  // namespace
}  // namespace spillway
