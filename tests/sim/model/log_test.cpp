#include "sim/model/log/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/log/assignment.h"
#include "tests/sim/model/log_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Logs : public LogBench {};

TEST_F(Logs, GiveEachGroupEveryRecordOnceAndInOrder) {
  open(1, {group(), group(1, kOtherConsumer)});
  send(2);
  EXPECT_THAT(at_hand(), ElementsAre(0, 0)) << "one at a time for each group";
  settle(0);
  EXPECT_EQ(done_, 0) << "the other group has not handled it";
  settle(0, Outcome::ok, kOtherConsumer);
  EXPECT_EQ(done_, 1);
  EXPECT_THAT(at_hand(), ElementsAre(1, 1));
  settle(1);
  settle(1, Outcome::ok, kOtherConsumer);
  EXPECT_EQ(done_, 2);
  for (const std::size_t each : {0u, 1u}) {
    EXPECT_EQ(ledger(each).sent, 2u);
    EXPECT_EQ(ledger(each).acknowledged, 2u);
  }
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(Logs, SpreadRecordsWithoutAKeyInTurn) {
  open(3, {group(3)});
  send(6);
  EXPECT_THAT(at_hand(), ElementsAre(0, 1, 2));
  EXPECT_THAT(members(), ElementsAre(0, 1, 2));
  settle(1);
  EXPECT_THAT(at_hand(), ElementsAre(0, 2, 4)) << "the next of the same partition";
}

TEST_F(Logs, KeepAKeyInItsPartition) {
  AttributeTable table;
  table.key_site = bench_.site(Variate::column({7, 7, 8, 7}));
  bench_.context.attributes.push_back(table);
  open(64, {group(64)});
  send(4);
  EXPECT_THAT(at_hand(), ElementsAre(0, 2)) << "another key finds another partition";
  settle(0);
  settle(1);
  EXPECT_THAT(at_hand(), ElementsAre(2, 3));
}

TEST_F(Logs, AssignPartitionsByRange) {
  EXPECT_THAT(assigned_by_range(7, 3), ElementsAre(0, 0, 0, 1, 1, 2, 2));
  EXPECT_THAT(assigned_by_range(2, 3), ElementsAre(0, 1));
  EXPECT_THAT(assigned_by_range(4, 1), ElementsAre(0, 0, 0, 0));
}

TEST_F(Logs, LetOneMemberReadAPartitionAtATime) {
  open(1, {group(4)});
  send(3);
  EXPECT_THAT(at_hand(), ElementsAre(0)) << "three members have no partition";
  EXPECT_EQ(ledger().ready, 2u);
}

TEST_F(Logs, PollPartitionsInTurnUpToThePrefetch) {
  Log::GroupWiring wiring = group();
  wiring.readers[0].prefetch = 3;
  open(2, {wiring});
  send(9);  // 0 2 4 6 8 and 1 3 5 7; the first is polled alone
  EXPECT_EQ(ledger().in_flight, 1u);
  std::vector<std::uint32_t> order;
  while (!at_hand().empty()) {
    order.push_back(at_hand().front());
    settle(order.back());
    EXPECT_LE(ledger().in_flight, 3u);
  }
  EXPECT_THAT(order, ElementsAre(0, 1, 3, 5, 2, 4, 6, 7, 8));
}

TEST_F(Logs, CommitAfterEachPoll) {
  Log::GroupWiring wiring = group();
  wiring.readers[0].prefetch = 2;
  open(1, {wiring});
  send(3);
  settle(0);
  settle(1);
  EXPECT_EQ(done_, 2) << "handled is done, committed or not";
  EXPECT_EQ(ledger().acknowledged, 1u);
  EXPECT_EQ(metrics().lag.level(), 2);
  settle(2);
  EXPECT_EQ(ledger().acknowledged, 3u);
  EXPECT_EQ(metrics().lag.level(), 0);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(Logs, CommitAtMostOnceInAnInterval) {
  Log::GroupWiring wiring = group();
  wiring.readers[0].commit_every = 5 * kSecond;
  open(1, {wiring});
  run(kSecond);
  send(2);
  settle(0);
  settle(1);
  EXPECT_EQ(done_, 2);
  EXPECT_EQ(ledger().in_flight, 2u);
  run(5 * kSecond - 1);
  EXPECT_EQ(ledger().acknowledged, 0u);
  run(5 * kSecond);
  EXPECT_EQ(ledger().acknowledged, 2u);
  run(12 * kSecond);
  send();
  settle(2);
  EXPECT_EQ(ledger().acknowledged, 3u) << "an interval has passed since the last commit";
}

TEST_F(Logs, ReadAgainWhatWasNotCommittedWhenAConsumerWentDown) {
  Log::GroupWiring wiring = group();
  wiring.readers[0].prefetch = 10;
  wiring.readers[0].commit_every = 10 * kSecond;
  open(1, {wiring});
  send(4);
  settle(0);
  settle(1);
  consumer(FaultKind::crash, true);
  EXPECT_THAT(at_hand(), IsEmpty());
  EXPECT_EQ(ledger().ready, 4u);
  send();
  consumer(FaultKind::crash, false);
  EXPECT_THAT(at_hand(), ElementsAre(0));
  EXPECT_EQ(attempt(), 1) << "it draws anew";
  settle(0);
  EXPECT_EQ(ledger().duplicates, 1u);
  settle(1);
  settle(2);
  EXPECT_EQ(ledger().duplicates, 2u) << "2 was in its handler, and had not ended";
  EXPECT_EQ(ledger().redelivered, 4u);
  EXPECT_EQ(ledger().reordered, 3u) << "all but the last that had been polled before";
  settle(3);
  EXPECT_EQ(attempt(), 0) << "4 is new";
  settle(4);
  EXPECT_EQ(done_, 5);
  run(10 * kSecond);
  EXPECT_EQ(ledger().acknowledged, 5u);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(Logs, LoseWhatWasCommittedBeforeItWasHandled) {
  Log::GroupWiring wiring = group();
  wiring.readers[0].prefetch = 3;
  wiring.commits_before = true;
  wiring.readers[0].attempts = 1;
  open(1, {wiring});
  send(5);
  settle(0);
  EXPECT_EQ(metrics().lag.level(), 1) << "three are polled, and committed";
  settle(1);
  consumer(FaultKind::crash, true);
  EXPECT_EQ(ledger().lost, 2u);
  EXPECT_EQ(failed_, 2);
  consumer(FaultKind::crash, false);
  EXPECT_THAT(at_hand(), ElementsAre(4));
  settle(4, Outcome::error);
  EXPECT_EQ(ledger().lost, 3u) << "handled once at most";
  EXPECT_EQ(ledger().acknowledged, 2u);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(Logs, TryARecordAgainWhereItIsAndSkipItAtLast) {
  Log::GroupWiring wiring = group();
  wiring.readers[0].attempts = 3;
  open(1, {wiring});
  send(2);
  settle(0, Outcome::error);
  EXPECT_THAT(at_hand(), ElementsAre(0)) << "its partition waits";
  EXPECT_EQ(attempt(), 1);
  settle(0, Outcome::error);
  settle(0, Outcome::error);
  EXPECT_EQ(ledger().dropped, 1u);
  EXPECT_EQ(failed_, 1);
  EXPECT_THAT(at_hand(), ElementsAre(1));
  settle(1, Outcome::error);
  settle(1);
  EXPECT_EQ(ledger().acknowledged, 1u);
  EXPECT_EQ(ledger().redelivered, 3u);
  EXPECT_EQ(ledger().duplicates, 0u);
}

TEST_F(Logs, TryForEverWithoutALimitAndPauseBetween) {
  Log::GroupWiring wiring = group();
  wiring.readers[0].attempts = Log::kUnlimitedAttempts;
  wiring.readers[0].pause = kSecond;
  open(1, {wiring});
  send(2);
  for (int second = 1; second <= 20; ++second) {
    settle(0, Outcome::error);
    EXPECT_THAT(at_hand(), IsEmpty());
    run(second * kSecond);
    EXPECT_THAT(at_hand(), ElementsAre(0));
  }
  settle(0, Outcome::error);
  consumer(FaultKind::outage, true);
  run(100 * kSecond);
  EXPECT_THAT(at_hand(), IsEmpty()) << "the pause has ended with its member";
  consumer(FaultKind::outage, false);
  settle(0);
  EXPECT_THAT(at_hand(), ElementsAre(1));
}

TEST_F(Logs, BeWithTheClientOneNetworkDelayAfterTheAppend) {
  Log::GroupWiring wiring = group();
  wiring.readers[0].edge = bench_.edge(bench_.fixed(10), bench_.fixed(10));
  open(1, {wiring});
  send(2);
  EXPECT_THAT(at_hand(), IsEmpty());
  run(10);
  EXPECT_THAT(at_hand(), ElementsAre(0));
  run(15);
  send();
  settle(0);
  EXPECT_THAT(at_hand(), ElementsAre(1)) << "it had been fetched";
  settle(1);
  run(24);
  EXPECT_THAT(at_hand(), IsEmpty());
  run(25);
  EXPECT_THAT(at_hand(), ElementsAre(2));
}

TEST_F(Logs, MeasureDepthLagAndAge) {
  open(2, {group()});
  run(kSecond);
  send(4);  // 0 and 2, 1 and 3
  EXPECT_EQ(metrics().ready.level(), 3);
  EXPECT_EQ(metrics().lag.level(), 4);
  EXPECT_EQ(metrics().partition_lag.level(), 2);
  run(3 * kSecond);
  settle(0);
  settle(1);
  EXPECT_EQ(metrics().lag.level(), 2);
  EXPECT_EQ(metrics().partition_lag.level(), 1);
  settle(2);
  settle(3);
  EXPECT_EQ(metrics().lag.level(), 0);
  EXPECT_EQ(metrics().partition_lag.level(), 0);
}

TEST_F(Logs, RefuseInAnOutageWhatComesAndLetHandlersGoOn) {
  open(1, {group()});
  send(2);
  const std::uint32_t outage = bench_.fault(FaultKind::outage, kLog);
  bench_.strike(*log_, outage);
  send();
  EXPECT_EQ(log_->metrics().rejected.at(1), 1u);
  EXPECT_EQ(failed_, 1);
  settle(0);
  EXPECT_THAT(at_hand(), IsEmpty()) << "nothing is polled";
  EXPECT_EQ(ledger().acknowledged, 0u) << "nor committed";
  bench_.heal(*log_, outage);
  listen();
  EXPECT_EQ(ledger().acknowledged, 1u);
  EXPECT_THAT(at_hand(), ElementsAre(1));
}

TEST_F(Logs, TakeInAHangWhatComesAndConfirmAfterwards) {
  open(1, {group()});
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kLog);
  bench_.strike(*log_, hang);
  const Handle root = bench_.root(kProducer);
  const Handle receipt = bench_.context.spawn(root);
  message(receipt).reply_to = say<Reply>(kProducer);
  const Handle record = bench_.context.spawn(root);
  message(record).parent = receipt;
  bench_.tell<Offer>(*log_, record);
  listen();
  EXPECT_THAT(at_hand(), IsEmpty());
  EXPECT_THAT(others_, IsEmpty());
  bench_.heal(*log_, hang);
  listen();
  EXPECT_THAT(at_hand(), ElementsAre(0));
  EXPECT_THAT(others_, ElementsAre(to<Reply>(kProducer, receipt)));
}

TEST_F(Logs, ConfirmAfterTheirTime) {
  Log::Wiring wiring;
  wiring.confirm = bench_.site(Time{7});
  open(1, {group()}, wiring);
  const Handle root = bench_.root(kProducer);
  const Handle receipt = bench_.context.spawn(root);
  message(receipt).reply_to = say<Reply>(kProducer);
  const Handle record = bench_.context.spawn(root);
  message(record).parent = receipt;
  bench_.tell<Offer>(*log_, record);
  listen();
  EXPECT_THAT(at_hand(), ElementsAre(0)) << "read before its sender knows";
  EXPECT_THAT(others_, IsEmpty());
  run(7);
  EXPECT_THAT(others_, ElementsAre(to<Reply>(kProducer, receipt)));
}

TEST_F(Logs, KeepNothingThatNoGroupReads) {
  open(4, {});
  send(5);
  EXPECT_EQ(done_, 5);
  EXPECT_EQ(bench_.context.alive(), 0u);
  EXPECT_EQ(log_->metrics().appended.at(1), 5u);
}

TEST_F(Logs, MoveAsFewPartitionsAsMakesSharesEven) {
  constexpr std::uint32_t kNone = kUnassigned;
  EXPECT_THAT(assigned_stickily({kNone, kNone, kNone}, 2), ElementsAre(0, 0, 1));
  EXPECT_THAT(assigned_stickily({0, 0, 0, 0}, 2), ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(assigned_stickily({1, 1, 1, 0, 0}, 3), ElementsAre(1, 1, 2, 0, 0));
  EXPECT_THAT(assigned_stickily({0, kNone, 1, kNone}, 2), ElementsAre(0, 0, 1, 1));
}

TEST_F(Logs, GiveAllPartitionsOutAnewWhenAMemberLeaves) {
  open_pair(false);
  send(5);  // 0 2 4 and 1 3
  EXPECT_THAT(at_hand(), ElementsAre(0, 1));
  consumer(FaultKind::outage, true, kOtherConsumer);
  EXPECT_EQ(metrics().unread.level(), 1);
  EXPECT_THAT(at_hand(), ElementsAre(0)) << "the other has a poll to end first";
  settle(0);
  EXPECT_EQ(metrics().unread.level(), 0);
  EXPECT_EQ(metrics().rebalances.at(1), 1u);
  std::vector<std::uint32_t> order;
  while (!at_hand().empty()) {
    order.push_back(at_hand().front());
    settle(order.back());
  }
  EXPECT_THAT(order, ElementsAre(2, 4, 1, 3));
  consumer(FaultKind::outage, false, kOtherConsumer);
  send(2);
  EXPECT_THAT(members(), ElementsAre(1, 0)) << "it is back, and has its partition again";
  EXPECT_EQ(metrics().rebalances.at(1), 2u);
}

TEST_F(Logs, StandStillWhileAnEagerGroupRebalances) {
  open_pair(false, 3 * kSecond);
  run(kSecond);
  consumer(FaultKind::outage, true, kOtherConsumer);
  send(4);
  EXPECT_THAT(at_hand(), ElementsAre(0)) << "it has not heard of it";
  settle(0);
  EXPECT_THAT(at_hand(), ElementsAre(2));
  run(3 * kSecond);
  EXPECT_EQ(metrics().unread.level(), 1);
  settle(2);
  EXPECT_THAT(at_hand(), ElementsAre(1)) << "its heartbeat told it, and its poll is over";
  run(4 * kSecond);
  consumer(FaultKind::outage, false, kOtherConsumer);
  EXPECT_THAT(at_hand(), ElementsAre(1));
  settle(1);
  EXPECT_THAT(at_hand(), ElementsAre(3));
  run(6 * kSecond);
  EXPECT_EQ(metrics().unread.level(), 0);
  settle(3);
  send(2);
  EXPECT_THAT(members(), ElementsAre(0, 1));
}

TEST_F(Logs, MissAMemberThatCrashedWhenItsSessionEnds) {
  open_pair(false, 3 * kSecond, 10 * kSecond);
  run(4 * kSecond);
  send(2);
  consumer(FaultKind::crash, true, kOtherConsumer);
  settle(0);
  run(12 * kSecond - 1);
  EXPECT_THAT(at_hand(), IsEmpty());
  run(12 * kSecond);  // its last heartbeat was at 1.5 s, and the other hears of it at 12 s
  EXPECT_THAT(at_hand(), ElementsAre(1));
  EXPECT_EQ(attempt(), 1);
}

TEST_F(Logs, WaitForTheSessionOfWhoCrashedWhenItIsBackBefore) {
  open_pair(false, 3 * kSecond, 10 * kSecond);
  run(4 * kSecond);
  consumer(FaultKind::crash, true, kOtherConsumer);
  run(5 * kSecond);
  consumer(FaultKind::crash, false, kOtherConsumer);
  run(6 * kSecond);
  send(2);
  EXPECT_THAT(at_hand(), IsEmpty()) << "all have joined but who is no more";
  EXPECT_EQ(metrics().unread.level(), 2);
  run(11'500 * kMillisecond);
  EXPECT_THAT(members(), ElementsAre(0, 1)) << "its last heartbeat was at 1.5 s";
}

TEST_F(Logs, GoOnReadingWhileACooperativeGroupRebalances) {
  open_pair(true, 3 * kSecond);
  consumer(FaultKind::outage, true, kOtherConsumer);
  run(3 * kSecond);
  EXPECT_EQ(metrics().unread.level(), 0) << "what was left is given out in the first round";
  send(2);
  settle(0);
  EXPECT_THAT(at_hand(), ElementsAre(1));
  settle(1);
  run(4 * kSecond);
  consumer(FaultKind::outage, false, kOtherConsumer);
  run(6 * kSecond);  // the first round says what has to move, and its reader gives it up
  EXPECT_EQ(metrics().unread.level(), 1);
  send(2);
  EXPECT_THAT(at_hand(), ElementsAre(2)) << "what stays is read meanwhile";
  run(7 * kSecond);  // the heartbeat of who is new
  EXPECT_EQ(metrics().unread.level(), 0);
  EXPECT_THAT(members(), ElementsAre(0, 1));
}

TEST_F(Logs, PutOutAMemberThatDoesNotPollInTime) {
  open_pair(false, 0, 0, 10 * kSecond);
  send(2);
  settle(1, Outcome::ok, kOtherConsumer);
  run(10 * kSecond - 1);
  EXPECT_EQ(metrics().rebalances.at(1), 0u);
  run(10 * kSecond);
  EXPECT_THAT(members(), ElementsAre(0, 1)) << "the other has the record too";
  EXPECT_THAT(at_hand(), ElementsAre(0, 0));
  settle(0, Outcome::ok, kOtherConsumer);
  EXPECT_EQ(ledger().acknowledged, 2u);
  EXPECT_EQ(done_, 1) << "what is done twice is done when both have ended";
  settle(0);
  EXPECT_EQ(done_, 2);
  EXPECT_EQ(ledger().duplicates, 1u) << "it comes too late";
  EXPECT_EQ(metrics().rebalances.at(1), 2u) << "and is back in the group";
  send(2);
  EXPECT_THAT(members(), ElementsAre(0, 1));
  settle(2);
  settle(3, Outcome::ok, kOtherConsumer);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(Logs, LetWhoWasPutOutHandleAllThatItHadPolled) {
  Log::GroupWiring wiring = group();
  wiring.readers.push_back(reader(1, kOtherConsumer));
  wiring.readers[0].patience = 10 * kSecond;
  wiring.readers[0].prefetch = 5;
  open(1, {wiring});
  send(4);
  settle(0);
  EXPECT_THAT(at_hand(), ElementsAre(1));
  run(10 * kSecond);
  EXPECT_THAT(members(), ElementsAre(0, 1)) << "1 is read twice at once";
  settle(1, Outcome::ok, kOtherConsumer);
  settle(2, Outcome::ok, kOtherConsumer);
  settle(1);
  settle(2);
  EXPECT_EQ(ledger().duplicates, 2u);
  settle(3);
  EXPECT_EQ(ledger().acknowledged, 3u) << "who was put out was first, and may not commit it";
  settle(3, Outcome::ok, kOtherConsumer);
  EXPECT_EQ(done_, 4);
  EXPECT_EQ(ledger().duplicates, 3u);
  EXPECT_EQ(ledger().acknowledged, 4u);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(Logs, StartAfreshForTheNextReplication) {
  open(2, {group(2)});
  send(5);
  bench_.context.restart(1, 1);
  bench_.said.clear();
  at_hand_.clear();
  log_->begin(bench_.context, {});
  EXPECT_EQ(ledger().sent, 0u);
  sent_ = 0;
  send(2);
  EXPECT_THAT(at_hand(), ElementsAre(0, 1));
  settle(0);
  settle(1);
  EXPECT_EQ(ledger().acknowledged, 2u);
}

}  // namespace
}  // namespace spillway
