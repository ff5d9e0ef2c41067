// Queues that hold so many messages or bytes, and so many in flight.

#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Blocking : public QueueBench {
 protected:
  static Queue::Wiring blocking(Queue::Wiring wiring, std::uint64_t capacity) {
    wiring.capacity = capacity;
    wiring.overflow = Overflow::block;
    return wiring;
  }
  /// The receipts that were answered since the last time.
  std::vector<Handle> confirmed() {
    delivered();
    std::vector<Handle> receipts;
    for (const Next& next : others_) {
      if (next.target == say<Reply>(kProducer)) receipts.push_back(next.payload);
    }
    others_.clear();
    return receipts;
  }
};

TEST_F(Blocking, MakesASenderWaitUntilThereIsRoom) {
  open(blocking(with_takers({1}), 1));
  const auto first = send_confirmed();
  const auto second = send_confirmed();
  const auto third = send_confirmed();
  const auto fourth = send_confirmed();
  const Handle held = delivery(0);
  EXPECT_THAT(confirmed(), ElementsAre(first.second, second.second));
  EXPECT_EQ(queue_->ledger().blocked, 2u);
  acknowledge(held);
  EXPECT_THAT(confirmed(), ElementsAre(third.second)) << "in the order in which they came";
  EXPECT_EQ(queue_->ledger().blocked, 1u);
  EXPECT_EQ(queue_->ledger().ready, 1u);
  EXPECT_EQ(queue_->ledger().rejected, 0u);
  EXPECT_NE(fourth.second, 0u);
}

TEST_F(Blocking, KeepsWhatWasSentByThoseWhoDoNotWait) {
  open(blocking({}, 1));
  send();
  send();
  EXPECT_EQ(queue_->ledger().ready, 1u);
  EXPECT_EQ(queue_->ledger().blocked, 1u);
}

TEST_F(Blocking, RefusesThoseWhoWaitWhenTheQueueIsDown) {
  open(blocking({}, 1));
  send();
  const auto [message, receipt] = send_confirmed();
  const std::uint32_t outage = bench_.fault(FaultKind::outage, kQueue);
  bench_.strike(*queue_, outage);
  check();
  EXPECT_EQ(queue_->ledger().blocked, 0u);
  EXPECT_EQ(queue_->ledger().rejected, 1u);
  EXPECT_THAT(confirmed(), ElementsAre(receipt));
  EXPECT_EQ(this->message(receipt).outcome, Outcome::unavailable);
  EXPECT_FALSE(bench_.context.messages.alive(message));
}

TEST_F(Blocking, LetsNobodyInDuringAHang) {
  open(blocking(with_takers({1}), 1));
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kQueue);
  bench_.strike(*queue_, hang);
  send();
  send();
  EXPECT_EQ(queue_->ledger().blocked, 1u);
  bench_.heal(*queue_, hang);
  check();
  EXPECT_EQ(queue_->ledger().blocked, 0u);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
}

TEST_F(Blocking, AdmitsManyAtOnceWithoutAStack) {
  open(blocking(with_takers({1'000'000}), 1));
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kQueue);
  bench_.strike(*queue_, hang);
  for (int i = 0; i < 100'000; ++i) {
    const Handle root = bench_.root(kProducer, sent_++);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = 0;
    bench_.context.answered(root);
    bench_.tell<Offer>(*queue_, message);
  }
  EXPECT_EQ(queue_->ledger().blocked, 99'999u);
  bench_.heal(*queue_, hang);
  check();
  EXPECT_EQ(queue_->ledger().in_flight, 100'000u);
}

TEST_F(Blocking, LetsWhatIsTooOldExpireAtTheDoor) {
  Queue::Wiring wiring = blocking(with_takers({1}), 1);
  wiring.retention = 100;
  wiring.expires = true;
  open(std::move(wiring));
  send();
  send();
  send();
  run(150);
  EXPECT_EQ(queue_->ledger().expired, 2u) << "who waits in the queue, and who came in after";
  EXPECT_EQ(queue_->ledger().blocked, 0u);
}

class Bytes : public QueueBench {
 protected:
  /// A queue of 100 bytes; the messages have these sizes.
  void open_for(std::vector<double> sizes, Queue::Wiring wiring) {
    bench_.context.attributes.resize(1);
    bench_.context.attributes[0].size_site = bench_.site(Variate::column(std::move(sizes)));
    wiring.weighs = true;
    wiring.capacity_bytes = 100;
    open(std::move(wiring));
  }
  std::int64_t bytes() const { return queue_->metrics().bytes.level(); }
};

TEST_F(Bytes, CountOfWhatIsReady) {
  open_for({10, 20, 30}, with_takers({1}));
  send();
  EXPECT_EQ(bytes(), 0) << "it was taken at once";
  send();
  send();
  EXPECT_EQ(bytes(), 50);
  give_back(delivery(0));
  EXPECT_EQ(bytes(), 50) << "the first is the head again, and was taken";
  acknowledge(delivery(0));
  EXPECT_EQ(bytes(), 30);
}

TEST_F(Bytes, LimitWhatComesIn) {
  open_for({60, 40, 1, 100}, {});
  send();
  send();
  EXPECT_EQ(bytes(), 100);
  send();
  EXPECT_EQ(queue_->ledger().rejected, 1u);
}

TEST_F(Bytes, MakeAsManyGoAsItTakes) {
  Queue::Wiring wiring;
  wiring.overflow = Overflow::drop_head;
  open_for({30, 30, 30, 70, 101}, std::move(wiring));
  for (int i = 0; i < 4; ++i) send();
  EXPECT_EQ(queue_->ledger().dropped, 2u);
  EXPECT_EQ(bytes(), 100);
  send();
  EXPECT_EQ(queue_->ledger().dropped, 2u) << "for what never fits nothing goes";
  EXPECT_EQ(queue_->ledger().rejected, 1u);
}

TEST_F(Bytes, KeepTheOrderOfThoseWhoWaitForRoom) {
  Queue::Wiring wiring = with_takers({1});
  wiring.overflow = Overflow::block;
  open_for({1, 50, 40, 60, 10, 5}, std::move(wiring));
  for (int i = 0; i < 6; ++i) send();
  EXPECT_EQ(queue_->ledger().blocked, 3u) << "the small ones stand behind the large one";
  acknowledge(delivery(0));
  EXPECT_EQ(queue_->ledger().blocked, 2u);
  EXPECT_EQ(bytes(), 100);
  acknowledge(delivery(0));
  EXPECT_EQ(queue_->ledger().blocked, 0u);
  EXPECT_EQ(bytes(), 75);
}

TEST_F(Bytes, OfOneMessageMayBeTooMany) {
  Queue::Wiring wiring = with_takers({5});
  wiring.max_message_size = 50;
  wiring.screens = true;
  open_for({50, 51}, std::move(wiring));
  send();
  const auto [message, receipt] = send_confirmed();
  EXPECT_EQ(queue_->ledger().rejected, 1u);
  EXPECT_EQ(this->message(receipt).outcome, Outcome::error) << "an error of its sender";
  EXPECT_FALSE(bench_.context.messages.alive(message));
}

class InFlight : public QueueBench {};

TEST_F(InFlight, IsLimited) {
  // At 120,000 messages in flight Amazon SQS returns no more of them. Source: Amazon SQS Developer
  // Guide, Amazon SQS visibility timeout,
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
  Queue::Wiring wiring = with_takers({5, 5});
  wiring.max_in_flight = 2;
  open(std::move(wiring));
  for (int i = 0; i < 4; ++i) send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{1, 1}));
  EXPECT_EQ(queue_->ledger().ready, 2u);
  acknowledge(deliveries_[0]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}));
}

TEST_F(InFlight, HasRoomForOthersBeforeTheConsumerHasItsPlaceBack) {
  Queue::Wiring wiring = with_takers({1, 1});
  wiring.max_in_flight = 1;
  wiring.delivery = bench_.site(50);
  open(std::move(wiring));
  send();
  send();
  acknowledge(delivery(0));
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 1})) << "the first has its place back at 50";
}

TEST_F(InFlight, HasRoomAgainWhenAVisibilityRunsOut) {
  Queue::Wiring wiring = with_takers({1, 1});
  wiring.max_in_flight = 1;
  wiring.visibility = 100;
  wiring.dead_letter_after = 1;
  open(std::move(wiring));
  send();
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  run(100);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 1}));
  EXPECT_EQ(queue_->ledger().dropped, 1u) << "without a dead-letter queue it is dropped";
}

}  // namespace
}  // namespace spillway
