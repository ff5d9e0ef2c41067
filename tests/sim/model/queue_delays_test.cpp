// Delays of new messages, and the retention that a clock on the head keeps.

#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class DelayedMessages : public QueueBench {
 protected:
  Queue::Wiring delayed(Queue::Wiring wiring, Time by) {
    wiring.delay = bench_.site(by);
    wiring.screens = true;
    return wiring;
  }
  /// An envelope that says a delay of its own.
  std::uint32_t envelope(Time by) {
    Envelope envelope;
    envelope.delay = bench_.site(by);
    bench_.context.envelopes.push_back(envelope);
    return static_cast<std::uint32_t>(bench_.context.envelopes.size() - 1);
  }
  Handle send_in(std::uint32_t envelope) {
    const Handle root = bench_.root(kProducer, sent_++);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = 0;
    bench_.context.messages[message].pc = envelope;
    bench_.context.answered(root);
    offer(message);
    return message;
  }
};

TEST_F(DelayedMessages, AreHiddenAndConfirmed) {
  open(delayed(with_takers({1}), 100));
  const auto [message, receipt] = send_confirmed();
  EXPECT_THAT(delivered(), IsEmpty());
  ASSERT_EQ(others_.size(), 1u);
  EXPECT_EQ(others_[0], to<Reply>(kProducer, receipt)) << "confirmed when it is stored";
  EXPECT_EQ(queue_->ledger().delayed, 1u);
  EXPECT_EQ(queue_->ledger().ready, 0u);
  run(99);
  EXPECT_THAT(delivered(), IsEmpty());
  run(100);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  EXPECT_EQ(queue_->ledger().delayed, 0u);
}

TEST_F(DelayedMessages, TakeTheDelayOfTheirSendBeforeThatOfTheQueue) {
  open(delayed(with_takers({5}), 100));
  send_in(envelope(30));
  send_in(envelope(0));
  send_in(envelope(200));
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
  run(30);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  run(100);
  EXPECT_THAT(delivered(), ElementsAre(Pair{3, 0}));
  run(200);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}));
}

TEST_F(DelayedMessages, StandWhereTheyBecomeReady) {
  open(delayed(with_takers({1}), 100));
  const std::uint32_t at_once = envelope(0);
  send_in(at_once);
  send();
  run(50);
  send_in(at_once);
  run(100);
  acknowledge(delivery(0));
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0})) << "sent later, and ready before";
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
}

TEST_F(DelayedMessages, ComeInToAFullQueueWhereNothingMakesWay) {
  Queue::Wiring wiring;
  wiring.capacity = 1;
  open(delayed(std::move(wiring), 100));
  send();
  send();
  EXPECT_EQ(queue_->ledger().rejected, 0u) << "what is hidden takes no capacity";
  run(100);
  EXPECT_EQ(queue_->ledger().ready, 2u) << "they are confirmed: they are kept";
  EXPECT_EQ(queue_->ledger().rejected, 0u);
}

TEST_F(DelayedMessages, TakeTheHeadsPlaceWhereItMakesWay) {
  Queue::Wiring wiring;
  wiring.capacity = 1;
  wiring.overflow = Overflow::drop_head;
  open(delayed(std::move(wiring), 100));
  send();
  send();
  run(100);
  EXPECT_EQ(queue_->ledger().ready, 1u);
  EXPECT_EQ(queue_->ledger().dropped, 1u);
}

TEST_F(DelayedMessages, ExpireAtTheEndOfTheDelayIfItIsLongerThanTheyMayWait) {
  Queue::Wiring wiring = with_takers({1});
  wiring.retention = 60;
  wiring.expires = true;
  open(delayed(std::move(wiring), 100));
  send();
  run(100);
  EXPECT_EQ(queue_->ledger().expired, 1u);
  EXPECT_THAT(delivered(), IsEmpty());
}

TEST_F(DelayedMessages, AreNotDelayedAsDeadLetters) {
  open(delayed({}, 100));
  const Handle root = bench_.root(kProducer, sent_++);
  const Handle message = bench_.context.spawn(root);
  bench_.context.messages[message].parent = 0;
  offer(bench_.context.detach(message));
  EXPECT_EQ(queue_->ledger().ready, 1u);
}

class Retention : public QueueBench {
 protected:
  static Queue::Wiring retained(Queue::Wiring wiring, Time retention) {
    wiring.retention = retention;
    wiring.expires = true;
    return wiring;
  }
  std::uint64_t expired() const { return queue_->ledger().expired; }
};

TEST_F(Retention, LetsGoOfWhatWaitsAtItsAge) {
  open(retained(with_takers({1}), 100));
  for (int i = 0; i < 4; ++i) {
    run(10 * i);
    send();
  }
  EXPECT_EQ(bench_.context.events.pending(), 1u) << "one clock, however many wait";
  run(109);
  EXPECT_EQ(expired(), 0u);
  run(110);
  EXPECT_EQ(expired(), 1u) << "the first is in service: it does not expire";
  run(129);
  EXPECT_EQ(expired(), 2u);
  run(130);
  EXPECT_EQ(expired(), 3u);
  EXPECT_EQ(queue_->ledger().in_flight, 1u);
  EXPECT_EQ(bench_.context.events.pending(), 0u);
}

TEST_F(Retention, LooksAgainWhenTheHeadHasLeft) {
  open(retained(with_takers({1}), 100));
  send();
  send();
  run(40);
  send();
  acknowledge(delivery(0));
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
  run(139);
  EXPECT_EQ(expired(), 0u);
  run(140);
  EXPECT_EQ(expired(), 1u);
}

TEST_F(Retention, CountsFromTheSendAlsoForWhatComesBack) {
  open(retained(with_takers({1}), 100));
  send();
  run(50);
  send();
  const Handle held = delivery(0);
  run(99);
  give_back(held);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0})) << "just in time";
  run(120);
  give_back(deliveries_[0]);
  EXPECT_EQ(expired(), 1u) << "too old when it comes back";
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
}

TEST_F(Retention, GoesByTheEarlierOfTwoEnds) {
  Queue::Wiring wiring = retained({}, 100);
  bench_.context.attributes.resize(1);
  bench_.context.attributes[0].ttl_site = bench_.site(Variate::column({30, 500}));
  open(std::move(wiring));
  send();
  send();
  run(30);
  EXPECT_EQ(expired(), 1u);
  run(99);
  EXPECT_EQ(expired(), 1u);
  run(100);
  EXPECT_EQ(expired(), 2u);
}

TEST_F(Retention, OfADeadLetterCountsFromWhereItSays) {
  // Amazon SQS, standard queues: a message that spent 1 day in its queue has 3 of 4 days left in
  // the dead-letter queue. Source: Amazon SQS Developer Guide, Using dead-letter queues,
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
  for (const bool keeps : {true, false}) {
    Queue::Wiring wiring = with_takers({1});
    wiring.dead_letter = say<Offer>(kParking);
    wiring.dead_letter_after = 1;
    wiring.keeps_age = keeps;
    open(std::move(wiring));
    send();
    const Time sent = bench_.context.now();
    run(sent + 100);
    give_back(delivery(0));
    Handle letter = 0;
    delivered();
    for (const Next& next : others_) {
      if (next.target == say<Offer>(kParking)) letter = next.payload;
    }
    others_.clear();
    ASSERT_NE(letter, 0u);
    EXPECT_EQ(message(letter).since, sent + 100) << "its wait here begins anew";
    Queue::Wiring parking = retained({}, 400);
    parking.address = kParking;
    open(std::move(parking));
    send();  // a younger one before it in line
    offer(letter);
    run(sent + (keeps ? 399 : 499));
    EXPECT_EQ(message(letter).since, sent + 100) << "still there";
    run(sent + (keeps ? 400 : 500));
    EXPECT_EQ(expired(), keeps ? 1u : 2u);
    EXPECT_FALSE(bench_.context.messages.alive(letter));
    run(sent + 1000);
  }
}

TEST_F(Retention, MovesWhatExpiresToTheDeadLetterQueueWhereItSaysSo) {
  Queue::Wiring wiring = retained({}, 100);
  wiring.dead_letter = say<Offer>(kParking);
  wiring.dead_letters_expired = true;
  open(std::move(wiring));
  send();
  run(100);
  delivered();
  EXPECT_EQ(queue_->ledger().dead_lettered, 1u);
  EXPECT_EQ(expired(), 0u) << "it is in one place only";
  EXPECT_EQ(queue_->metrics().expired.at(1), 1u);
  EXPECT_THAT(others_, Contains(Field(&Next::target, say<Offer>(kParking))));
}

}  // namespace
}  // namespace spillway
