// Message groups (FIFO queues), and the window in which a queue knows what it has taken in.

#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A queue with groups; message i has the i-th of these keys, and its group is its key.
class MessageGroups : public QueueBench {
 protected:
  void open_grouped(std::vector<double> keys, Queue::Wiring wiring) {
    AttributeTable table;
    table.key_site = bench_.site(Variate::column(std::move(keys)));
    bench_.context.attributes.push_back(table);
    Envelope envelope;
    envelope.group = Envelope::Group::own_key;
    envelope.same_by_key = true;
    bench_.context.envelopes.push_back(envelope);
    open(std::move(wiring));
  }
  static Queue::Wiring grouped(Queue::Wiring wiring) {
    wiring.groups = true;
    return wiring;
  }
  static Queue::Wiring deduplicating(Queue::Wiring wiring, Time window) {
    wiring.dedup = window;
    wiring.screens = true;
    return wiring;
  }
  /// Takers that take so many in one receive.
  static Queue::Wiring with_batches(std::initializer_list<std::uint64_t> sizes) {
    Queue::Wiring wiring = with_takers(sizes);
    for (Queue::Taker& taker : wiring.takers) taker.batch = taker.prefetch;
    wiring.receives = true;
    return wiring;
  }
  /// Sends some that a hang lets go together.
  void send_together(int count) {
    const std::uint32_t hang = bench_.fault(FaultKind::hang, kQueue);
    bench_.strike(*queue_, hang);
    send_all(count);
    bench_.heal(*queue_, hang);
  }
  Handle send_with_envelope() {
    const Handle root = bench_.root(kProducer, sent_++);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = 0;
    bench_.context.messages[message].pc = 1;
    bench_.context.answered(root);
    offer(message);
    return message;
  }
  void send_all(int count) {
    for (int i = 0; i < count; ++i) send_with_envelope();
  }
};

// Amazon SQS Developer Guide and Knowledge Center, FIFO messages that are not returned: while one
// of a group is in flight no other of it is returned, and other groups go on.
TEST_F(MessageGroups, HoldTheOthersOfAGroupBackWhileOneIsInFlight) {
  open_grouped({7, 7, 8, 7}, grouped(with_takers({4})));
  send_all(4);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{2, 0}));
  EXPECT_EQ(queue_->ledger().ready, 2u);
  const Handle first = deliveries_[0];
  acknowledge(deliveries_[1]);
  EXPECT_THAT(delivered(), IsEmpty()) << "of another group";
  acknowledge(first);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0})) << "one at a time, in order";
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{3, 0}));
}

TEST_F(MessageGroups, KeepTheirOrderWhenAMessageComesBack) {
  open_grouped({7, 7, 8}, grouped(with_takers({1})));
  send_all(3);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  give_back(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0})) << "before the next of its group";
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0})) << "the oldest of those that may go";
}

// Amazon SQS Developer Guide, FIFO delivery logic: a receive of several takes as many of one group
// as it can, in order, and then those of others.
TEST_F(MessageGroups, AreTakenAsFarAsAReceiveGoes) {
  open_grouped({7, 8, 7, 8, 7, 9}, grouped(with_batches({3, 3})));
  send_all(1);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0})) << "what is there";
  const Handle first = deliveries_[0];
  send_all(1);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 1}));
  const Handle second = deliveries_[0];
  send_all(4);
  EXPECT_THAT(delivered(), IsEmpty()) << "both have all that they may have";
  acknowledge(first);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}, Pair{4, 0}, Pair{5, 0})) << "8 is held";
  const std::vector<Handle> others = deliveries_;
  acknowledge(second);
  EXPECT_THAT(delivered(), ElementsAre(Pair{3, 1}));
  EXPECT_EQ(queue_->ledger().in_flight, 4u);
  for (const Handle other : others) acknowledge(other);
  EXPECT_EQ(queue_->ledger().in_flight, 1u);
}

TEST_F(MessageGroups, AreHeldUntilTheLastOfAReceiveIsBack) {
  open_grouped({7, 7, 7, 7}, grouped(with_batches({2, 2})));
  send_together(4);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{1, 0}));
  const std::vector<Handle> both = deliveries_;
  give_back(both[1]);
  EXPECT_THAT(delivered(), IsEmpty()) << "one of them is out still";
  give_back(both[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 1}, Pair{1, 1})) << "in their order";
}

TEST_F(MessageGroups, AreHeldUntilTheVisibilityOfAllOfAReceiveHasRunOut) {
  Queue::Wiring wiring = grouped(with_batches({2, 2}));
  wiring.visibility = 50;
  open_grouped({7, 7}, std::move(wiring));
  send_together(2);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{1, 0}));
  run(50);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 1}, Pair{1, 1}));
}

TEST_F(MessageGroups, AreHeldWhileAMessagePauses) {
  Queue::Wiring wiring = grouped(with_takers({3}));
  wiring.redelivery = Queue::Redelivery{.delay = 100};
  open_grouped({7, 7, 8}, std::move(wiring));
  send_all(2);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  give_back(deliveries_[0]);
  send_all(1);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}));
  run(100);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
}

TEST_F(MessageGroups, GoOnWhenAMessageHasGoneToTheDeadLetters) {
  Queue::Wiring wiring = grouped(with_takers({2}));
  wiring.dead_letter = say<Offer>(kParking);
  wiring.dead_letter_after = 1;
  open_grouped({7, 7}, std::move(wiring));
  send_all(2);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  give_back(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
}

TEST_F(MessageGroups, AreHeldUntilAVisibilityHasRunOut) {
  Queue::Wiring wiring = grouped(with_takers({1, 1}));
  wiring.visibility = 50;
  open_grouped({7, 7}, std::move(wiring));
  send_all(2);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  run(49);
  EXPECT_THAT(delivered(), IsEmpty());
  run(50);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 1})) << "the same again, to another";
}

TEST_F(MessageGroups, AreFreedByAnAcknowledgementThatComesLateAndCounts) {
  Queue::Wiring wiring = grouped(with_takers({1, 1, 1}));
  wiring.visibility = 50;
  wiring.late_acks_count = true;
  open_grouped({7, 7}, std::move(wiring));
  send_all(2);
  const Handle late = delivery(0);
  run(50);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 1}));
  acknowledge(late);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 2}));
}

TEST_F(MessageGroups, LetWhatWaitsExpireWhereverItStands) {
  Queue::Wiring wiring = grouped(with_takers({3}));
  wiring.retention = 100;
  wiring.expires = true;
  open_grouped({7, 7, 7, 8}, std::move(wiring));
  send_all(2);
  run(60);
  send_all(1);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  const Handle first = deliveries_[0];
  run(100);
  EXPECT_EQ(queue_->ledger().expired, 1u);
  acknowledge(first);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}));
}

TEST_F(MessageGroups, AreFullThoughATakerIsFree) {
  Queue::Wiring wiring = grouped(with_takers({4}));
  wiring.capacity = 1;
  wiring.overflow = Overflow::drop_head;
  open_grouped({7, 7, 7, 8}, std::move(wiring));
  send_all(3);
  EXPECT_EQ(queue_->ledger().dropped, 1u) << "the second makes way for the third";
  send_all(1);
  EXPECT_EQ(queue_->ledger().dropped, 1u) << "another group goes on at once";
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{3, 0}));
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}));
}

// Amazon SQS Developer Guide, exactly-once processing: within 5 minutes a message with the same
// deduplication id is accepted and not stored.
TEST_F(MessageGroups, ConfirmAndDoNotStoreWhatTheyKnow) {
  open_grouped({7, 7, 8, 7}, deduplicating(with_takers({4}), 100));
  send_all(1);
  run(99);
  send_all(2);
  EXPECT_EQ(queue_->ledger().deduplicated, 1u);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{2, 0}));
  run(100);
  send_all(1);
  EXPECT_EQ(queue_->ledger().deduplicated, 1u) << "the window counts from the one that was stored";
  EXPECT_THAT(delivered(), ElementsAre(Pair{3, 0}));
}

TEST_F(MessageGroups, DoNotKnowWhatTheyRefused) {
  Queue::Wiring wiring = deduplicating(with_takers({}), 1000);
  wiring.capacity = 1;
  open_grouped({7, 8, 8}, std::move(wiring));
  send_all(3);
  EXPECT_EQ(queue_->ledger().rejected, 2u);
  EXPECT_EQ(queue_->ledger().deduplicated, 0u);
}

}  // namespace
}  // namespace spillway
