#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/model/log_bench.h"

// What a log deletes, and what that does to the groups that have not read it.

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LogRetention : public LogBench {
 protected:
  static Log::Wiring keeps(Time retention) {
    Log::Wiring wiring;
    wiring.deletes = true;
    wiring.retention = retention;
    return wiring;
  }
  /// Records of so many bytes each, in turn; a partition keeps so many.
  Log::Wiring keeps_bytes(std::int64_t most, std::vector<double> sizes) {
    AttributeTable table;
    table.size_site = bench_.site(Variate::column(std::move(sizes)));
    bench_.context.attributes.push_back(table);
    Log::Wiring wiring;
    wiring.deletes = true;
    wiring.retention_bytes = most;
    return wiring;
  }
  /// Polls all that is there; `latest`: where its group goes on.
  Log::GroupWiring eager_group(bool latest = false, Time commit_every = 0) {
    Log::GroupWiring wiring = group();
    wiring.readers[0].prefetch = 100;
    wiring.readers[0].commit_every = commit_every;
    wiring.resets_to_latest = latest;
    return wiring;
  }
};

TEST_F(LogRetention, ExpiresWhatAGroupHasNotPolledInTime) {
  open(1, {eager_group()}, keeps(10 * kSecond));
  send();  // 0 is polled at once
  run(kSecond);
  send(2);
  run(2 * kSecond);
  send();
  run(11 * kSecond - 1);
  EXPECT_EQ(ledger().ready, 3u);
  run(11 * kSecond);
  EXPECT_EQ(ledger().ready, 1u) << "1 and 2 are 10 s old";
  EXPECT_EQ(failed_, 2) << "and their work has failed";
  EXPECT_EQ(ledger().expired, 0u) << "until what is before them is committed";
  EXPECT_THAT(at_hand(), ElementsAre(0)) << "who has a record goes on with it";
  settle(0);
  EXPECT_EQ(ledger().expired, 2u);
  EXPECT_EQ(ledger().acknowledged, 1u);
  EXPECT_THAT(at_hand(), ElementsAre(3)) << "the oldest that is there";
  settle(3);
  EXPECT_EQ(ledger().acknowledged, 2u);
  EXPECT_EQ(ledger().reordered, 0u);
  EXPECT_EQ(done_, 4);
  EXPECT_EQ(failed_, 2);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(LogRetention, LeavesAloneWhatAnotherGroupHasRead) {
  open(1, {eager_group(), group(1, kOtherConsumer)}, keeps(10 * kSecond));
  send(2);
  settle(0);
  settle(1);
  EXPECT_EQ(ledger(0).acknowledged, 2u);
  run(10 * kSecond);
  EXPECT_EQ(ledger(0).expired, 0u);
  EXPECT_EQ(ledger(1).in_flight, 2u) << "0 is in hand, and 1 stands behind it";
  settle(0, Outcome::ok, kOtherConsumer);
  EXPECT_EQ(ledger(1).expired, 1u);
  EXPECT_EQ(done_, 2);
  EXPECT_EQ(failed_, 1);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(LogRetention, LetsAGroupGoOnWithTheLatestThatSaysSo) {
  open(1, {eager_group(true)}, keeps(10 * kSecond));
  send();
  run(kSecond);
  send();  // is deleted at 11 s
  run(5 * kSecond);
  send(2);  // are there, and passed over
  run(11 * kSecond);
  EXPECT_EQ(ledger().ready, 2u) << "its member has not looked yet";
  settle(0);
  EXPECT_THAT(at_hand(), IsEmpty());
  EXPECT_EQ(ledger().expired, 1u);
  EXPECT_EQ(ledger().lost, 2u);
  EXPECT_EQ(ledger().ready, 0u);
  send();
  EXPECT_THAT(at_hand(), ElementsAre(4));
  settle(4);
  EXPECT_EQ(ledger().acknowledged, 2u);
  EXPECT_EQ(failed_, 3);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(LogRetention, ExpiresWhatWasPolledByWhoIsGoneAndCountsWhatWasHandled) {
  open(1, {eager_group(false, 60 * kSecond)}, keeps(10 * kSecond));
  run(kSecond);
  send(3);
  settle(0);
  consumer(FaultKind::crash, true);
  EXPECT_EQ(ledger().ready, 3u) << "nothing was committed";
  run(11 * kSecond);
  EXPECT_EQ(ledger().expired, 2u);
  EXPECT_EQ(ledger().acknowledged, 1u) << "0 had been handled; nobody does that again";
  EXPECT_EQ(failed_, 2);
  consumer(FaultKind::crash, false);
  EXPECT_THAT(at_hand(), IsEmpty());
  send();
  EXPECT_THAT(at_hand(), ElementsAre(3));
}

TEST_F(LogRetention, GoesBackNoFurtherThanToWhatIsThere) {
  open(1, {eager_group(true, 60 * kSecond)}, keeps(10 * kSecond));
  run(kSecond);
  send(2);
  run(5 * kSecond);
  send();
  settle(0);  // the poll goes on with 1
  run(12 * kSecond);
  EXPECT_EQ(ledger().expired, 0u) << "0 and 1 were polled in time";
  consumer(FaultKind::crash, true);
  EXPECT_EQ(ledger().expired, 1u) << "1, which nobody can read again";
  EXPECT_EQ(ledger().acknowledged, 1u);
  EXPECT_EQ(ledger().ready, 1u);
  consumer(FaultKind::crash, false);
  EXPECT_THAT(at_hand(), IsEmpty()) << "it begins behind 2";
  EXPECT_EQ(ledger().lost, 1u);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(LogRetention, BeginsAtTheEndWhereEverythingIsDeleted) {
  open(1, {eager_group(true)}, keeps(10 * kSecond));
  consumer(FaultKind::outage, true);
  send(2);
  run(20 * kSecond);
  EXPECT_EQ(ledger().expired, 2u);
  consumer(FaultKind::outage, false);
  send();
  EXPECT_THAT(at_hand(), ElementsAre(2)) << "its member was there before it";
  EXPECT_EQ(ledger().lost, 0u);
}

TEST_F(LogRetention, DeletesTheOldestOfWhatIsTooMuch) {
  open(1, {group()}, keeps_bytes(100, {10, 60, 30, 10, 200, 10}));
  send(3);
  EXPECT_EQ(ledger().ready, 2u) << "100 bytes are there";
  send();
  EXPECT_EQ(ledger().ready, 3u) << "0 went, which was in hand: 60 + 30 + 10 are kept";
  EXPECT_THAT(at_hand(), ElementsAre(0));
  send();
  EXPECT_EQ(ledger().ready, 1u) << "the latest is kept, however large";
  EXPECT_EQ(failed_, 3);
  settle(0);
  EXPECT_EQ(ledger().expired, 3u);
  EXPECT_THAT(at_hand(), ElementsAre(4));
  send();
  EXPECT_EQ(ledger().ready, 1u) << "200 bytes went, and somebody has them";
  settle(4);
  settle(5);
  EXPECT_EQ(ledger().acknowledged, 3u);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(LogRetention, CountsWhatWasReadAmongWhatItKeeps) {
  open(1, {eager_group()}, keeps_bytes(100, {60, 60, 60}));
  send();
  settle(0);
  consumer(FaultKind::outage, true);
  send();
  EXPECT_EQ(ledger().expired, 0u);
  send();
  EXPECT_EQ(ledger().expired, 1u) << "120 bytes are too many";
  EXPECT_EQ(ledger().ready, 1u);
}

TEST_F(LogRetention, PassesOverWhatWasCommittedBeforeItIsHandled) {
  Log::GroupWiring wiring = eager_group();
  wiring.commits_before = true;
  wiring.readers[0].attempts = 1;
  open(1, {wiring}, keeps(10 * kSecond));
  send();
  run(kSecond);
  send(2);
  run(11 * kSecond);
  EXPECT_EQ(metrics().lag.level(), 0);
  consumer(FaultKind::crash, true);
  EXPECT_EQ(ledger().lost, 1u) << "0 was with its handler";
  EXPECT_EQ(ledger().expired, 2u);
  EXPECT_EQ(failed_, 3);
  EXPECT_EQ(bench_.context.alive(), 0u);
}

TEST_F(LogRetention, LetsASlowMemberGoOnWithWhatIsDeleted) {
  Log::GroupWiring wiring = eager_group();
  wiring.readers[0].patience = 5 * kSecond;
  open(1, {wiring}, keeps(10 * kSecond));
  send();
  send();  // polled alone, after 0
  settle(0);
  run(5 * kSecond);  // it is put out
  run(10 * kSecond);
  EXPECT_EQ(ledger().expired, 1u) << "nobody reads 1 again";
  settle(1);
  EXPECT_EQ(bench_.context.alive(), 0u);
  send();
  EXPECT_THAT(at_hand(), ElementsAre(2)) << "it is back";
}

TEST_F(LogRetention, StartsAfreshForTheNextReplication) {
  open(1, {eager_group(true)}, keeps(10 * kSecond));
  consumer(FaultKind::outage, true);
  send(2);
  run(20 * kSecond);
  bench_.context.restart(1, 1);
  bench_.begin(*log_);
  send();
  EXPECT_THAT(at_hand(), ElementsAre(2));
  settle(2);
  EXPECT_EQ(ledger().acknowledged, 1u);
  EXPECT_EQ(ledger().expired, 0u);
}

}  // namespace
}  // namespace spillway
