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
  nodes.restart(3, {1, 1, 1, 1});
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
  nodes.restart(5, {3});
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
      std::string word = impairment.kind == FaultKind::crash      ? "crash"
                         : impairment.kind == FaultKind::failover ? "failover"
                         : impairment.kind == FaultKind::hang     ? "hang"
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

}  // namespace
}  // namespace spillway
