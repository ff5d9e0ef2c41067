#include "sim/model/queue/queue.h"

#include <limits>

#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Queues : public QueueBench {};

TEST_F(Queues, DeliversInTheOrderOfArrivalOnceThereIsATaker) {
  open(with_takers({1}));
  send();
  send();
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}));
  EXPECT_EQ(queue_->ledger().acknowledged, 2u);
  EXPECT_EQ(queue_->ledger().in_flight, 1u);
}

TEST_F(Queues, KeepsMessagesWithoutTakers) {
  open({});
  send();
  send();
  EXPECT_THAT(delivered(), IsEmpty());
  EXPECT_EQ(queue_->ledger().ready, 2u);
}

TEST_F(Queues, TakesTurnsAmongTakersThatHaveCredit) {
  open(with_takers({2, 1, 3}));
  for (int i = 0; i < 7; ++i) send();
  EXPECT_THAT(delivered(),
              ElementsAre(Pair{0, 0}, Pair{1, 1}, Pair{2, 2}, Pair{3, 0}, Pair{4, 2}, Pair{5, 2}));
  EXPECT_EQ(queue_->ledger().ready, 1u) << "all credit is used";
  const std::vector<Handle> first = deliveries_;
  acknowledge(first[4]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{6, 2}));
  acknowledge(first[1]);
  acknowledge(first[0]);
  acknowledge(first[3]);
  send();
  send();
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{7, 1}, Pair{8, 0}, Pair{9, 0}))
      << "who got its credit back first is first in turn, and is in turn once";
}

TEST_F(Queues, NeverGivesATakerMoreThanItsPrefetch) {
  open(with_takers({5}));
  for (int i = 0; i < 20; ++i) send();
  EXPECT_EQ(delivered().size(), 5u);
  EXPECT_EQ(queue_->ledger().in_flight, 5u);
}

TEST_F(Queues, ClosesTheRootOfAnAcknowledgedMessage) {
  open(with_takers({1}));
  send();
  acknowledge(delivery(0));
  const std::vector<Next> said = bench_.heard();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].target, say<Settle>(kProducer));
  EXPECT_EQ(bench_.context.messages.live(), 1u);
}

TEST_F(Queues, PutsAMessageGivenBackInItsOldPlace) {
  open(with_takers({3}));
  for (int i = 0; i < 5; ++i) send();
  delivered();
  const std::vector<Handle> held = deliveries_;
  give_back(held[1]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0})) << "before 3 and 4, with the credit it returns";
  const Handle again = deliveries_[0];
  EXPECT_EQ(message(again).attempt, 1);
  EXPECT_EQ(queue_->ledger().redelivered, 1u);
  EXPECT_EQ(queue_->ledger().receives, 4u);
  EXPECT_EQ(queue_->ledger().reordered, 0u) << "all were sent at the same instant";
}

TEST_F(Queues, KeepsTheOrderOfArrivalAmongMessagesGivenBackInAnyOrder) {
  Queue::Wiring wiring = with_takers({1, 1, 1, 1});
  wiring.delivery = bench_.site(50);  // credits come back after all have been given back
  open(std::move(wiring));
  for (int i = 0; i < 4; ++i) send();
  delivered();
  const std::vector<Handle> held = deliveries_;
  give_back(held[2]);
  give_back(held[0]);
  give_back(held[3]);
  give_back(held[1]);
  send();
  EXPECT_THAT(delivered(), IsEmpty());
  run(50);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 2}, Pair{1, 0}, Pair{2, 3}, Pair{3, 1}))
      << "oldest first, to takers in the order of their credits";
}

TEST_F(Queues, CountsAReceiveOfAnOlderMessageAsReordered) {
  open(with_takers({2}));
  send();
  run(10);
  send();
  delivered();
  give_back(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  EXPECT_EQ(queue_->ledger().reordered, 1u) << "the one sent at 10 was received before";
}

TEST_F(Queues, GivesAMessageBackWhenItsVisibilityIsOver) {
  Queue::Wiring wiring = with_takers({1, 1});
  wiring.visibility = 100;
  open(std::move(wiring));
  send();
  const Handle first = delivery(0);
  run(99);
  EXPECT_THAT(delivered(), IsEmpty());
  run(100);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 1})) << "to another taker: the first holds its own";
  const Handle second = deliveries_[0];

  acknowledge(first);
  EXPECT_EQ(queue_->ledger().duplicates, 1u) << "work done for a message that is no longer its own";
  EXPECT_EQ(queue_->ledger().acknowledged, 0u);
  EXPECT_EQ(queue_->ledger().in_flight, 1u);
  EXPECT_FALSE(bench_.context.messages.alive(first));

  acknowledge(second);
  EXPECT_EQ(queue_->ledger().duplicates, 1u);
  EXPECT_EQ(queue_->ledger().acknowledged, 1u);
  run(1000);
  EXPECT_EQ(queue_->ledger().receives, 2u) << "the acknowledgement has cancelled the timer";
}

TEST_F(Queues, ReturnsTheCreditOfALateDeliveryAndForgetsItsNegativeAnswer) {
  Queue::Wiring wiring = with_takers({1});
  wiring.visibility = 100;
  open(std::move(wiring));
  send();
  const Handle late = delivery(0);
  run(100);
  EXPECT_THAT(delivered(), IsEmpty()) << "its only taker still holds it";
  EXPECT_EQ(queue_->ledger().ready, 1u);
  give_back(late);
  EXPECT_EQ(queue_->ledger().duplicates, 0u);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  EXPECT_EQ(queue_->ledger().in_flight, 1u);
}

TEST_F(Queues, TakesAnAcknowledgementAtTheInstantOfExpiryBeforeIt) {
  Queue::Wiring wiring = with_takers({1});
  wiring.visibility = 100;
  open(std::move(wiring));
  send();
  const Handle held = delivery(0);
  bench_.context.events.push(100, Phase::kCompletion, to<Settle>(kQueue, held));
  run(100);
  EXPECT_EQ(queue_->ledger().acknowledged, 1u);
  EXPECT_EQ(queue_->ledger().duplicates, 0u);
  EXPECT_EQ(queue_->ledger().receives, 1u);
}

TEST_F(Queues, ExpiresAMessageWhoseDeliveryIsDoneButWhoseAcknowledgementIsOnItsWay) {
  // Acknowledged before its handler: what travels is a copy, the delivery itself may be gone.
  Queue::Wiring wiring = with_takers({2});
  wiring.visibility = 100;
  open(std::move(wiring));
  send();
  const Handle held = delivery(0);
  const Handle early = bench_.context.spawn(held);
  {
    Message& copy = bench_.context.messages[early];
    copy.parent = message(held).parent;
    copy.via = message(held).via;
    copy.reply_to = held;
    copy.flags |= flag::kAhead;
  }
  bench_.context.release(held);
  run(100);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  const Handle again = deliveries_[0];
  acknowledge(early);
  EXPECT_EQ(queue_->ledger().duplicates, 1u);
  acknowledge(again);
  EXPECT_EQ(queue_->ledger().acknowledged, 1u);
  run(1000);
  EXPECT_EQ(queue_->ledger().receives, 2u);
}

TEST_F(Queues, TakesAnEarlyAcknowledgementForTheDeliveryItNames) {
  Queue::Wiring wiring = with_takers({1});
  wiring.visibility = 100;
  open(std::move(wiring));
  send();
  const Handle held = delivery(0);
  const Handle early = bench_.context.spawn(held);
  bench_.context.messages[early].parent = std::exchange(bench_.context.messages[held].parent, 0);
  bench_.context.messages[early].reply_to = held;
  bench_.context.messages[early].flags |= flag::kAhead;
  send();
  acknowledge(early);
  EXPECT_EQ(queue_->ledger().acknowledged, 1u);
  EXPECT_TRUE(bench_.context.messages.alive(held)) << "its handler goes on";
  run(1000);
  EXPECT_EQ(queue_->ledger().receives, 1u) << "and has its place";

  give_back(bench_.context.detach(held));
  EXPECT_EQ(queue_->ledger().receives, 2u) << "until it ends";
  EXPECT_EQ(queue_->ledger().acknowledged, 1u);
  EXPECT_EQ(queue_->ledger().duplicates, 0u);
  EXPECT_EQ(queue_->ledger().redelivered, 0u) << "however it ended";
  EXPECT_EQ(bench_.context.edges[edge_].metrics.errors.at(1), 0u);
}

TEST_F(Queues, CountsDeliveriesOnTheWayToTheirConsumer) {
  Queue::Wiring wiring = with_takers({1, 1});
  wiring.takers[0].edge = 1;
  wiring.takers[1].edge = 2;
  bench_.edge();
  bench_.edge();
  bench_.edge();
  open(std::move(wiring));
  send();
  send();
  give_back(delivery(0));
  acknowledge(delivery(0));
  const auto& edges = bench_.context.edges;
  EXPECT_EQ(edges[1].metrics.attempts.at(1), 2u) << "a message given back is another delivery";
  EXPECT_EQ(edges[1].metrics.errors.at(1), 1u);
  EXPECT_EQ(edges[2].metrics.attempts.at(1), 1u);
  EXPECT_EQ(edges[2].metrics.errors.at(1), 0u);
}

// Faults.

TEST_F(Queues, RefusesAndDeliversNothingInAnOutageAndTakesAcknowledgements) {
  open(with_takers({1, 1}));
  const std::uint32_t outage = bench_.fault(FaultKind::outage, kQueue);
  send();
  send();
  send();
  delivered();
  const std::vector<Handle> held = deliveries_;
  bench_.strike(*queue_, outage);
  const auto [refused, receipt] = send_confirmed();
  EXPECT_EQ(message(receipt).outcome, Outcome::unavailable);
  EXPECT_FALSE(bench_.context.messages.alive(refused));
  send();
  EXPECT_EQ(queue_->ledger().rejected, 2u);
  acknowledge(held[0]);
  give_back(held[1]);
  EXPECT_EQ(queue_->ledger().acknowledged, 1u);
  EXPECT_EQ(queue_->ledger().ready, 2u);
  EXPECT_THAT(delivered(), IsEmpty());
  bench_.heal(*queue_, outage);
  check();
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}, Pair{2, 1})) << "the one given back first";
}

TEST_F(Queues, StoresInAHangAndConfirmsAndDeliversWhenItEnds) {
  Queue::Wiring wiring = with_takers({2});
  wiring.capacity = 2;
  open(std::move(wiring));
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kQueue);
  bench_.strike(*queue_, hang);
  std::vector<Handle> sent;
  std::vector<Handle> receipts;
  for (int i = 0; i < 3; ++i) {
    const auto [message, receipt] = send_confirmed();
    sent.push_back(message);
    receipts.push_back(receipt);
    bench_.context.messages[receipt].next = message;
  }
  EXPECT_THAT(bench_.heard(), IsEmpty()) << "neither good news nor bad";
  EXPECT_EQ(queue_->ledger().ready, 2u);
  EXPECT_EQ(queue_->ledger().rejected, 1u);
  run(100);
  EXPECT_THAT(bench_.heard(), IsEmpty());
  bench_.heal(*queue_, hang);
  check();
  const std::vector<Next> heard = bench_.heard();
  ASSERT_EQ(heard.size(), 5u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(heard[i], to<Reply>(kProducer, receipts[i]));
    EXPECT_EQ(message(receipts[i]).outcome, i < 2 ? Outcome::ok : Outcome::unavailable);
    EXPECT_EQ(message(receipts[i]).next, sent[i]) << "it still says what was sent";
  }
  EXPECT_EQ(heard[3].target, say<Offer>(kConsumer));
  EXPECT_EQ(heard[4].target, say<Offer>(kConsumer));
}

TEST_F(Queues, DropsItsHeadForOneMoreInAHangToo) {
  Queue::Wiring wiring = with_takers({2});
  wiring.capacity = 1;
  wiring.overflow = Overflow::drop_head;
  open(std::move(wiring));
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kQueue);
  bench_.strike(*queue_, hang);
  send();
  send();
  EXPECT_EQ(queue_->ledger().dropped, 1u);
  bench_.heal(*queue_, hang);
  check();
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
}

TEST_F(Queues, GivesMessagesBackInAHangAndDeliversThemWhenItEnds) {
  Queue::Wiring wiring = with_takers({1});
  wiring.visibility = 100;
  open(std::move(wiring));
  send();
  const Handle held = delivery(0);
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kQueue);
  bench_.strike(*queue_, hang);
  run(100);
  EXPECT_EQ(queue_->ledger().ready, 1u) << "its clock goes on";
  acknowledge(held);
  EXPECT_EQ(queue_->ledger().duplicates, 1u);
  EXPECT_THAT(delivered(), IsEmpty());
  bench_.heal(*queue_, hang);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  EXPECT_EQ(queue_->ledger().redelivered, 1u);
}

TEST_F(Queues, RefusesTheShareThatErrorsStrike) {
  open({});
  const std::uint32_t errors = bench_.errors(kQueue, 1);
  bench_.strike(*queue_, errors);
  const auto [refused, receipt] = send_confirmed();
  EXPECT_EQ(message(receipt).outcome, Outcome::error);
  EXPECT_EQ(queue_->ledger().rejected, 1u);
  bench_.heal(*queue_, errors);
  send();
  EXPECT_EQ(queue_->ledger().ready, 1u);
}

TEST_F(Queues, ConfirmsAndDeliversMoreSlowlyWhileItIsSlow) {
  Queue::Wiring wiring = with_takers({1});
  wiring.confirm = bench_.site(10);
  wiring.delivery = bench_.site(20);
  wiring.delivery_less = 5;
  open(std::move(wiring));
  const std::uint32_t slow = bench_.fault(FaultKind::slow, kQueue, 3);
  bench_.strike(*queue_, slow);
  const auto [first, receipt] = send_confirmed();
  send();
  acknowledge(delivery(0));
  run(29);
  EXPECT_THAT(others_, IsEmpty());
  run(30);
  delivered();
  EXPECT_THAT(others_, testing::Contains(to<Reply>(kProducer, receipt)));
  run(54);
  EXPECT_THAT(delivered(), IsEmpty());
  run(55);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0})) << "60 less what the network takes";
  EXPECT_FALSE(bench_.context.messages.alive(first));
}

/// A queue with two consumers, the first of which has two instances.
class Absences : public Queues {
 protected:
  void open_for_two(std::optional<Time> visibility = {}) {
    Queue::Wiring wiring;
    wiring.visibility = visibility;
    wiring.takers = {{kConsumer, 0, 1, {}}, {kConsumer, 1, 1, {}}, {kOtherConsumer, 0, 1, {}}};
    open(std::move(wiring));
  }
  std::uint32_t fault(FaultKind kind = FaultKind::outage) { return bench_.fault(kind, kConsumer); }
};

TEST_F(Absences, DeliverNothingToAConsumerThatIsAwayAndAllItsPlacesWhenItIsBack) {
  open_for_two();
  const std::uint32_t outage = fault();
  bench_.strike(*queue_, outage);
  for (int i = 0; i < 5; ++i) send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 2}));
  const Handle held = deliveries_[0];
  bench_.heal(*queue_, outage);
  check();
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}, Pair{2, 1}));
  acknowledge(held);
  EXPECT_THAT(delivered(), ElementsAre(Pair{3, 2}));
  EXPECT_EQ(queue_->ledger().ready, 1u) << "each place was there once";
}

TEST_F(Absences, PutWhatComesBackInItsOldPlaceAndCountItsReceives) {
  open_for_two();
  const std::uint32_t outage = fault();
  for (int i = 0; i < 6; ++i) send();
  delivered();
  const std::vector<Handle> held = deliveries_;
  bench_.strike(*queue_, outage);
  settle(held[1], Outcome::unavailable);
  settle(held[0], Outcome::unavailable);
  EXPECT_THAT(delivered(), IsEmpty()) << "nobody has a place";
  EXPECT_EQ(queue_->ledger().ready, 5u);
  acknowledge(held[2]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 2})) << "before 3, 4 and 5";
  const Handle again = deliveries_[0];
  EXPECT_EQ(message(again).attempt, 1);
  EXPECT_EQ(queue_->ledger().redelivered, 1u);
  run(10);
  bench_.heal(*queue_, outage);
  check();
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}, Pair{3, 1}));
  EXPECT_EQ(queue_->ledger().redelivered, 2u);
  acknowledge(again);
  EXPECT_EQ(queue_->ledger().ready, 1u);
  for (const Handle last : {deliveries_[0], deliveries_[1]}) acknowledge(last);
}

TEST_F(Absences, LastAsLongAsAnyOfTheFaultsThatKeepItsConsumerAway) {
  open_for_two();
  const std::uint32_t one = fault();
  const std::uint32_t other = fault(FaultKind::crash);
  bench_.strike(*queue_, one);
  bench_.strike(*queue_, other);
  send();
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 2}));
  bench_.heal(*queue_, one);
  EXPECT_THAT(delivered(), IsEmpty());
  bench_.heal(*queue_, other);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
}

TEST_F(Absences, LeaveAMessageHiddenUntilItsVisibilityIsOverWhereNobodyGivesItBack) {
  open_for_two(100);
  const std::uint32_t crash = fault(FaultKind::crash);
  send();
  const Handle lost = delivery(0);
  bench_.strike(*queue_, crash);
  bench_.tell<Credit>(*queue_, 0);
  bench_.context.release(lost);
  check();
  run(99);
  EXPECT_THAT(delivered(), IsEmpty());
  EXPECT_EQ(queue_->ledger().in_flight, 1u);
  run(100);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 2}));
  acknowledge(deliveries_[0]);
  bench_.heal(*queue_, crash);
  for (int i = 0; i < 4; ++i) send();
  EXPECT_EQ(delivered().size(), 3u) << "every place is there, once";
}

TEST_F(Absences, KeepThePlacesOfADelayedDelivery) {
  Queue::Wiring wiring = with_takers({2});
  wiring.delivery = bench_.site(50);
  open(std::move(wiring));
  const std::uint32_t outage = fault();
  send();
  send();
  send();
  delivered();
  const std::vector<Handle> held = deliveries_;
  acknowledge(held[0]);  // its place is back at 50
  run(10);
  bench_.strike(*queue_, outage);
  settle(held[1], Outcome::unavailable);  // at 60
  bench_.heal(*queue_, outage);
  EXPECT_THAT(delivered(), IsEmpty());
  run(50);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
  run(60);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}));
}

TEST_F(Queues, MovesAMessageReceivedTooOftenToItsDeadLetterQueue) {
  Queue::Wiring wiring = with_takers({1});
  wiring.dead_letter = say<Offer>(kParking);
  wiring.dead_letter_after = 3;
  open(std::move(wiring));
  send();
  for (int receive = 1; receive <= 3; ++receive) {
    const Handle held = delivery(0);
    EXPECT_EQ(message(held).attempt, receive - 1);
    run(bench_.context.now() + 10);
    give_back(held);
  }
  EXPECT_THAT(delivered(), IsEmpty());
  EXPECT_EQ(queue_->ledger().dead_lettered, 1u);
  EXPECT_EQ(queue_->ledger().receives, 3u);
  ASSERT_EQ(others_.size(), 2u);
  const Next moved = others_[0].target == say<Offer>(kParking) ? others_[0] : others_[1];
  const Next closed = others_[0].target == say<Offer>(kParking) ? others_[1] : others_[0];
  ASSERT_EQ(moved.target, say<Offer>(kParking));
  ASSERT_EQ(closed.target, say<Settle>(kProducer)) << "its root has ended";
  EXPECT_NE(message(closed.payload).flags & flag::kFailed, 0) << "and failed";
  EXPECT_EQ(message(moved.payload).attempt, 0);
  EXPECT_EQ(message(moved.payload).since, 30);
  EXPECT_NE(moved.payload, closed.payload);
}

TEST_F(Queues, DeadLettersBySilenceToo) {
  Queue::Wiring wiring = with_takers({1, 1});
  wiring.visibility = 100;
  wiring.dead_letter = say<Offer>(kParking);
  wiring.dead_letter_after = 2;
  open(std::move(wiring));
  const auto [sent, receipt] = send_confirmed();
  EXPECT_EQ(message(sent).root, message(receipt).root);
  const Handle first = delivery(0);
  run(100);
  const Handle second = delivery(0);
  run(200);
  EXPECT_EQ(queue_->ledger().dead_lettered, 1u);
  EXPECT_NE(message(sent).flags & flag::kDetached, 0);
  acknowledge(first);
  acknowledge(second);
  EXPECT_EQ(queue_->ledger().duplicates, 2u);
  EXPECT_EQ(queue_->ledger().dead_lettered, 1u);
  EXPECT_TRUE(bench_.context.messages.alive(sent));
}

TEST_F(Queues, RefusesWhatItHasNoRoomForAndTellsTheSender) {
  Queue::Wiring wiring;
  wiring.capacity = 2;
  open(std::move(wiring));
  send();
  send();
  bench_.heard();
  const auto [refused, receipt] = send_confirmed();
  EXPECT_THAT(bench_.heard(), ElementsAre(to<Reply>(kProducer, receipt)));
  EXPECT_EQ(message(receipt).outcome, Outcome::unavailable);
  EXPECT_FALSE(bench_.context.messages.alive(refused));
  EXPECT_EQ(message(message(receipt).root).flags & flag::kFailed, 0) << "the sender may try again";
  EXPECT_EQ(queue_->ledger().rejected, 1u);
  EXPECT_EQ(queue_->ledger().ready, 2u);
}

TEST_F(Queues, CountsOnlyReadyMessagesAgainstItsCapacity) {
  Queue::Wiring wiring = with_takers({3});
  wiring.capacity = 1;
  open(std::move(wiring));
  for (int i = 0; i < 5; ++i) send();
  EXPECT_EQ(queue_->ledger().in_flight, 3u);
  EXPECT_EQ(queue_->ledger().ready, 1u);
  EXPECT_EQ(queue_->ledger().rejected, 1u);
}

TEST_F(Queues, DropsTheHeadForOneMoreWhereItSaysSo) {
  Queue::Wiring wiring = with_takers({1});
  wiring.capacity = 2;
  wiring.overflow = Overflow::drop_head;
  open(std::move(wiring));
  for (int i = 0; i < 5; ++i) send();  // 0 is in flight, then 1 and 2 make way
  EXPECT_EQ(queue_->ledger().dropped, 2u);
  EXPECT_EQ(queue_->ledger().ready, 2u);
  acknowledge(delivery(0));
  EXPECT_THAT(delivered(), ElementsAre(Pair{3, 0}));
  ASSERT_EQ(others_.size(), 3u);
  for (const Next closed : others_) EXPECT_EQ(closed.target, say<Settle>(kProducer));
}

TEST_F(Queues, DropsAMessageGivenBackFirstBecauseItIsTheHead) {
  Queue::Wiring wiring = with_takers({1});
  wiring.capacity = 2;
  wiring.overflow = Overflow::drop_head;
  wiring.delivery = bench_.site(1000);
  open(std::move(wiring));
  for (int i = 0; i < 3; ++i) send();
  give_back(delivery(0));
  EXPECT_EQ(queue_->ledger().ready, 3u) << "who comes back is let in";
  send();
  EXPECT_EQ(queue_->ledger().dropped, 1u);
  EXPECT_EQ(queue_->ledger().ready, 3u);
  run(1000);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
}

TEST_F(Queues, DeadLettersTheHeadForOneMoreWhereItSaysSo) {
  Queue::Wiring wiring;
  wiring.capacity = 1;
  wiring.overflow = Overflow::dead_letter;
  wiring.dead_letter = say<Offer>(kParking);
  wiring.dead_letter_after = 5;
  open(std::move(wiring));
  send();
  send();
  EXPECT_EQ(queue_->ledger().dead_lettered, 1u);
  EXPECT_EQ(queue_->ledger().ready, 1u);
  delivered();
  EXPECT_THAT(others_, testing::Contains(testing::Field(&Next::target, say<Offer>(kParking))));
}

TEST_F(Queues, ConfirmsAtOnceOrAfterItsLatency) {
  Queue::Wiring wiring;
  open(wiring);
  const auto [first, receipt] = send_confirmed();
  EXPECT_THAT(bench_.heard(), ElementsAre(to<Reply>(kProducer, receipt)));
  EXPECT_EQ(message(receipt).outcome, Outcome::ok);
  EXPECT_EQ(message(first).parent, 0u);

  wiring.confirm = bench_.site(7);
  open(wiring);
  const auto [second, late_receipt] = send_confirmed();
  EXPECT_EQ(queue_->ledger().ready, 1u) << "it is there before it is confirmed";
  EXPECT_THAT(bench_.heard(), IsEmpty());
  run(6);
  EXPECT_THAT(bench_.heard(), IsEmpty());
  run(7);
  EXPECT_THAT(bench_.heard(), ElementsAre(to<Reply>(kProducer, late_receipt)));
  EXPECT_TRUE(bench_.context.messages.alive(second));
}

TEST_F(Queues, ConfirmsAMessageThatIsLongGone) {
  Queue::Wiring wiring = with_takers({1});
  wiring.confirm = bench_.site(70);
  open(std::move(wiring));
  const auto [sent, receipt] = send_confirmed();
  acknowledge(delivery(0));
  EXPECT_FALSE(bench_.context.messages.alive(sent));
  run(70);
  EXPECT_THAT(bench_.heard(), ElementsAre(to<Reply>(kProducer, receipt)));
}

TEST_F(Queues, LetsATakerWaitForItsNextDelivery) {
  Queue::Wiring wiring = with_takers({1});
  wiring.delivery = bench_.site(50);
  wiring.delivery_less = 20;  // the network's part of it
  open(std::move(wiring));
  send();
  send();
  acknowledge(delivery(0));
  EXPECT_EQ(queue_->ledger().ready, 1u);
  run(29);
  EXPECT_THAT(delivered(), IsEmpty());
  run(30);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
}

TEST_F(Queues, HasNoGapWhereTheNetworkAloneTakesLonger) {
  Queue::Wiring wiring = with_takers({1});
  wiring.delivery = bench_.site(10);
  wiring.delivery_less = 20;
  open(std::move(wiring));
  send();
  send();
  acknowledge(delivery(0));
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
}

TEST_F(Queues, MeasuresTheWaitFromTheSendToTheFirstReceive) {
  Queue::Wiring wiring = with_takers({2});
  wiring.takers[0].way = bench_.drawn(Variate::constant(25));
  wiring.visibility = 200;
  open(std::move(wiring));
  const Handle early = bench_.context.spawn(bench_.root(kProducer));
  bench_.context.messages[early].parent = 0;
  run(100);  // on its way since 0
  offer(early);
  run(1000);
  const Sample waited = queue_->metrics().waited.sample(bench_.context.timeline.windows()[0]);
  EXPECT_EQ(waited.n, 1u) << "a second receive is none";
  EXPECT_EQ(waited.histogram->sum(), 125u);
  EXPECT_GT(queue_->ledger().receives, 1u);
}

TEST_F(Queues, HandsOverAcrossTheNetworkToEachTakersOwnInstance) {
  Queue::Wiring wiring = with_takers({1});
  wiring.takers[0].way = bench_.fixed(30);
  wiring.takers.push_back({kOtherConsumer, 0, 1, {}});
  open(std::move(wiring));
  send();
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 1}));
  run(29);
  EXPECT_THAT(delivered(), IsEmpty());
  run(30);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
}

TEST_F(Queues, MeasuresTheAgeOfItsOldestReadyMessage) {
  open(with_takers({1}));
  send();
  run(10);
  send();  // ready since 10
  run(30);
  send();  // ready since 30
  acknowledge(delivery(0));
  run(40);
  acknowledge(delivery(0));
  queue_->metrics().oldest.mark(50, 1);
  EXPECT_EQ(queue_->metrics().oldest.sample(bench_.context.timeline.windows()[0]).max,
            to_seconds(20));
}

TEST_F(Queues, StartsAfreshForTheNextReplication) {
  Queue::Wiring wiring = with_takers({1, 1});
  wiring.visibility = 100;
  open(std::move(wiring));
  for (int i = 0; i < 5; ++i) send();
  bench_.context.restart(1, 1);
  queue_->begin(bench_.context, {});
  bench_.heard();
  check();
  EXPECT_EQ(queue_->ledger().sent, 0u);
  send();
  send();
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{5, 0}, Pair{6, 1}));
}

TEST_F(Queues, GivesAMessageBackAnyNumberOfTimes) {
  open(with_takers({1}));
  send();
  for (int i = 0; i < 70'000; ++i) {
    const auto again = delivered();
    ASSERT_EQ(again.size(), 1u) << i;
    bench_.context.messages[deliveries_[0]].outcome = Outcome::error;
    bench_.tell<Settle>(*queue_, deliveries_[0]);
  }
  check();
  const Sample waited = queue_->metrics().waited.sample(bench_.context.timeline.windows()[0]);
  EXPECT_EQ(waited.n, 1u) << "the count of attempts ends at its limit and doesn't start over";
  EXPECT_EQ(queue_->ledger().redelivered, 70'000u);
}

/// Messages with a time to live: of ordinal i the i-th of these.
class ExpiringQueues : public Queues {
 protected:
  Queue::Wiring with_ttls(Queue::Wiring wiring, std::vector<double> ttls) {
    bench_.context.attributes.resize(1);
    bench_.context.attributes[0].ttl_site = bench_.site(Variate::column(std::move(ttls)));
    wiring.expires = true;
    return wiring;
  }
  std::uint64_t expired() const { return queue_->ledger().expired; }
};

TEST_F(ExpiringQueues, DropWhatStillWaitsAtItsAge) {
  open(with_ttls(with_takers({1}), {100}));
  send();
  run(10);
  send();
  run(30);
  send();
  EXPECT_EQ(queue_->ledger().ready, 2u);
  run(109);
  EXPECT_EQ(expired(), 0u);
  run(110);
  EXPECT_EQ(expired(), 1u);
  EXPECT_EQ(queue_->metrics().ready.level(), 1);
  delivered();
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}));
  run(1000);
  EXPECT_EQ(expired(), 1u) << "one in service never does";
  EXPECT_EQ(queue_->ledger().in_flight, 1u);
}

TEST_F(ExpiringQueues, CloseTheRootOfWhatExpiredAsFailed) {
  open(with_ttls({}, {100}));
  send();
  run(100);
  delivered();
  ASSERT_EQ(others_.size(), 1u);
  EXPECT_EQ(others_[0].target, say<Settle>(kProducer));
  EXPECT_NE(message(others_[0].payload).flags & flag::kFailed, 0);
  EXPECT_EQ(bench_.context.messages.live(), 1u) << "the root, for its producer";
}

TEST_F(ExpiringQueues, LetEachGoAtItsOwnAgeWhereverItStands) {
  open(with_ttls({}, {500, 100, 300, 100, 400}));
  for (int i = 0; i < 5; ++i) send();
  run(100);
  EXPECT_EQ(expired(), 2u);
  EXPECT_EQ(queue_->ledger().ready, 3u);
  run(300);
  EXPECT_EQ(expired(), 3u);
  run(499);
  EXPECT_EQ(expired(), 4u);
  run(500);
  EXPECT_EQ(expired(), 5u);
  EXPECT_EQ(bench_.context.messages.live(), 5u) << "roots, for their producer";
}

TEST_F(ExpiringQueues, DeliverWhatATakerComesForAtTheVeryInstant) {
  Queue::Wiring wiring = with_takers({1});
  wiring.delivery = bench_.site(100);
  open(with_ttls(std::move(wiring), {150}));
  send();
  run(50);
  send();  // until 200
  run(100);
  delivered();
  acknowledge(deliveries_[0]);  // the taker comes back at 200
  run(200);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0})) << "completions run before expiries";
  EXPECT_EQ(expired(), 0u);
}

TEST_F(ExpiringQueues, LetGoAtOnceOfWhatComesBackTooOld) {
  Queue::Wiring wiring = with_takers({1, 1});
  open(with_ttls(std::move(wiring), {100, 1000}));
  send();
  send();
  run(50);
  delivered();
  const std::vector<Handle> held = deliveries_;
  run(101);
  give_back(held[0]);
  EXPECT_EQ(expired(), 1u);
  EXPECT_EQ(queue_->ledger().redelivered, 0u);
  give_back(held[1]);
  EXPECT_EQ(queue_->ledger().redelivered, 1u) << "young enough";
}

TEST_F(ExpiringQueues, KeepTheAgeOfWhatWaitsAgain) {
  Queue::Wiring wiring = with_takers({1});
  wiring.visibility = 60;
  wiring.delivery = bench_.site(1000);
  open(with_ttls(std::move(wiring), {100}));
  send();
  run(60);
  EXPECT_EQ(queue_->ledger().ready, 1u) << "its consumer stayed silent, and has no credit yet";
  run(99);
  EXPECT_EQ(expired(), 0u);
  run(100);
  EXPECT_EQ(expired(), 1u) << "counted from its send";
  EXPECT_EQ(queue_->ledger().ready, 0u);
}

TEST_F(ExpiringQueues, TakeInWhatIsTooOldAlreadyAndLetGoOfIt) {
  open(with_ttls(with_takers({1}), {100}));
  const Handle root = bench_.root(kProducer, sent_++);
  const Handle message = bench_.context.spawn(root);
  bench_.context.messages[message].parent = 0;
  run(101);
  offer(message);
  EXPECT_THAT(delivered(), IsEmpty()) << "what is too old is not delivered";
  EXPECT_EQ(expired(), 1u);
  EXPECT_EQ(queue_->ledger().sent, 1u);
}

TEST_F(ExpiringQueues, MakeNoRoomForWhatIsTooOld) {
  Queue::Wiring wiring;
  wiring.capacity = 1;
  wiring.overflow = Overflow::drop_head;
  open(with_ttls(std::move(wiring), {100, 1000}));
  const Handle root = bench_.root(kProducer, sent_++);
  const Handle message = bench_.context.spawn(root);
  bench_.context.messages[message].parent = 0;
  run(101);
  send();
  offer(message);
  EXPECT_EQ(expired(), 1u);
  EXPECT_EQ(queue_->ledger().dropped, 0u);
  EXPECT_EQ(queue_->ledger().ready, 1u);
}

TEST_F(ExpiringQueues, DeliverAtOnceOrNeverWithoutATimeToLive) {
  open(with_ttls(with_takers({1}), {0}));
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  send();
  run(0);
  EXPECT_EQ(expired(), 1u);
  EXPECT_EQ(queue_->ledger().ready, 0u);
}

TEST_F(ExpiringQueues, MakeRoomByExpiry) {
  Queue::Wiring wiring;
  wiring.capacity = 1;
  open(with_ttls(std::move(wiring), {100}));
  send();
  run(100);
  send();
  EXPECT_EQ(queue_->ledger().rejected, 0u);
  EXPECT_EQ(queue_->ledger().ready, 1u);
}

TEST_F(ExpiringQueues, KeepDeadLetters) {
  open(with_ttls({}, {100}));
  const Handle root = bench_.root(kProducer, sent_++);
  const Handle message = bench_.context.spawn(root);
  bench_.context.messages[message].parent = 0;
  offer(bench_.context.detach(message));
  run(1000);
  EXPECT_EQ(expired(), 0u);
  EXPECT_EQ(queue_->ledger().ready, 1u);
}

TEST_F(ExpiringQueues, DropTheHeadOfAFullQueueWithItsClock) {
  Queue::Wiring wiring;
  wiring.capacity = 1;
  wiring.overflow = Overflow::drop_head;
  open(with_ttls(std::move(wiring), {100}));
  send();
  run(50);
  send();
  EXPECT_EQ(queue_->ledger().dropped, 1u);
  run(149);
  EXPECT_EQ(expired(), 0u) << "the clock of the first is gone with it";
  run(150);
  EXPECT_EQ(expired(), 1u);
}

}  // namespace
}  // namespace spillway
