#include "sim/flow/broker_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Address kOrders = component_address(2, 0);
constexpr Address kMails = component_address(2, 1);

class BrokerSpaces : public testing::Test {
 protected:
  void begin(BrokerSpace& space) {
    fullest_.begin(bench_.context.timeline, {});
    alarmed_.begin(bench_.context.timeline, {});
    space.begin({&fullest_, &alarmed_});
  }
  /// Which queues have been told that there is space again since the last time.
  std::vector<Address> told() {
    std::vector<Address> all;
    while (const Next next = bench_.context.take_post()) all.push_back(next.target);
    return all;
  }
  Bench bench_;
  Level fullest_;
  Level alarmed_;
};

TEST_F(BrokerSpaces, AlarmWhenTheFullestNodeHasTooMuch) {
  // Three nodes; one queue on the first, one on all from the second on: each node has the second's.
  BrokerSpace space(3, 100);
  space.add_queue(0, 1);
  space.add_queue(1, 3);
  begin(space);
  space.changed(0, 60, bench_.context);
  space.changed(1, 40, bench_.context);
  EXPECT_FALSE(space.alarmed()) << "100 are not more than 100";
  EXPECT_EQ(fullest_.level(), 100);
  space.changed(1, 41, bench_.context);
  EXPECT_TRUE(space.alarmed());
  EXPECT_EQ(alarmed_.level(), 1);
  space.changed(0, 0, bench_.context);
  EXPECT_FALSE(space.alarmed());
  EXPECT_EQ(fullest_.level(), 41);
  space.changed(1, 101, bench_.context);
  EXPECT_TRUE(space.alarmed());
}

TEST_F(BrokerSpaces, CountReplicasRoundTheNodes) {
  // The second queue is led by the last of three nodes, and has a replica on the first.
  BrokerSpace space(3, 100);
  space.add_queue(0, 1);
  space.add_queue(2, 2);
  begin(space);
  space.changed(0, 60, bench_.context);
  space.changed(1, 50, bench_.context);
  EXPECT_EQ(fullest_.level(), 110);
}

TEST_F(BrokerSpaces, TellOneQueueAfterTheOther) {
  BrokerSpace space(1, 100);
  space.add_queue(0, 1);
  begin(space);
  space.changed(0, 101, bench_.context);
  space.wait(kOrders);
  space.wait(kMails);
  EXPECT_THAT(told(), IsEmpty());
  space.changed(0, 100, bench_.context);
  EXPECT_THAT(told(), ElementsAre(say<Tick>(kOrders)));
  space.changed(0, 101, bench_.context);  // somebody was let in
  space.tell_next(bench_.context);
  EXPECT_THAT(told(), IsEmpty()) << "not while the alarm is on";
  space.wait(kOrders);
  space.changed(0, 90, bench_.context);
  EXPECT_THAT(told(), ElementsAre(say<Tick>(kMails)));
  space.tell_next(bench_.context);
  EXPECT_THAT(told(), ElementsAre(say<Tick>(kOrders)));
  begin(space);
  EXPECT_FALSE(space.alarmed());
}

}  // namespace
}  // namespace spillway
