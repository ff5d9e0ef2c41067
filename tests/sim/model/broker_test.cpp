// Brokers: which nodes go, who leads then, and what their queues are told.

#include "sim/model/broker/broker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Address kBroker = component_address(10, 0);

TEST(Nodes, OfABrokerLeadItsQueuesInTurn) {
  Nodes nodes;
  nodes.restart(3, {{1}, {1}, {1}, {1}});
  EXPECT_THAT(nodes.take(1), ElementsAre(0u)) << "which leads the first and the fourth";
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::none);
  EXPECT_EQ(nodes.lead(1), Nodes::Lead::led);
  EXPECT_EQ(nodes.lead(3), Nodes::Lead::none);
  EXPECT_THAT(nodes.take(5), ElementsAre(1u, 2u)) << "all that are left";
  EXPECT_EQ(nodes.down(), 3u);
  nodes.give({0});
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::led) << "the only node that has it needs no vote";
  EXPECT_EQ(nodes.lead(1), Nodes::Lead::none);
}

TEST(Nodes, ElectAnotherLeaderWhereAMajorityIsThere) {
  Nodes nodes;
  nodes.restart(5, {{3}});
  EXPECT_THAT(nodes.take(1), ElementsAre(0u));
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::vacant);
  nodes.elect(0);
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::led);
  nodes.give({0});
  EXPECT_THAT(nodes.take(1), ElementsAre(1u))
      << "the new leader: the former one does not take over";
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::vacant);
  EXPECT_THAT(nodes.take(1), ElementsAre(0u));
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::none) << "one of three";
  nodes.give({1});
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::vacant) << "two of three, and none of them elected";
}

TEST(Nodes, LeadPartitionsByThoseInSync) {
  Nodes nodes;
  nodes.restart(3, {{3, true}});
  EXPECT_EQ(nodes.in_sync(0), 3u);
  nodes.take(1, 10);  // the leader, node 0
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::vacant);
  EXPECT_EQ(nodes.elect(0), kNever) << "the next has all";
  EXPECT_EQ(nodes.in_sync(0), 2u);
  EXPECT_FALSE(nodes.waits(0));
  nodes.take(1, 20);  // node 1
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::vacant) << "one of three is enough";
  EXPECT_EQ(nodes.elect(0), kNever);
  EXPECT_EQ(nodes.in_sync(0), 1u);
  nodes.take(1, 30);  // node 2
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::none);
  nodes.give({0});
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::none) << "it is not in sync";
  nodes.give({2});
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::led) << "it was the last, and has all";
  EXPECT_EQ(nodes.in_sync(0), 2u) << "and who is there catches up";
}

TEST(Nodes, CountOnAReplicaUntilItIsPutOut) {
  Nodes nodes;
  nodes.restart(3, {{3, true}, {1, true}});
  nodes.take(1, 10);  // node 0: leads the first
  nodes.elect(0);     // node 1 leads both
  nodes.give({0});
  EXPECT_EQ(nodes.in_sync(0), 3u);
  EXPECT_THAT(nodes.take(1, 20), ElementsAre(1u)) << "which leads two";
  nodes.elect(0);  // node 2
  nodes.give({1});
  EXPECT_EQ(nodes.lead(1), Nodes::Lead::led) << "the only replica leads again";
  EXPECT_THAT(nodes.take(1, 30), ElementsAre(1u)) << "the first of those that lead one";
  EXPECT_TRUE(nodes.waits(0));
  EXPECT_EQ(nodes.in_sync(0), 3u);
  nodes.put_out(0);
  EXPECT_FALSE(nodes.waits(0));
  EXPECT_EQ(nodes.in_sync(0), 2u);
}

TEST(Nodes, ElectWhoHasNotAllWhereElectionsAreUnclean) {
  Nodes nodes;
  nodes.restart(2, {{2, true, true}});
  nodes.take(1, 10);
  nodes.elect(0);
  nodes.take(1, 30);
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::none);
  nodes.give({0});
  EXPECT_EQ(nodes.lead(0), Nodes::Lead::vacant);
  EXPECT_EQ(nodes.elect(0), 10) << "when it went";
  EXPECT_EQ(nodes.in_sync(0), 1u);
  nodes.give({1});
  EXPECT_EQ(nodes.in_sync(0), 2u);
}

/// A broker with queues that are not there: what they are told is looked at.
class Brokers : public testing::Test {
 protected:
  static Address queue(std::uint32_t index) { return component_address(2, index); }

  void open(std::uint32_t nodes, const std::vector<std::uint32_t>& replicas, Time failover = 0) {
    Broker::Wiring wiring;
    wiring.address = kBroker;
    wiring.nodes = nodes;
    wiring.failover = bench_.site(failover);
    for (std::uint32_t i = 0; i < replicas.size(); ++i) {
      wiring.channels.push_back(queue(i));
      wiring.shards.push_back({queue(i), i, replicas[i], bench_.fault(FaultKind::crash, queue(i)),
                               bench_.fault(FaultKind::failover, queue(i))});
    }
    broker_.emplace(std::move(wiring));
    bench_.begin(*broker_);
  }
  /// A log of one partition.
  void open_log(std::uint32_t nodes, std::uint32_t replicas, std::uint32_t min_in_sync,
                Time failover, bool unclean = false) {
    Broker::Wiring wiring;
    wiring.address = kBroker;
    wiring.nodes = nodes;
    wiring.failover = bench_.site(failover);
    wiring.channels.push_back(queue(0));
    Broker::Shard shard{queue(0), 0, replicas, 0, 0, true, unclean, min_in_sync};
    shard.crash = bench_.fault(FaultKind::crash, queue(0));
    shard.failover = bench_.fault(FaultKind::failover, queue(0));
    for (const FaultKind kind : {FaultKind::waiting, FaultKind::too_few, FaultKind::overtaken}) {
      bench_.fault(kind, queue(0));
    }
    wiring.shards.push_back(shard);
    broker_.emplace(std::move(wiring));
    bench_.begin(*broker_);
  }
  std::uint32_t crash(std::uint32_t nodes) {
    const std::uint32_t number = bench_.fault(FaultKind::crash, kBroker);
    bench_.context.impairments[number].nodes = nodes;
    return number;
  }
  /// What queues were told since the last time: "0 crash", "1 failover over" …
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (const Next next : bench_.heard()) {
      const ImpairmentChange change = ImpairmentChange::of(next.payload);
      const Impairment& impairment = bench_.context.impairments[change.impairment];
      EXPECT_EQ(next.target, say<Impair>(impairment.target));
      std::string word = impairment.kind == FaultKind::crash       ? "crash"
                         : impairment.kind == FaultKind::failover  ? "failover"
                         : impairment.kind == FaultKind::hang      ? "hang"
                         : impairment.kind == FaultKind::waiting   ? "waiting"
                         : impairment.kind == FaultKind::too_few   ? "too few"
                         : impairment.kind == FaultKind::overtaken ? "overtaken"
                                                                   : "other";
      all.push_back(std::to_string(index_of(impairment.target)) + " " + word +
                    (change.begins ? "" : " over"));
    }
    return all;
  }
  std::uint64_t failovers() { return broker_->metrics().failovers.at(1); }

  Bench bench_;
  std::optional<Broker> broker_;
};

TEST_F(Brokers, OfOneNodeCrashWithAllTheirQueues) {
  open(1, {1, 1});
  const std::uint32_t all = crash(0);
  bench_.strike(*broker_, all);
  EXPECT_THAT(told(), ElementsAre("0 crash", "1 crash"));
  EXPECT_EQ(broker_->metrics().leaderless.level(), 2);
  EXPECT_EQ(broker_->metrics().nodes_down.level(), 1);
  bench_.heal(*broker_, all);
  EXPECT_THAT(told(), ElementsAre("0 crash over", "1 crash over"));
  EXPECT_EQ(broker_->metrics().leaderless.level(), 0);
  EXPECT_EQ(failovers(), 0u);
}

TEST_F(Brokers, TellOfAFailoverThoseWhoseLeaderHasGone) {
  open(3, {3, 3, 1, 1}, 100);
  const std::uint32_t one = crash(1);
  bench_.strike(*broker_, one);
  EXPECT_THAT(told(), ElementsAre("0 failover", "3 crash")) << "node 0 leads the first and fourth";
  bench_.run(*broker_, 99);
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(broker_->metrics().leaderless.level(), 2);
  bench_.run(*broker_, 100);
  EXPECT_THAT(told(), ElementsAre("0 failover over"));
  EXPECT_EQ(failovers(), 1u);
  bench_.heal(*broker_, one);
  EXPECT_THAT(told(), ElementsAre("3 crash over")) << "the first keeps its new leader";
}

TEST_F(Brokers, AreDownWithoutAMajorityAndElectWhenItIsBack) {
  open(3, {3}, 100);
  const std::uint32_t two = crash(2);
  bench_.strike(*broker_, two);
  EXPECT_THAT(told(), ElementsAre("0 crash"));
  bench_.run(*broker_, 500);
  EXPECT_THAT(told(), IsEmpty());
  bench_.heal(*broker_, two);
  EXPECT_THAT(told(), ElementsAre("0 failover", "0 crash over")) << "never sound in between";
  bench_.run(*broker_, 600);
  EXPECT_THAT(told(), ElementsAre("0 failover over"));
}

TEST_F(Brokers, LoseTheirMajorityWhileTheyElect) {
  open(3, {3}, 100);
  const std::uint32_t one = crash(1);
  const std::uint32_t another = crash(1);
  bench_.strike(*broker_, one);
  told();
  bench_.run(*broker_, 50);
  bench_.strike(*broker_, another);
  EXPECT_THAT(told(), ElementsAre("0 crash", "0 failover over"));
  bench_.run(*broker_, 80);
  bench_.heal(*broker_, another);
  EXPECT_THAT(told(), ElementsAre("0 failover", "0 crash over"));
  bench_.run(*broker_, 179);
  EXPECT_THAT(told(), IsEmpty()) << "the first election has come to nothing";
  bench_.run(*broker_, 180);
  EXPECT_THAT(told(), ElementsAre("0 failover over"));
  EXPECT_EQ(failovers(), 1u);
}

TEST_F(Brokers, HandOtherFaultsDownToEachQueue) {
  open(3, {3, 1});
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kBroker);
  bench_.fault(FaultKind::hang, queue(0));
  bench_.fault(FaultKind::hang, queue(1));
  bench_.strike(*broker_, hang);
  EXPECT_THAT(told(), ElementsAre("0 hang", "1 hang"));
  bench_.heal(*broker_, hang);
  EXPECT_THAT(told(), ElementsAre("0 hang over", "1 hang over"));
}

TEST_F(Brokers, TellPartitionsOfLeadersAndOfThoseInSync) {
  open_log(3, 3, 2, 100);
  const std::uint32_t one = crash(1);
  const std::uint32_t another = crash(1);
  bench_.strike(*broker_, one);
  EXPECT_THAT(told(), ElementsAre("0 failover"));
  bench_.run(*broker_, 100);
  EXPECT_THAT(told(), ElementsAre("0 failover over")) << "two are in sync";
  bench_.strike(*broker_, another);
  bench_.run(*broker_, 200);
  EXPECT_THAT(told(), ElementsAre("0 failover", "0 too few", "0 failover over"));
  bench_.heal(*broker_, one);
  EXPECT_THAT(told(), ElementsAre("0 too few over"));
  bench_.heal(*broker_, another);
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(failovers(), 2u);
}

TEST_F(Brokers, LetPartitionsWaitForAReplicaUntilItIsMissed) {
  open_log(2, 2, 2, 100);
  const std::uint32_t one = crash(1);
  bench_.strike(*broker_, one);  // the leader
  bench_.run(*broker_, 100);
  bench_.heal(*broker_, one);
  told();
  const std::uint32_t all = crash(2);
  bench_.strike(*broker_, all);
  EXPECT_THAT(told(), ElementsAre("0 crash"));
  bench_.heal(*broker_, all);
  EXPECT_THAT(told(), ElementsAre("0 crash over")) << "its leader has all, and is back";
}

TEST_F(Brokers, PutOutAReplicaThatIsMissed) {
  open_log(2, 2, 2, 100);
  Broker::Wiring wiring;
  wiring.address = kBroker;
  wiring.nodes = 3;
  wiring.failover = bench_.site(Time{100});
  wiring.channels = {queue(0), queue(1)};
  // The first partition on nodes 0 and 1, and two that node 1 alone has, and leads: it goes first.
  for (std::uint32_t i = 0; i < 5; ++i) {
    const std::uint32_t of = i == 0 ? 0 : 1;
    Broker::Shard shard{queue(of), i, i == 0 ? 2U : 1U, 0, 0, true, false, i == 0 ? 2U : 1U};
    shard.crash = bench_.fault(FaultKind::crash, queue(of));
    shard.failover = bench_.fault(FaultKind::failover, queue(of));
    for (const FaultKind kind : {FaultKind::waiting, FaultKind::too_few, FaultKind::overtaken}) {
      bench_.fault(kind, queue(of));
    }
    wiring.shards.push_back(shard);
  }
  broker_.emplace(std::move(wiring));
  bench_.begin(*broker_);
  const std::uint32_t first = crash(1);
  bench_.strike(*broker_, first);  // node 0, with the first and the fourth
  EXPECT_THAT(told(), ElementsAre("0 failover", "1 crash"));
  bench_.run(*broker_, 100);
  EXPECT_THAT(told(), ElementsAre("0 too few", "0 failover over"));
  bench_.heal(*broker_, first);
  EXPECT_THAT(told(), ElementsAre("0 too few over", "1 crash over"));
  const std::uint32_t both = crash(2);
  bench_.strike(*broker_, both);  // node 1, which leads three, and node 0, which leads one
  told();
  bench_.heal(*broker_, both);
  told();
  bench_.run(*broker_, 1000);
  EXPECT_EQ(failovers(), 1u) << "who led it is back before it was missed";
}

TEST_F(Brokers, TellPartitionsWhatANewLeaderHasMissed) {
  open_log(2, 2, 1, 100, true);
  const std::uint32_t one = crash(1);
  const std::uint32_t another = crash(1);
  bench_.run(*broker_, 50);
  bench_.strike(*broker_, one);
  bench_.run(*broker_, 150);
  bench_.strike(*broker_, another);
  EXPECT_THAT(told(), ElementsAre("0 failover", "0 failover over", "0 crash"));
  bench_.heal(*broker_, one);
  EXPECT_THAT(told(), ElementsAre("0 failover", "0 crash over"));
  bench_.run(*broker_, 300);
  EXPECT_THAT(told(), ElementsAre("0 overtaken", "0 failover over"));
  EXPECT_EQ(bench_.context.impairments[4].since, 50);
}

}  // namespace
}  // namespace spillway
