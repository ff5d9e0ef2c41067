// Queues whose broker fails: what is lost, what comes back, and what senders learn.

#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class BrokerFailures : public QueueBench {
 protected:
  static constexpr std::uint32_t kTransient = 1;
  static constexpr std::uint32_t kEarly = 2;

  void open_on_broker(Queue::Wiring wiring, Time confirm = 0) {
    auto& envelopes = bench_.context.envelopes;
    envelopes.resize(3);
    envelopes[kTransient].persistent = false;
    envelopes[kEarly].early = true;
    if (confirm > 0) wiring.confirm = bench_.site(confirm);
    wiring.on_broker = wiring.may_fail = true;
    open(std::move(wiring));
    crash_ = bench_.fault(FaultKind::crash, kQueue);
    failover_ = bench_.fault(FaultKind::failover, kQueue);
    outage_ = bench_.fault(FaultKind::outage, kQueue);
    bench_.context.impairments[outage_].disconnects = true;
  }
  /// A message of a send that says something of it, whose sender waits. Returns its receipt.
  Handle send_as(std::uint32_t envelope) {
    const Handle root = bench_.root(kProducer, sent_++);
    const Handle receipt = bench_.request(root, kProducer, edge_);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = receipt;
    bench_.context.messages[message].pc = envelope;
    bench_.context.messages[receipt].lane = bench_.context.messages[message].lane;
    offer(message);
    return receipt;
  }
  void strike(std::uint32_t fault) {
    bench_.strike(*queue_, fault);
    check();
  }
  void heal(std::uint32_t fault) {
    bench_.heal(*queue_, fault);
    check();
  }
  /// The receipts that were answered since the last time.
  std::vector<Handle> answered() {
    delivered();
    std::vector<Handle> receipts;
    for (const Next& next : others_) {
      if (next.target == say<Reply>(kProducer)) receipts.push_back(next.payload);
    }
    others_.clear();
    return receipts;
  }
  Outcome outcome(Handle receipt) { return message(receipt).outcome; }

  std::uint32_t crash_ = 0;
  std::uint32_t failover_ = 0;
  std::uint32_t outage_ = 0;
};

TEST_F(BrokerFailures, LoseWhatIsNotPersistent) {
  open_on_broker(with_takers({}));
  send_as(0);
  send_as(kTransient);
  send_as(0);
  strike(crash_);
  EXPECT_EQ(queue_->ledger().lost, 1u);
  EXPECT_EQ(queue_->ledger().ready, 2u);
  heal(crash_);
  EXPECT_EQ(queue_->ledger().ready, 2u);
  EXPECT_EQ(queue_->metrics().lost.at(1), 1u);
}

TEST_F(BrokerFailures, LoseNothingThatOthersHaveToo) {
  Queue::Wiring wiring = with_takers({});
  wiring.replicated = true;
  open_on_broker(std::move(wiring));
  send_as(kTransient);
  strike(crash_);
  heal(crash_);
  EXPECT_EQ(queue_->ledger().lost, 0u);
  EXPECT_EQ(queue_->ledger().ready, 1u);
}

TEST_F(BrokerFailures, LoseWhatIsNotStoredYetAndTellItsSender) {
  open_on_broker(with_takers({}), 10);
  const Handle stored = send_as(0);
  run(5);
  const Handle unstored = send_as(0);
  run(10);
  EXPECT_THAT(answered(), ElementsAre(stored));
  EXPECT_EQ(outcome(stored), Outcome::ok);
  strike(crash_);
  EXPECT_EQ(queue_->ledger().lost, 1u);
  EXPECT_EQ(queue_->ledger().ready, 1u);
  run(15);
  EXPECT_THAT(answered(), ElementsAre(unstored));
  EXPECT_EQ(outcome(unstored), Outcome::unavailable);
  EXPECT_EQ(message(message(unstored).root).flags & flag::kFailed, 0) << "its sender decides";
}

TEST_F(BrokerFailures, FindStoredWhatIsStoredAtTheirInstant) {
  open_on_broker(with_takers({}), 10);
  send_as(0);
  bench_.context.events.push(10, Phase::kFault,
                             {say<Impair>(kQueue), ImpairmentChange{crash_, true}.payload()});
  run(10);
  EXPECT_EQ(queue_->ledger().lost, 0u);
}

TEST_F(BrokerFailures, LoseWhatWasConfirmedBeforeItWasStored) {
  open_on_broker(with_takers({}), 10);
  const Handle receipt = send_as(kEarly);
  EXPECT_THAT(answered(), ElementsAre(receipt));
  const Handle root = message(receipt).root;
  run(9);
  strike(crash_);
  EXPECT_EQ(queue_->ledger().lost, 1u);
  EXPECT_EQ(outcome(receipt), Outcome::ok) << "it was told that all is well";
  EXPECT_NE(message(root).flags & flag::kFailed, 0) << "and nobody will send it again";
}

TEST_F(BrokerFailures, GiveBackWhatConsumersHad) {
  open_on_broker(with_takers({2}));
  send();
  send();
  send();
  delivered();
  const std::vector<Handle> held = deliveries_;
  strike(crash_);
  EXPECT_EQ(queue_->ledger().ready, 3u);
  EXPECT_EQ(queue_->ledger().in_flight, 0u);
  acknowledge(held[0]);
  EXPECT_EQ(queue_->ledger().duplicates, 1u) << "its connection has closed";
  EXPECT_THAT(delivered(), IsEmpty());
  heal(crash_);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0})) << "in its old place";
  EXPECT_EQ(queue_->ledger().redelivered, 1u);
  acknowledge(held[1]);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
  EXPECT_EQ(queue_->ledger().redelivered, 2u);
}

TEST_F(BrokerFailures, GiveBackWhatAVisibilityHid) {
  Queue::Wiring wiring = with_takers({1});
  wiring.visibility = 1000;
  open_on_broker(std::move(wiring));
  send();
  delivered();
  const Handle held = deliveries_[0];
  strike(outage_);
  EXPECT_EQ(queue_->ledger().ready, 1u);
  run(2000);
  EXPECT_EQ(queue_->ledger().ready, 1u) << "its clock has stopped";
  acknowledge(held);
  heal(outage_);
  EXPECT_EQ(queue_->ledger().in_flight, 1u);
}

TEST_F(BrokerFailures, LetAHandlerEndWhoseMessageIsLost) {
  open_on_broker(with_takers({2}));
  send_as(kTransient);
  send_as(kTransient);
  delivered();
  const std::vector<Handle> held = deliveries_;
  const Handle well = message(held[0]).root;
  const Handle badly = message(held[1]).root;
  strike(crash_);
  EXPECT_EQ(queue_->ledger().lost, 2u);
  EXPECT_EQ(queue_->ledger().in_flight, 0u);
  acknowledge(held[0]);
  give_back(held[1]);
  EXPECT_EQ(message(well).flags & flag::kFailed, 0) << "it was handled all the same";
  EXPECT_NE(message(badly).flags & flag::kFailed, 0) << "nobody handles it again";
  EXPECT_EQ(queue_->ledger().duplicates, 0u);
  heal(crash_);
  send();
  send();
  EXPECT_EQ(delivered().size(), 2u) << "both places are there";
}

TEST_F(BrokerFailures, LoseNothingInAnOutageButTellSendersNothingGood) {
  open_on_broker(with_takers({}), 10);
  const Handle receipt = send_as(0);
  strike(outage_);
  EXPECT_EQ(queue_->ledger().lost, 0u);
  run(10);
  EXPECT_THAT(answered(), ElementsAre(receipt));
  EXPECT_EQ(outcome(receipt), Outcome::unavailable) << "who sends it again has it there twice";
  EXPECT_EQ(queue_->ledger().ready, 1u);
}

TEST_F(BrokerFailures, LoseTheUnstoredOnlyInAFailoverAndHoldTheRest) {
  Queue::Wiring wiring = with_takers({1});
  wiring.replicated = true;
  open_on_broker(std::move(wiring), 10);
  send_as(0);
  delivered();
  run(10);
  answered();
  send_as(0);
  strike(failover_);
  EXPECT_EQ(queue_->ledger().lost, 1u);
  EXPECT_EQ(queue_->ledger().in_flight, 1u) << "its consumer keeps it";
  run(15);
  const Handle later = send_as(0);
  run(40);
  answered();
  EXPECT_EQ(queue_->ledger().ready, 1u);
  heal(failover_);
  EXPECT_THAT(answered(), ElementsAre(later));
  EXPECT_EQ(outcome(later), Outcome::ok);
}

TEST_F(BrokerFailures, LoseWhatCameWhileNobodyLedThem) {
  Queue::Wiring wiring = with_takers({});
  wiring.replicated = true;
  open_on_broker(std::move(wiring));
  strike(failover_);
  const Handle receipt = send_as(0);
  strike(crash_);
  heal(failover_);
  EXPECT_THAT(answered(), ElementsAre(receipt));
  EXPECT_EQ(outcome(receipt), Outcome::unavailable);
  EXPECT_EQ(queue_->ledger().lost, 1u);
}

TEST_F(BrokerFailures, KeepWhatCameInAHangThatHasEnded) {
  open_on_broker(with_takers({}));
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kQueue);
  strike(hang);
  send_as(0);
  heal(hang);
  strike(crash_);
  EXPECT_EQ(queue_->ledger().lost, 0u);
  EXPECT_EQ(queue_->ledger().ready, 1u);
}

TEST_F(BrokerFailures, RefuseWhoWaitsForAConfirmAndLoseWhatNobodyWaitsFor) {
  open_on_broker(with_takers({}));
  strike(crash_);
  const Handle receipt = send_as(0);
  send();
  EXPECT_THAT(answered(), ElementsAre(receipt));
  EXPECT_EQ(queue_->ledger().rejected, 1u);
  EXPECT_EQ(queue_->ledger().lost, 1u);
}

TEST_F(BrokerFailures, LoseWhatIsDelayedToo) {
  Queue::Wiring wiring = with_takers({1});
  wiring.delay = bench_.site(100);
  wiring.screens = true;
  open_on_broker(std::move(wiring));
  const std::uint32_t other = bench_.site(100);
  for (auto& envelope : bench_.context.envelopes) envelope.delay = other;
  send_as(kTransient);
  send_as(0);
  strike(crash_);
  EXPECT_EQ(queue_->ledger().lost, 1u);
  EXPECT_EQ(queue_->ledger().delayed, 1u);
  run(100);
  heal(crash_);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
}

TEST_F(BrokerFailures, KnowWhatIsInFlightAfterManyDeliveries) {
  open_on_broker(with_takers({1}), 10);
  for (int i = 0; i < 500; ++i) {
    send();
    run(20 * (i + 1));
    acknowledge(delivery(0));
  }
  send();
  strike(crash_);
  EXPECT_EQ(queue_->ledger().acknowledged, 500u);
  EXPECT_EQ(queue_->ledger().lost, 1u) << "the last alone is not stored";
}

}  // namespace
}  // namespace spillway
