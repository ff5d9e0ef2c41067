#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/sim/model/log_bench.h"

// A log on a broker: what its partitions are told, and what becomes of their records.

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LogsOnBrokers : public LogBench {
 protected:
  /// Records are stored so long after they came.
  void open_on_broker(std::uint32_t partitions, Time confirm,
                      std::vector<Log::GroupWiring> groups) {
    Log::Wiring wiring;
    wiring.confirm = bench_.site(confirm);
    wiring.deletes = true;
    wiring.on_broker = true;
    wiring.strikes = static_cast<std::uint32_t>(bench_.context.impairments.size());
    strikes_ = wiring.strikes;
    for (std::uint32_t i = 0; i < partitions; ++i) {
      for (const FaultKind kind : {FaultKind::crash, FaultKind::failover, FaultKind::waiting,
                                   FaultKind::too_few, FaultKind::overtaken}) {
        bench_.fault(kind, kLog);
      }
    }
    open(partitions, std::move(groups), std::move(wiring));
  }
  void tell(Log::Strike strike, bool begins, std::uint32_t partition = 0, Time since = 0) {
    const std::uint32_t number =
        strikes_ + partition * Log::kStrikes + static_cast<std::uint32_t>(strike);
    bench_.context.impairments[number].since = since;
    bench_.tell<Impair>(*log_, ImpairmentChange{number, begins}.payload());
    listen();
  }
  /// Sends a record whose sender waits until it is stored, or `early`: taken.
  void send_and_wait(bool early = false) {
    if (bench_.context.envelopes.size() < 2) bench_.context.envelopes.resize(2);
    bench_.context.envelopes[1].early = true;
    const Handle root = bench_.root(kProducer, sent_++);
    const Handle message = bench_.context.spawn(root);
    const Handle receipt = bench_.context.spawn(root);
    bench_.context.messages[receipt].reply_to = say<Reply>(kProducer);
    bench_.context.messages[message].parent = receipt;
    bench_.context.messages[message].pc = early ? 1 : 0;
    bench_.context.answered(root);
    bench_.tell<Offer>(*log_, message);
    listen();
  }
  /// What senders were told since the last time.
  std::vector<Outcome> told() {
    std::vector<Outcome> outcomes;
    for (const Next next : std::exchange(others_, {})) {
      if (next.target != say<Reply>(kProducer)) continue;
      outcomes.push_back(message(next.payload).outcome);
      bench_.context.release(next.payload);
    }
    return outcomes;
  }

  std::uint32_t strikes_ = 0;
};

TEST_F(LogsOnBrokers, ShowRecordsToGroupsWhenAllInSyncHaveThem) {
  open_on_broker(1, 10, {group()});
  send_and_wait();
  EXPECT_EQ(ledger().delayed, 1u);
  run(9);
  EXPECT_THAT(at_hand(), IsEmpty());
  EXPECT_THAT(told(), IsEmpty());
  run(10);
  EXPECT_THAT(at_hand(), ElementsAre(0));
  EXPECT_THAT(told(), ElementsAre(Outcome::ok));
  settle(0);
  EXPECT_EQ(ledger().acknowledged, 1u);
}

TEST_F(LogsOnBrokers, LoseInAFailoverWhatTheirLeaderHadAlone) {
  open_on_broker(1, 10, {group()});
  send_and_wait();  // 0
  run(5);
  send_and_wait();      // 1
  send_and_wait(true);  // 2
  send();               // 3
  EXPECT_THAT(told(), ElementsAre(Outcome::ok)) << "2 is accepted";
  run(10);
  EXPECT_THAT(told(), ElementsAre(Outcome::ok)) << "0 is stored";
  tell(Log::Strike::failover, true);
  EXPECT_THAT(told(), ElementsAre(Outcome::unavailable)) << "1 is not";
  EXPECT_EQ(ledger().lost, 3u);
  EXPECT_EQ(failed_, 2) << "whose sender does not know";
  send_and_wait();      // 4
  send_and_wait(true);  // 5
  run(100);
  EXPECT_THAT(told(), IsEmpty()) << "they wait for a leader";
  tell(Log::Strike::failover, false);
  EXPECT_THAT(told(), ElementsAre(Outcome::ok)) << "5 is accepted by it";
  run(110);
  EXPECT_THAT(told(), ElementsAre(Outcome::ok));
  settle(0);
  settle(4);
  settle(5);
  EXPECT_EQ(ledger().acknowledged, 3u);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(LogsOnBrokers, FindStoredWhatIsStoredAtTheInstantOfTheCrash) {
  open_on_broker(1, 10, {group()});
  send();
  bench_.context.events.push(10, Phase::kFault,
                             {say<Impair>(kLog), ImpairmentChange{strikes_ + 1, true}.payload()});
  run(10);
  EXPECT_EQ(ledger().lost, 0u);
  EXPECT_THAT(at_hand(), ElementsAre(0));
}

TEST_F(LogsOnBrokers, AreNotReadWhereNobodyLeads) {
  Log::GroupWiring wiring = group();
  wiring.readers[0].prefetch = 10;
  open_on_broker(2, 0, {wiring});
  send(4);  // 0 2 and 1 3
  tell(Log::Strike::crash, true, 1);
  settle(0);
  EXPECT_THAT(at_hand(), ElementsAre(2));
  settle(2);
  EXPECT_THAT(at_hand(), IsEmpty());
  EXPECT_EQ(ledger().ready, 2u);
  send_and_wait();
  EXPECT_THAT(told(), ElementsAre(Outcome::ok)) << "without a key it goes where somebody leads";
  settle(4);
  tell(Log::Strike::crash, true, 0);
  send_and_wait();
  EXPECT_THAT(told(), ElementsAre(Outcome::unavailable));
  tell(Log::Strike::crash, false, 1);
  EXPECT_THAT(at_hand(), ElementsAre(1));
  settle(1);
  settle(3);
  EXPECT_EQ(ledger().acknowledged, 5u);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(LogsOnBrokers, StoreNothingWhileTheirLeaderWaitsForAReplica) {
  open_on_broker(1, 10, {group()});
  send_and_wait();
  tell(Log::Strike::waiting, true);
  send_and_wait(true);
  EXPECT_THAT(told(), ElementsAre(Outcome::ok)) << "accepted by the leader";
  run(50);
  EXPECT_EQ(ledger().delayed, 2u);
  tell(Log::Strike::waiting, false);
  run(60);
  EXPECT_THAT(told(), ElementsAre(Outcome::ok));
  EXPECT_THAT(at_hand(), ElementsAre(0));
  EXPECT_EQ(ledger().lost, 0u);
}

TEST_F(LogsOnBrokers, RefuseWhoWaitsForMoreThanAreInSync) {
  open_on_broker(1, 10, {group()});
  send_and_wait();
  send_and_wait(true);
  told();
  tell(Log::Strike::too_few, true);
  EXPECT_THAT(told(), ElementsAre(Outcome::unavailable));
  send_and_wait(true);
  EXPECT_THAT(told(), ElementsAre(Outcome::ok));
  send();
  send_and_wait();
  run(10);
  EXPECT_THAT(told(), ElementsAre(Outcome::unavailable));
  tell(Log::Strike::too_few, false);
  send_and_wait();
  run(20);
  EXPECT_THAT(told(), ElementsAre(Outcome::ok));
  EXPECT_EQ(ledger().sent, 5u);
  EXPECT_EQ(ledger().lost, 1u) << "0";
  EXPECT_EQ(failed_, 0);
}

TEST_F(LogsOnBrokers, PassGroupsOverWhatANewLeaderHasMissed) {
  Log::GroupWiring wiring = group();
  wiring.readers[0].prefetch = 3;
  wiring.readers[0].commit_every = 1000;
  open_on_broker(1, 0, {wiring, group(1, kOtherConsumer)});
  send();
  run(10);
  send(2);
  run(20);
  send(2);  // come after the replica went, at 10, that leads it then
  tell(Log::Strike::crash, true);
  settle(0);
  tell(Log::Strike::overtaken, true, 0, 10);
  tell(Log::Strike::crash, false);
  EXPECT_EQ(ledger(0).lost, 0u) << "it counts when the group comes there";
  send();
  settle(1);
  settle(2);
  EXPECT_THAT(at_hand(), ElementsAre(0, 5));
  settle(5);
  settle(0, Outcome::ok, kOtherConsumer);
  settle(1, Outcome::ok, kOtherConsumer);
  settle(2, Outcome::ok, kOtherConsumer);
  settle(5, Outcome::ok, kOtherConsumer);
  run(2000);
  for (const std::size_t each : {0u, 1u}) {
    EXPECT_EQ(ledger(each).lost, 2u);
    EXPECT_EQ(ledger(each).acknowledged, 4u);
  }
  EXPECT_EQ(failed_, 2);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(LogsOnBrokers, StartAfreshForTheNextReplication) {
  open_on_broker(1, 10, {group()});
  tell(Log::Strike::crash, true);
  bench_.context.restart(1, 1);
  bench_.begin(*log_);
  send();
  run(10);
  EXPECT_THAT(at_hand(), ElementsAre(0));
}

}  // namespace
}  // namespace spillway
