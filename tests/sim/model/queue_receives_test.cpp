// A queue whose takers take several messages at a time.

#include "sim/flow/receive.h"
#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ReceivesOfQueues : public QueueBench {
 protected:
  /// Takers of so many messages in a receive, with one receive at a time.
  static Queue::Wiring in_batches(std::initializer_list<std::uint64_t> sizes, Time window = 0) {
    Queue::Wiring wiring = with_takers(sizes);
    wiring.receives = true;
    for (Queue::Taker& taker : wiring.takers) {
      taker.batch = taker.prefetch;
      taker.window = window;
    }
    return wiring;
  }
  /// Settles all of a receive.
  void settle_all(const std::vector<Handle>& deliveries, Outcome outcome = Outcome::ok) {
    for (const Handle delivery : deliveries) settle(delivery, outcome);
  }
  std::uint64_t calls() const { return queue_->metrics().receive_calls.at(1); }
};

TEST_F(ReceivesOfQueues, TakeWhatIsReadyUpToABatchAndAreOver) {
  open(in_batches({3}));
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  const std::vector<Handle> one = deliveries_;
  for (int i = 0; i < 4; ++i) send();
  EXPECT_THAT(delivered(), IsEmpty()) << "the slot handles one, and takes nothing meanwhile";
  settle_all(one);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}, Pair{2, 0}, Pair{3, 0}));
  settle_all(deliveries_);
  EXPECT_THAT(delivered(), ElementsAre(Pair{4, 0}));
  EXPECT_EQ(calls(), 3u);
}

TEST_F(ReceivesOfQueues, ReturnTheirCreditOnce) {
  open(in_batches({3}));
  for (int i = 0; i < 6; ++i) send();
  const std::vector<Handle> first = {delivery(0)};
  EXPECT_TRUE(returns_credit(message(first[0])));
  settle_all(first);
  delivered();
  const std::vector<Handle> full = deliveries_;
  ASSERT_EQ(full.size(), 3u);
  EXPECT_TRUE(returns_credit(message(full[0])));
  EXPECT_FALSE(returns_credit(message(full[1])));
  settle(full[1], Outcome::ok);
  settle(full[2], Outcome::ok);
  EXPECT_THAT(delivered(), IsEmpty());
  settle(full[0], Outcome::error);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}, Pair{4, 0}, Pair{5, 0}));
}

TEST_F(ReceivesOfQueues, TakeTurnsByReceive) {
  Queue::Wiring wiring = in_batches({2, 2});
  wiring.delivery = bench_.site(10);  // credits come back after all have been settled
  open(std::move(wiring));
  send();
  send();
  delivered();
  const std::vector<Handle> held = deliveries_;
  for (int i = 0; i < 4; ++i) send();
  settle_all(held);
  run(10);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}, Pair{3, 0}, Pair{4, 1}, Pair{5, 1}));
}

TEST_F(ReceivesOfQueues, WithAWindowWaitForMore) {
  open(in_batches({3}, 100));
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0})) << "what has come goes at once";
  const std::vector<Handle> first = deliveries_;
  run(60);
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
  EXPECT_FALSE(returns_credit(message(deliveries_[0])));
  const std::vector<Handle> second = deliveries_;
  run(100);
  send();
  EXPECT_THAT(delivered(), IsEmpty()) << "the window is over";
  settle_all(second);
  EXPECT_THAT(delivered(), IsEmpty());
  settle_all(first);
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0}));
  EXPECT_EQ(calls(), 2u);
}

TEST_F(ReceivesOfQueues, WithAWindowEndWhenTheBatchIsFull) {
  open(in_batches({2}, 100));
  send();
  run(50);
  send();
  delivered();
  settle(deliveries_.at(1), Outcome::ok);
  run(120);
  send();
  EXPECT_THAT(delivered(), IsEmpty()) << "the first one is not settled yet";
  EXPECT_EQ(calls(), 1u);
}

TEST_F(ReceivesOfQueues, EndWhenTheConnectionCloses) {
  open(in_batches({3}, 100));
  send();
  const std::vector<Handle> first = {delivery(0)};
  const std::uint32_t outage = bench_.fault(FaultKind::outage, kConsumer);
  bench_.strike(*queue_, outage);
  settle_all(first, Outcome::unavailable);
  send();
  run(1000);
  EXPECT_THAT(delivered(), IsEmpty());
  bench_.heal(*queue_, outage);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{1, 0}));
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0})) << "all of its credit is back, and no more";
  send();
  EXPECT_THAT(delivered(), IsEmpty());
}

TEST_F(ReceivesOfQueues, KeepTheLimitOfMessagesInFlight) {
  Queue::Wiring wiring = in_batches({5});
  wiring.max_in_flight = 2;
  open(std::move(wiring));
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kQueue);
  bench_.strike(*queue_, hang);
  for (int i = 0; i < 4; ++i) send();
  bench_.heal(*queue_, hang);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{1, 0}));
}

TEST_F(ReceivesOfQueues, TravelTogetherOverADrawnNetwork) {
  Queue::Wiring wiring = in_batches({4});
  wiring.takers[0].way = bench_.drawn(Variate::exponential(50));
  open(std::move(wiring));
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kQueue);
  bench_.strike(*queue_, hang);
  for (int i = 0; i < 4; ++i) send();
  bench_.heal(*queue_, hang);
  run(100'000);
  ASSERT_EQ(bench_.said.size(), 4u);
  EXPECT_GT(bench_.said[0].at, 0);
  for (const Bench::Said& said : bench_.said) EXPECT_EQ(said.at, bench_.said[0].at);
  const Sample wait = queue_->metrics().waited.sample(bench_.context.timeline.windows()[0]);
  EXPECT_EQ(wait.histogram->sum(), static_cast<std::uint64_t>(4 * bench_.said[0].at));
}

}  // namespace
}  // namespace spillway
