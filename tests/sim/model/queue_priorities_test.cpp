// Queues with priorities: the highest first, and those of one priority in their order.

#include <vector>

#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A queue with ten priorities, of which 4 is that of messages that say none.
class Priorities : public QueueBench {
 protected:
  static constexpr std::uint32_t kLevels = 10;

  void open_levelled(Queue::Wiring wiring) {
    wiring.levels = kLevels;
    wiring.level_unsaid = 4;
    for (std::uint32_t priority = 0; priority < 256; ++priority) {
      Envelope envelope;
      envelope.priority = priority;
      bench_.context.envelopes.push_back(envelope);
    }
    open(std::move(wiring));
  }
  Handle send_urgent(std::uint32_t priority) {
    const Handle root = bench_.root(kProducer, sent_++);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = 0;
    bench_.context.messages[message].pc = 1 + priority;
    bench_.context.answered(root);
    offer(message);
    return message;
  }
  void send_all(const std::vector<std::uint32_t>& priorities) {
    for (const std::uint32_t priority : priorities) send_urgent(priority);
  }
  /// Takes and acknowledges one after another; the numbers of the messages, in that order.
  std::vector<std::uint32_t> take_all() {
    std::vector<std::uint32_t> order;
    for (auto heard = delivered(); !heard.empty(); heard = delivered()) {
      const std::vector<Handle> deliveries = deliveries_;
      for (const auto& [ordinal, taker] : heard) order.push_back(ordinal);
      for (const Handle each : deliveries) acknowledge(each);
    }
    return order;
  }
};

TEST_F(Priorities, LetTheHighestGoFirstAndKeepTheOrderWithinOne) {
  open_levelled(with_takers({1}));
  send_all({5, 1, 9, 1, 5, 9, 0});
  EXPECT_THAT(take_all(), ElementsAre(0, 2, 5, 4, 1, 3, 6))
      << "the first was delivered before there was a choice";
}

TEST_F(Priorities, OfMessagesThatSayNoneAreTheQueues) {
  open_levelled(with_takers({1}));
  send_all({9, 3, 5});
  send();
  EXPECT_THAT(take_all(), ElementsAre(0, 2, 3, 1));
}

// RabbitMQ documentation, Priority Support in Queues: a priority above the queue's maximum is
// treated as the maximum.
TEST_F(Priorities, ThatAreTooHighAreTheHighest) {
  open_levelled(with_takers({1}));
  send_all({0, 9, 255, 9, 200});
  EXPECT_THAT(take_all(), ElementsAre(0, 1, 2, 3, 4));
}

// RabbitMQ documentation, Priority Support in Queues, interaction with consumers: what a consumer
// has prefetched is ordered no more.
TEST_F(Priorities, DoNotReachWhatIsPrefetched) {
  open_levelled(with_takers({3}));
  send_all({0, 0, 0, 0, 9});
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{1, 0}, Pair{2, 0}));
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{4, 0}));
}

TEST_F(Priorities, PutWhatComesBackInItsOldPlaceAmongItsOwn) {
  open_levelled(with_takers({1}));
  send_all({2, 2, 7});
  give_back(delivery(0));
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0})) << "what is more urgent has come meanwhile";
  acknowledge(deliveries_[0]);
  EXPECT_THAT(take_all(), ElementsAre(0, 1));
}

// RabbitMQ documentation, Priority Support in Queues, interaction with other features: a queue of
// limited length drops from its head, so what is more urgent may make way for what is less.
TEST_F(Priorities, LetTheMostUrgentMakeWayWhereTheHeadDoes) {
  Queue::Wiring wiring;
  wiring.capacity = 2;
  wiring.overflow = Overflow::drop_head;
  open_levelled(std::move(wiring));
  send_all({9, 1});
  const Handle kept = send_urgent(0);
  EXPECT_EQ(queue_->ledger().dropped, 1u);
  EXPECT_EQ(queue_->ledger().ready, 2u);
  EXPECT_TRUE(bench_.context.messages.alive(kept));
}

TEST_F(Priorities, LeaveTheAgeToTheOldestOfAll) {
  Queue::Wiring wiring;
  wiring.expires = true;
  wiring.retention = 100;
  open_levelled(std::move(wiring));
  send_urgent(1);
  run(50);
  send_urgent(9);
  run(100);
  EXPECT_EQ(queue_->metrics().expired.at(1), 1u) << "the less urgent, which is older";
  EXPECT_EQ(queue_->ledger().ready, 1u);
  run(150);
  EXPECT_EQ(queue_->metrics().expired.at(1), 2u);
}

TEST_F(Priorities, HoldInAReceiveOfSeveral) {
  Queue::Wiring wiring = with_takers({3});
  wiring.takers[0].batch = 3;
  wiring.receives = true;
  open_levelled(std::move(wiring));
  send_urgent(0);
  const Handle first = delivery(0);
  send_all({1, 8, 3, 8});
  acknowledge(first);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}, Pair{4, 0}, Pair{3, 0}));
}

TEST_F(Priorities, ArePurgedAsWell) {
  open_levelled({});
  send_all({0, 9, 4, 4});
  const std::uint32_t purge = bench_.fault(FaultKind::purge, kQueue);
  bench_.strike(*queue_, purge);
  bench_.heal(*queue_, purge);
  check();
  EXPECT_EQ(queue_->ledger().dropped, 4u);
  EXPECT_EQ(queue_->ledger().ready, 0u);
  send_all({3, 5});
  EXPECT_EQ(queue_->ledger().ready, 2u);
  EXPECT_THAT(delivered(), IsEmpty());
}

}  // namespace
}  // namespace spillway
