// Faults that load sets off.

#include <gtest/gtest.h>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// Ten messages a second for workers that handle five: 50 wait after 10 s.
std::string shop(const std::string& fault) {
  return R"(
run: {duration: 1min, drain: 5min}
producers: {shop: {load: {constant: 10/s}, does: [{send: orders}]}}
queues: {orders: {}}
consumers: {workers: {from: orders, does: [{work: 200ms}]}}
faults: {f: {)" +
         fault + "}}\n";
}

TEST(FaultsSetOffByLoad, BeginAtALookAndAgainAfterTheirEnd) {
  // After t seconds 10 t have come and 5 t are taken: 51 wait at the look of 11 s at the latest,
  // and not at that of 10 s. Four workers work all off in 20 s; at 31 s one is left, and 51 wait
  // again ten seconds later.
  Ran ran(shop("set: workers.instances, to: 4, when: orders.depth > 50, for: 20s"));
  EXPECT_EQ(ran.total("f", "begun"), 2);
  const Sample& instances = ran.sample("workers", "instances");
  EXPECT_EQ(instances.max, 4);
  // From 11 s to 31 s, and from 42 s on; those that end finish what they have.
  EXPECT_NEAR(instances.total / instances.weight, (60 + 3 * 20 + 3 * 18) / 60.0, 0.02);
}

TEST(FaultsSetOffByLoad, LookAtAgesToo) {
  // The oldest waits for 2 s once 20 wait, after about 4 s: half as long as it is there.
  Ran ran(shop("outage: orders, when: orders.age > 2s, for: 100s"));
  EXPECT_EQ(ran.total("f", "begun"), 1);
  const double failed = ran.total("shop", "failed");
  EXPECT_GE(failed, 10 * (60 - 6));
  EXPECT_LE(failed, 10 * (60 - 4));
}

TEST(FaultsSetOffByLoad, NeverBeginWhereItStaysLow) {
  Ran ran(shop("outage: orders, when: orders.depth > 5000, for: 1s"));
  EXPECT_EQ(ran.total("f", "begun"), 0);
  EXPECT_EQ(ran.total("shop", "failed"), 0);
}

TEST(FaultsSetOffByLoad, BeginBelowABound) {
  Ran ran(shop("outage: orders, when: workers.in_service < 1, for: 500ms"));
  // At the look of 1 s one has been in service since 0.1 s.
  EXPECT_EQ(ran.total("f", "begun"), 0);
}

}  // namespace
}  // namespace spillway
