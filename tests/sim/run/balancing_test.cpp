// Instances with lines of their own, ejection, and faults of single instances: against what a
// pencil says of constant loads.

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

constexpr std::uint64_t kTenth = kSecond / 10;

/// One request a second from 1 s to 119 s, for two instances.
std::string two(const std::string& says, const std::string& fault = "") {
  return R"(
run: {duration: 2min, drain: 1min}
producers: {shop: {load: {constant: 1/s}, does: [{call: api, fallback: []}]}}
services: {api: {instances: 2, )" +
         says + "}}\n" + (fault.empty() ? "" : "faults: {f: {" + fault + "}}\n");
}

/// Two that do this at each second from 1 s to 19 s.
std::string pairs(const std::string& does, const std::string& rest) {
  return R"(
run: {duration: 20s, drain: 1min}
producers:
  one: {load: {constant: 1/s}, does: [{)" +
         does + "}]}\n  other: {load: {constant: 1/s}, does: [{" + does + "}]}\n" + rest;
}

TEST(Balancing, SendsRequestsToInstancesInTurns) {
  // 1.5 s of work each second: each instance has half a second between two.
  Ran ran(two("balancing: round_robin, does: [{work: 1500ms}]"));
  EXPECT_EQ(ran.sum_of("api", "latency"), 119u * 15 * kTenth);
  EXPECT_EQ(ran.sample("api", "waiting").max, 0);
}

TEST(Balancing, LetsRequestsWaitAtTheirInstanceWhileAnotherIsIdle) {
  // Who follows a long one to its instance waits, though the other one may be idle. In a line for
  // all nobody waits then.
  const std::string does = "does: [{choose: {60%: [{work: 1900ms}], 40%: [{work: 100ms}]}}]";
  Ran apart(two("balancing: random, " + does));
  Ran together(two(does));
  EXPECT_GT(apart.sum_of("api", "latency"), together.sum_of("api", "latency"));
}

TEST(Balancing, HasAnAcceptQueueAtEachInstance) {
  // Work of 3 s for each: an instance gets a request every 2 s. In the long run it has one in its
  // slot and one in its line, and refuses every third.
  Ran ran(two("balancing: round_robin, accept_queue: 1, does: [{work: 3s}]"));
  EXPECT_EQ(ran.sample("api", "waiting").max, 2);
  EXPECT_EQ(ran.total("api", "refused"), 2 * 19)
      << "at 9 s, 15 s, …, 117 s and at 10 s, 16 s, …, 118 s";
}

TEST(Balancing, ChoosesWhoHasTheFewestInside) {
  // The first instance is out of time with its request from 1 s on: all others go to the second.
  Ran ran(two("balancing: least_connections, does: [{work: 500ms}]",
              "slow: api, instances: 1, times: 300, at: 0s, for: 2min"));
  EXPECT_EQ(ran.sum_of("api", "latency"), (118u * 5 + 1500) * kTenth);
}

TEST(Balancing, OfTwoIsTheSameAsLeastConnections) {
  const std::string fault = "slow: api, instances: 1, times: 300, at: 0s, for: 2min";
  Ran ran(two("balancing: power_of_two, does: [{work: 500ms}]", fault));
  // Until one has come to the slow instance; where both are idle, either is as good.
  EXPECT_EQ(ran.sum_of("api", "latency"), (118u * 5 + 1500) * kTenth);
}

TEST(Balancing, LimitsTheRateBeforeItChooses) {
  // One every two seconds lets every other pass.
  Ran ran(
      two("balancing: round_robin, rate_limit: {rate: 0.5/s, burst: 1}, does: [{work: 100ms}]"));
  EXPECT_EQ(ran.total("api", "throttled"), 59);
  EXPECT_EQ(ran.total("api", "refused"), 59);
}

TEST(Balancing, SharesTheProcessorOfEachInstance) {
  // Two at each second for two instances: one each, and nobody shares.
  Ran ran(pairs("call: api", R"(
services:
  api:
    instances: 2
    balancing: round_robin
    discipline: processor_sharing
    does: [{work: 600ms}]
)"));
  EXPECT_EQ(ran.sum_of("api", "latency"), 38u * 6 * kTenth);
}

TEST(Ejection, LeavesOutWhoFailsFiveTimesInARow) {
  // Out are 1, 3, 5, 7 and 9 s of the first instance: it comes back at 39 s, fails at 39, 41, 43,
  // 45 and 47 s, and is out for a minute. At 107 s its outage is over.
  Ran ran(two("balancing: round_robin, ejection: {}, does: [{work: 100ms}]",
              "outage: api, instances: 1, at: 0s, for: 100s"));
  EXPECT_EQ(ran.total("api", "refused"), 10);
  EXPECT_EQ(ran.total("api", "ejections"), 2);
  EXPECT_DOUBLE_EQ(ran.mean("api", "ejected"), (30 + 60) / 120.0);
}

TEST(Ejection, LastsNoLongerThanItsLongest) {
  Ran ran(two("balancing: round_robin, ejection: {longest: 40s}, does: [{work: 100ms}]",
              "outage: api, instances: 1, at: 0s, for: 2min"));
  // 9 s to 39 s, 47 s to 87 s, and from 95 s to the end.
  EXPECT_DOUBLE_EQ(ran.mean("api", "ejected"), (30 + 40 + 25) / 120.0);
  EXPECT_EQ(ran.total("api", "refused"), 15);
}

TEST(Ejection, ForgetsAnEjectionForEachTimeThatAnInstanceStaysIn) {
  // It fails at 1, 3, …, 9 s, and again from 61 s to 69 s: by then the first time is forgotten.
  Ran ran(R"(
run: {duration: 2min, drain: 1min}
producers: {shop: {load: {constant: 1/s}, does: [{call: api, fallback: []}]}}
services: {api: {instances: 2, balancing: round_robin, ejection: {}, does: [{work: 100ms}]}}
faults:
  first: {outage: api, instances: 1, at: 0s, for: 20s}
  second: {outage: api, instances: 1, at: 60s, for: 20s}
)");
  EXPECT_EQ(ran.total("api", "refused"), 10);
  EXPECT_DOUBLE_EQ(ran.mean("api", "ejected"), (30 + 30) / 120.0);
}

TEST(Ejection, LearnsOfTimeoutsWhenTheyRunOut) {
  // The first instance hangs: 1, 3, …, 9 s are given up after 500 ms, so it is out from 9.5 s to
  // 39.5 s; then 40 s, 42 s, …, 48 s, so out until 108.5 s.
  Ran ran(R"(
run: {duration: 2min, drain: 1min}
producers: {shop: {load: {constant: 1/s}, does: [{call: api, timeout: 500ms, fallback: []}]}}
services: {api: {instances: 2, balancing: round_robin, ejection: {}, does: [{work: 100ms}]}}
faults: {f: {hang: api, instances: 1, at: 0s, for: 100s}}
)");
  EXPECT_EQ(ran.total("shop -> api", "timeouts"), 10);
  EXPECT_DOUBLE_EQ(ran.mean("api", "ejected"), (30 + 60) / 120.0);
}

TEST(Ejection, LeavesNoMoreOutThanAllowed) {
  // All fail. With 50 % of two instances one may be out, and not the other.
  Ran ran(two("balancing: round_robin, ejection: {at_most: 50%}, does: [{work: 100ms}]",
              "outage: api, at: 0s, for: 2min"));
  EXPECT_EQ(ran.sample("api", "ejected").max, 1);
  EXPECT_EQ(ran.total("api", "refused"), 119);
}

TEST(Ejection, SendsToAllWhenAllAreOut) {
  Ran ran(two("balancing: round_robin, ejection: {at_most: 100%}, does: [{work: 100ms}]",
              "outage: api, at: 0s, for: 30s"));
  EXPECT_EQ(ran.sample("api", "ejected").max, 2);
  EXPECT_EQ(ran.total("api", "refused"), 29) << "from 30 s on they answer, though they are out";
}

TEST(InstanceCrashes, TakeWhatIsInsideAndComeBack) {
  // The request of 9 s begins anew at 14 s: 6.5 s. Those of 11 s and 13 s find their instance down;
  // that of 15 s waits until 15.5 s.
  const std::string says = "balancing: round_robin, does: [{work: 1500ms}]";
  Ran ran(two(says, "crash: api, instances: 1, at: 10s, for: 4s"));
  EXPECT_EQ(ran.total("api", "refused"), 2);
  EXPECT_EQ(ran.sum_of("api", "latency"), (115u * 15 + 65 + 20) * kTenth);
  Ran lost(two(says, "crash: api, instances: 1, work: lost, at: 10s, for: 4s"));
  EXPECT_EQ(lost.total("api", "refused"), 2);
  EXPECT_EQ(lost.sum_of("api", "latency"), 116u * 15 * kTenth);
  Ran resumed(two(says, "crash: api, instances: 1, work: resume, at: 10s, for: 4s"));
  EXPECT_EQ(resumed.total("api", "refused"), 2);
  EXPECT_EQ(resumed.sum_of("api", "latency"), (116u * 15 + 55) * kTenth)
      << "half a second was left of it";
}

TEST(InstanceCrashes, TakeWhatWaitsThereToo) {
  // Work of 2.5 s every 2 s: at 10 s the request of 9 s waits for that of 7 s to end. With `lost`
  // both are.
  const std::string says = "balancing: round_robin, does: [{work: 2500ms}]";
  Ran ran(two(says, "crash: api, instances: 1, work: lost, at: 9250ms, for: 1s"));
  EXPECT_EQ(ran.total("shop -> api", "errors"), 2);
  EXPECT_EQ(ran.total("api", "refused"), 0);
}

TEST(InstanceCrashes, TakeOneSlotOfALineForAll) {
  // Two begin at 10 s. Whichever is struck begins anew when the other ends, at 10.6 s; the slot is
  // back at 10.9 s. Of those of 11 s one waits until 11.2 s.
  Ran ran(pairs("call: api", R"(
services: {api: {instances: 2, does: [{work: 600ms}]}}
faults: {f: {crash: api, instances: 1, at: 10200ms, for: 700ms}}
)"));
  EXPECT_EQ(ran.total("api", "refused"), 0);
  EXPECT_EQ(ran.sum_of("api", "latency"), (38u * 6 + 6 + 2) * kTenth);
}

TEST(InstanceCrashes, LoseWhatRunsThereAndNothingElse) {
  Ran ran(pairs("call: api, fallback: []", R"(
services: {api: {instances: 2, accept_queue: 0, does: [{work: 600ms}]}}
faults: {f: {crash: api, instances: 1, work: lost, at: 10200ms, for: 2s}}
)"));
  // Of the pairs of 11 s and 12 s one finds no slot.
  EXPECT_EQ(ran.total("api", "refused"), 2);
  EXPECT_EQ(ran.sum_of("api", "latency"), 35u * 6 * kTenth);
}

TEST(InstanceCrashes, StrikeAnyHandlerOfALineForAllWithTheSameChance) {
  // Four of eight slots are struck, all are in use: four are lost, each time others.
  Ran ran(R"(
run: {duration: 100s, drain: 1min}
producers: {shop: {load: {constant: 10/s}, does: [{call: api, fallback: []}]}}
services: {api: {instances: 4, concurrency: 2, does: [{work: 800ms}]}}
faults: {f: {crash: api, instances: 2, work: lost, every: 10s, for: 100ms}}
)");
  EXPECT_EQ(ran.total("shop -> api", "errors"), 9 * 4);
}

TEST(InstanceCrashes, OfAConsumerGiveItsMessagesBack) {
  // As above: the message that is struck goes back, and the other instance has it at 10.6 s.
  Ran ran(pairs("send: orders", R"(
queues: {orders: {}}
consumers: {workers: {from: orders, instances: 2, does: [{work: 600ms}]}}
faults: {f: {crash: workers, instances: 1, at: 10200ms, for: 700ms}}
)"));
  EXPECT_EQ(ran.ledger("orders").redelivered, 1u);
  EXPECT_EQ(ran.ledger("orders").acknowledged, 38u);
  EXPECT_EQ(ran.sum_of("one", "completion") + ran.sum_of("other", "completion"),
            (38u * 6 + 6 + 2) * kTenth);
}

TEST(InstanceCrashes, OfAClientOfALogAreMissedWhenItsSessionEnds) {
  // Two clients with a partition each. One crashes at 10.5 s and is missed 4 s after its last
  // heartbeat; then the other reads both.
  const std::string log = R"(
run: {duration: 60s, drain: 1min}
producers: {shop: {load: {constant: 10/s}, does: [{send: orders}], message: {key: {uniform: 1000}}}}
logs: {orders: {partitions: 2}}
consumers: {workers: {from: orders, instances: 2, session_timeout: 4s, does: [{work: 1ms}]}}
)";
  Ran ran(log + "faults: {f: {crash: workers, instances: 1, at: 10500ms, for: 20s}}\n");
  EXPECT_EQ(ran.total("orders.workers", "rebalances"), 2)
      << "when it is missed, and when it is back";
  EXPECT_GT(ran.sample("orders.workers", "lag").max, 10);
  EXPECT_LT(ran.sample("orders.workers", "lag").max, 30);
}

TEST(BalancedServices, RestartOneAfterTheOther) {
  // Who is away gets nothing: the other has all for ten seconds, twice.
  Ran ran(two("balancing: round_robin, does: [{work: 900ms}]",
              "restart: api, rolling: true, each: 10s, at: 30500ms"));
  EXPECT_EQ(ran.total("api", "refused"), 0);
  EXPECT_EQ(ran.sample("api", "instances").min, 1);
  EXPECT_EQ(ran.sum_of("api", "latency"), 119u * 9 * kTenth);
}

TEST(BalancedServices, RefuseWhileNoInstanceServes) {
  Ran ran(two("balancing: random, does: [{work: 900ms}]", "restart: api, at: 30500ms, for: 5s"));
  EXPECT_EQ(ran.total("api", "refused"), 5);
  EXPECT_EQ(ran.sample("api", "instances").min, 0);
}

TEST(BalancedServices, GoOnWithAnotherNumberOfInstances) {
  // One instance of 1.5 s for one request a second from 30.5 s on: the line grows by a third of
  // them; what waits at the one that goes is finished there.
  Ran ran(two("balancing: round_robin, does: [{work: 1500ms}]",
              "set: api.instances, to: 1, at: 30500ms, for: 30s"));
  EXPECT_EQ(ran.total("api", "refused"), 0);
  EXPECT_EQ(ran.sample("api", "instances").min, 1);
  EXPECT_EQ(ran.sample("shop", "success").total, 119);
}

TEST(BalancedServices, ScaleByTheirUse) {
  Ran ran(R"(
run: {duration: 10min, drain: 1min}
producers: {shop: {load: {poisson: 40/s}, does: [{call: api}]}}
services:
  api:
    balancing: power_of_two
    does: [{work: {exponential: 100ms}}]
    scale: {by: utilization, target: 50%, max: 20, every: 10s, startup: 5s}
)");
  EXPECT_NEAR(ran.mean("api", "instances"), 8, 1.5);
  EXPECT_EQ(ran.result().alive, 0u);
}

TEST(BalancedServices, KeepBranchesAndCancellationsApart) {
  Ran ran(R"(
run: {duration: 1min, drain: 1min}
producers: {shop: {load: {poisson: 30/s}, does: [{call: api, timeout: 300ms, cancel: true, retry: {attempts: 3}, fallback: []}]}}
services:
  api:
    instances: 4
    balancing: random
    ejection: {}
    holds: nothing
    does: [{parallel: [[{work: {exponential: 50ms}}], [{call: back, timeout: 100ms}]]}, {work: {exponential: 60ms}}]
  back: {instances: 3, balancing: least_connections, does: [{work: {exponential: 40ms}}]}
faults:
  dies: {crash: api, instances: 2, at: 20s, for: 5s}
  slow: {slow: back, instances: 1, times: 10, at: 30s, for: 10s}
  stops: {pause: api, instances: 1, at: 40s, for: 5s}
)");
  EXPECT_EQ(ran.result().alive, 0u);
  EXPECT_EQ(ran.result().open, 0u);
}

}  // namespace
}  // namespace spillway
