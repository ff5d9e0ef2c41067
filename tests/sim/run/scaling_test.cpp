// What scales: against what a pencil says of constant loads.

#include <gtest/gtest.h>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// Ten messages a second, a hundred for the minute from 60 s on, and workers of 10 a second each.
std::string shop(const std::string& scale, const std::string& queue = "") {
  return R"(
run: {duration: 20min, drain: 1min}
producers:
  shop:
    load: {constant: 10/s}
    profile: {burst: {spike: {at: 1min, for: 1min, times: 10}}}
    does: [{send: orders}]
queues: {orders: {)" +
         queue + R"(}}
consumers:
  workers: {from: orders, instances: 2, price: {instance: $1/s}, does: [{work: 100ms}], scale: {)" +
         scale + "}}\n";
}

TEST(Scaling, DrainsWithWhatHasStarted) {
  // Two workers leave 80 a second from 60 s on: at 90 s there are 2400, which want 24 at 100 each,
  // and may have 20. At 120 s there are 4800, at 150 s, when 18 have started, 4500: the 20 work off
  // 190 a second, and are done after 23.7 s. At 390 s, 5 min after the change, all but two go.
  Ran ran(
      shop("by: backlog_per_instance, target: 100, min: 2, max: 20, every: 30s, startup: 60s, "
           "cooldown: {in: 5min}"));
  const Sample& depth = ran.sample("orders", "depth");
  EXPECT_NEAR(depth.max, 4800, 2);
  EXPECT_NEAR(ran.total("orders", "drain_time"), 30 + 4500.0 / 190, 0.2);
  EXPECT_EQ(ran.sample("workers", "instances").max, 20);
  EXPECT_EQ(ran.sample("workers", "instances").min, 2);
  EXPECT_DOUBLE_EQ(ran.mean("workers", "instances"), (2 * 1200 + 18 * 300) / 1200.0);
  EXPECT_DOUBLE_EQ(ran.mean("workers", "starting"), 18 * 60 / 1200.0);
  EXPECT_NEAR(ran.total("workers", "cost"), 2 * 1200 + 18 * 300, 1e-6) << "paid from the start on";
  // Nothing is lost to those that come and go: all that is sent is handled once.
  EXPECT_EQ(ran.ledger("orders").acknowledged, ran.ledger("orders").sent);
  const double used = ran.total("workers", "handled") * 0.1;
  EXPECT_NEAR(ran.mean("workers", "utilization"), used / (2 * 1200 + 18 * 240), 1e-3)
      << "of the slots that could be used";
}

TEST(Scaling, DrainsByAScheduleAsByMoreInstances) {
  // Ten from 90 s to 300 s: 2400 at 90 s, none more come than they do until 120 s, 90 a second less
  // after it.
  Ran ran(
      shop("by: schedule, min: 2, max: 10, schedule: {late: {at: 90s, for: 210s, instances: "
           "10}}"));
  EXPECT_NEAR(ran.sample("orders", "depth").max, 2400, 2);
  const Sample& instances = ran.sample("workers", "instances");
  EXPECT_DOUBLE_EQ(instances.total / instances.weight, (2 * 1200 + 8 * 210) / 1200.0);
  EXPECT_NEAR(ran.sample("orders", "age").max, 24, 0.5) << "2400 at 100 a second";
}

TEST(Scaling, GivesBackWhatWasPrefetched) {
  // Twelve workers that have ten at hand each; at 90 s ten of them go with nine not begun.
  Ran ran(R"(
run: {duration: 2min, drain: 2min}
producers: {shop: {load: {constant: 100/s}, does: [{send: orders}]}}
queues: {orders: {}}
consumers:
  workers:
    from: orders
    instances: 2
    prefetch: 10
    does: [{work: 1s}]
    scale: {by: schedule, min: 2, max: 12, schedule: {early: {at: 0s, for: 90s, instances: 12}}}
)");
  EXPECT_EQ(ran.ledger("orders").redelivered, 90u);
  EXPECT_EQ(ran.total("workers", "failed"), 0);
  EXPECT_EQ(ran.sample("workers", "instances").max, 12);
  // Worker k had its first message after k x 10 ms and one every second since: numbers 3 to 12 are
  // there 30, 40 ... 120 ms longer, 750 ms in all.
  EXPECT_DOUBLE_EQ(ran.mean("workers", "instances"), (12 * 90 + 2 * 30 + 0.75) / 120.0);
}

TEST(Scaling, HoldsAServiceAtItsUtilization) {
  // 20 calls a second of 500 ms keep 10 slots busy: at 50 % that is 5 instances of 4.
  Ran ran(R"(
run: {duration: 10min}
producers: {users: {load: {constant: 20/s}, does: [{call: api}]}}
services:
  api:
    instances: 3
    concurrency: 4
    does: [{work: 500ms}]
    scale: {by: utilization, target: 50%, max: 20, every: 10s}
)");
  EXPECT_EQ(ran.sample("api", "instances").max, 5);
  EXPECT_NEAR(ran.mean("api", "instances"), (3 * 10 + 5 * 590) / 600.0, 0.01);
  EXPECT_EQ(ran.total("api", "refused"), 0);
  EXPECT_NEAR(ran.mean("api", "utilization"), 10 * 600 / (12.0 * 10 + 20 * 590), 2e-3);
}

TEST(Scaling, BringsBackTheFirstFromNone) {
  // A batch of ten comes every 2 min; an instance of 1 s each comes within 10 s and goes when none
  // waits.
  Ran ran(R"(
run: {duration: 10min}
producers:
  batches: {load: {constant: 1/min}, does: [{repeat: {times: 10, do: [{send: jobs}]}}]}
queues: {jobs: {}}
consumers:
  workers:
    from: jobs
    does: [{work: 1s}]
    scale: {by: backlog_per_instance, target: 100, min: 0, max: 3, every: 10s}
)");
  EXPECT_EQ(ran.sample("workers", "instances").min, 0);
  EXPECT_EQ(ran.sample("workers", "instances").max, 1);
  EXPECT_EQ(ran.ledger("jobs").acknowledged, ran.ledger("jobs").sent);
  EXPECT_LT(ran.mean("workers", "instances"), 0.5);
}

TEST(Scaling, LetsLambdasPollersComeFiveASecond) {
  // C(t) = min(1000, 5 + 300 t/min), from look to look: 5 + 5 k from second k on, and 1000 from
  // second 199 on.
  Ran ran(R"(
run: {duration: 5min, drain: 0s}
producers: {shop: {load: {constant: 200/s}, does: [{send: orders}]}}
queues: {orders: {}}
consumers: {handler: {preset: aws-lambda-esm, from: orders, scale: {max: 1000}, does: [{work: 1h}]}}
)");
  double area = 1000 * (300 - 199);
  for (int k = 0; k < 199; ++k) area += 5 + 5 * k;
  EXPECT_DOUBLE_EQ(ran.mean("handler", "instances"), area / 300);
  EXPECT_EQ(ran.sample("handler", "instances").max, 1000);
}

TEST(Scaling, LetsNoPollersComeWhileInvocationsFail) {
  Ran ran(R"(
run: {duration: 1min, drain: 0s}
producers: {shop: {load: {constant: 200/s}, does: [{send: orders}]}}
queues: {orders: {}}
consumers: {handler: {preset: aws-lambda-esm, from: orders, does: [{work: 100ms}, {fail: 100%}]}}
)");
  EXPECT_EQ(ran.sample("handler", "instances").max, 5);
}

TEST(Scaling, LetsPollersGoThatFetchNothing) {
  // 30 invocations of 1 s keep 30 pollers busy; the backlog of the beginning has gone by then.
  Ran ran(R"(
run: {duration: 10min, warmup: 1min}
producers: {shop: {load: {constant: 30/s}, does: [{send: orders}]}}
queues: {orders: {}}
consumers: {handler: {preset: aws-lambda-esm, from: orders, batch: {size: 1}, does: [{work: 1s}]}}
)");
  EXPECT_GE(ran.sample("handler", "instances").min, 30);
  EXPECT_LE(ran.sample("handler", "instances").max, 36) << "and a step now and then";
  EXPECT_LE(ran.sample("orders", "age").max, 2);
}

}  // namespace
}  // namespace spillway
