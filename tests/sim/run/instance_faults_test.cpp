// Pauses, restarts and other numbers of instances: against what a pencil says of constant loads.

#include <gtest/gtest.h>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

constexpr std::uint64_t kTenth = kSecond / 10;

/// One request a second from 1 s to 19 s, of 300 ms each.
std::string api(const std::string& fault, const std::string& says = "") {
  return R"(
run: {duration: 20s, drain: 1min}
producers: {shop: {load: {constant: 1/s}, does: [{call: api}]}}
services: {api: {)" +
         says + R"( does: [{work: 300ms}]}}
faults: {f: {)" +
         fault + "}}\n";
}

TEST(Pauses, LetWorkStandStill) {
  // The request of 10 s has 200 ms before it when it goes on at 12.1 s; those of 11 s and 12 s wait
  // for it: 2.3, 1.6 and 0.9 s in place of 0.3.
  Ran ran(api("pause: api, at: 10100ms, for: 2s"));
  EXPECT_EQ(ran.sum_of("shop", "latency"), (16 * 3 + 23 + 16 + 9) * kTenth);
  EXPECT_EQ(ran.total("api", "refused"), 0);
}

TEST(Pauses, StopSharedProcessorsToo) {
  // At 12.1 s three share one: the first has 200 ms before it and is done at 12.7 s, the others at
  // 12.9 s.
  Ran ran(api("pause: api, at: 10100ms, for: 2s", "discipline: processor_sharing,"));
  EXPECT_EQ(ran.sum_of("shop", "latency"), (16 * 3 + 27 + 19 + 9) * kTenth);
}

TEST(Pauses, OfInstancesWithSlotsOfTheirOwnStopThemAll) {
  // With two slots the request of 11 s begins at 12.1 s, beside that of 10 s, and that of 12 s at
  // 12.3 s.
  Ran ran(api("pause: api, at: 10100ms, for: 2s", "instances: 2,"));
  EXPECT_EQ(ran.sum_of("shop", "latency"), (16 * 3 + 23 + 14 + 6) * kTenth);
}

TEST(Pauses, OfConsumersLetDeliveriesWait) {
  Ran ran(R"(
run: {duration: 20s, drain: 1min}
producers: {shop: {load: {constant: 1/s}, does: [{send: orders}]}}
queues: {orders: {}}
consumers: {workers: {from: orders, does: [{work: 300ms}]}}
faults: {f: {pause: workers, at: 10100ms, for: 2s}}
)");
  EXPECT_EQ(ran.sum_of("shop", "completion"), (16 * 3 + 23 + 16 + 9) * kTenth);
  EXPECT_EQ(ran.ledger("orders").redelivered, 0u);
}

TEST(Pauses, EndInACrashWithoutATrace) {
  // What stood still at 11 s begins anew at 13 s; requests of 11 s and 12 s are refused, and that
  // of 13 s waits.
  Ran ran(R"(
run: {duration: 20s, drain: 1min}
producers: {shop: {load: {constant: 1/s}, does: [{call: api}]}}
services: {api: {does: [{work: 300ms}]}}
faults:
  stops: {pause: api, at: 10100ms, for: 5s}
  dies: {crash: api, at: 10500ms, for: 2500ms}
)");
  EXPECT_EQ(ran.total("api", "refused"), 2);
  // Beginning anew at 15.1 s, when the pause is over as well: 5.4, then 2.7 of 13 s, 2.0, 1.3 and
  // 0.6 of 14 s to 16 s.
  EXPECT_EQ(ran.sum_of("shop", "latency"), (12 * 3 + 54 + 27 + 20 + 13 + 6) * kTenth);
}

TEST(Crashes, MayLeaveWorkWhereItStood) {
  // Out from 10.1 s to 12.1 s: the requests of 11 s and 12 s are refused, that of 10 s goes on.
  Ran ran(api("crash: api, work: resume, at: 10100ms, for: 2s"));
  EXPECT_EQ(ran.total("api", "refused"), 2);
  EXPECT_EQ(ran.sum_of("shop", "latency"), (16 * 3 + 23) * kTenth);
}

/// Ten requests a second of 250 ms for four instances.
std::string four(const std::string& fault) {
  return R"(
run: {duration: 2min, drain: 1min}
producers: {shop: {load: {constant: 10/s}, does: [{call: api}]}}
services: {api: {instances: 4, does: [{work: 250ms}]}}
faults: {deploy: {)" +
         fault + "}}\n";
}

TEST(Restarts, OneAfterTheOtherTakeOneInstanceAway) {
  Ran ran(four("restart: api, rolling: true, each: 10s, at: 1min"));
  const Sample& instances = ran.sample("api", "instances");
  EXPECT_EQ(instances.min, 3);
  EXPECT_EQ(instances.max, 4);
  EXPECT_DOUBLE_EQ(instances.total / instances.weight, (4 * 120 - 40) / 120.0);
  EXPECT_EQ(ran.sum_of("shop", "latency"), 1199u * 250 * kMillisecond) << "three are enough";
}

TEST(Restarts, AllTogetherRefuseMeanwhileAndFinishWhatTheyHave) {
  // Of 2 s 20 requests find nobody; with an accept queue they wait.
  Ran ran(four("restart: api, at: 60050ms, for: 2s"));
  EXPECT_EQ(ran.total("api", "refused"), 0);
  EXPECT_EQ(ran.sample("api", "instances").min, 0);
  EXPECT_EQ(ran.sample("api", "waiting").max, 20);
  EXPECT_EQ(ran.total("shop", "failed"), 0);
}

TEST(Restarts, OfConsumersGiveNothingBackThatHasBegun) {
  Ran ran(R"(
run: {duration: 2min, drain: 1min}
producers: {shop: {load: {constant: 5/s}, does: [{send: orders}]}}
queues: {orders: {}}
consumers: {workers: {from: orders, instances: 3, does: [{work: 300ms}]}}
faults: {deploy: {restart: workers, rolling: true, each: 10s, at: 60050ms}}
)");
  EXPECT_EQ(ran.ledger("orders").redelivered, 0u);
  EXPECT_EQ(ran.ledger("orders").acknowledged, ran.ledger("orders").sent);
  EXPECT_EQ(ran.total("workers", "failed"), 0);
  const Sample& instances = ran.sample("workers", "instances");
  EXPECT_EQ(instances.min, 2);
  // Each that goes stays until its handler is done, 300 ms at most.
  EXPECT_GE(instances.total / instances.weight, (3 * 120 - 30) / 120.0);
  EXPECT_LE(instances.total / instances.weight, (3 * 120 - 30 + 0.9) / 120.0);
  EXPECT_EQ(ran.sum_of("shop", "completion"), 599u * 300 * kMillisecond) << "two are enough";
}

TEST(Restarts, OfConsumersThatAreBackBeforeTheirHandlersEndKeepTheirSlot) {
  // A handler of 5 s goes on while its instance is away for 1 s; the instance takes the next
  // message when it has ended.
  Ran ran(R"(
run: {duration: 20s, drain: 1min}
producers: {shop: {load: {constant: 1/s}, does: [{send: orders}]}}
queues: {orders: {}}
consumers: {workers: {from: orders, does: [{work: 5s}]}}
faults: {deploy: {restart: workers, rolling: true, each: 1s, at: 2s}}
)");
  EXPECT_EQ(ran.ledger("orders").redelivered, 0u);
  EXPECT_EQ(ran.sample("workers", "in_service").max, 1);
  EXPECT_DOUBLE_EQ(ran.mean("workers", "utilization"), 1 - 1.0 / 20) << "idle until the first";
}

TEST(Restarts, OfClientsOfALogAreTwoRebalancesEach) {
  Ran ran(R"(
run: {duration: 2min, drain: 1min}
producers: {shop: {load: {constant: 50/s}, does: [{send: orders}]}}
logs: {orders: {partitions: 6}}
consumers: {billing: {from: orders, instances: 3, concurrency: 2, does: [{work: 10ms}]}}
faults: {deploy: {restart: billing, rolling: true, each: 10s, at: 1min}}
)");
  EXPECT_EQ(ran.total("orders.billing", "rebalances"), 12)
      << "each of its two clients takes its leave and is back";
  EXPECT_EQ(ran.total("orders.billing", "duplicates"), 0);
  EXPECT_EQ(ran.total("orders.billing", "lost"), 0);
  EXPECT_EQ(ran.total("billing", "handled"), ran.total("shop", "sent"));
  EXPECT_EQ(ran.sample("billing", "instances").min, 2) << "processes, not clients";
  EXPECT_EQ(ran.sample("billing", "instances").max, 3);
}

TEST(NumbersOfInstances, AreSetForATimeOrForGood) {
  const auto with = [](const std::string& until) {
    return R"(
run: {duration: 2min, drain: 1min}
producers: {shop: {load: {constant: 10/s}, does: [{send: orders}]}}
queues: {orders: {}}
consumers: {workers: {from: orders, instances: 2, does: [{work: 150ms}]}}
faults: {more: {set: workers.instances, to: 4, at: 1min)" +
           until + "}}\n";
  };
  Ran for_a_time(with(", for: 30s"));
  const Sample& instances = for_a_time.sample("workers", "instances");
  EXPECT_EQ(instances.max, 4);
  EXPECT_NEAR(instances.total / instances.weight, (2 * 120 + 2 * 30) / 120.0, 0.15 * 2 / 120);
  Ran for_good(with(""));
  EXPECT_DOUBLE_EQ(for_good.mean("workers", "instances"), (2 * 120 + 2 * 60) / 120.0);
  Ran fewer(R"(
run: {duration: 1min, drain: 1min}
producers: {shop: {load: {constant: 10/s}, does: [{call: api}]}}
services: {api: {instances: 2, does: [{work: 150ms}]}}
faults: {less: {set: api.instances, to: 1, at: 30s, for: 1s}}
)");
  EXPECT_EQ(fewer.sample("api", "instances").min, 1);
  EXPECT_GT(fewer.sample("api", "waiting").max, 0);
}

}  // namespace
}  // namespace spillway
