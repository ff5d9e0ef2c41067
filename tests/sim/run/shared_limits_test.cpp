// Limits that services and consumers share, from YAML: who is refused, who waits, and what a poller
// drops.

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

TEST(SharedLimitsInRuns, RefuseWhatFindsASlotAndNoPermit) {
  // a is called every second from 1 s on, for 1.5 s; b every 2 s from 0.75 s on, for 1 s. At 3 s, a
  // finds its call of 2 s and b's of 2.75 s, and is refused; so it is at 5 s and at 7 s.
  Ran ran(R"(
run: {duration: 8500ms}
producers:
  p: {load: {constant: 1/s}, does: [{call: a}]}
  q: {load: {constant: 0.5/s, start: 750ms}, does: [{call: b}]}
services:
  a: {concurrency: 9, does: [{work: 1500ms}]}
  b: {concurrency: 9, does: [{work: 1s}]}
limits: {account: {concurrency: 2, of: [a, b]}}
)");
  EXPECT_EQ(ran.total("a", "throttled"), 3);
  EXPECT_EQ(ran.total("a", "refused"), 3);
  EXPECT_EQ(ran.total("b", "throttled"), 0);
  EXPECT_EQ(ran.total("account", "throttled"), 3);
  EXPECT_EQ(ran.sample("account", "in_use").max, 2);
  EXPECT_EQ(ran.total("p", "success"), 5);
}

TEST(SharedLimitsInRuns, LetRequestsWaitForASlotAsEver) {
  // One slot and two permits: what comes while the slot is in use stands in line and needs none.
  Ran ran(R"(
run: {duration: 10s, drain: 1min}
producers: {p: {load: {constant: 1/s, start: 0s}, does: [{call: a}]}}
services: {a: {does: [{work: 3s}]}}
limits: {account: {concurrency: 2, of: [a]}}
)");
  EXPECT_EQ(ran.total("a", "throttled"), 0);
  EXPECT_EQ(ran.total("p", "success"), 10);
  EXPECT_EQ(ran.sample("account", "in_use").max, 1);
}

TEST(SharedLimitsInRuns, LetConsumersTakeTurns) {
  // Both have more to do than two permits serve: each has half, though one has ten times the slots.
  Ran ran(R"(
run: {duration: 100s, drain: 0s}
producers: {p: {load: {constant: 20/s}, does: [{send: few}, {send: many}]}}
queues: {few: {}, many: {}}
consumers:
  narrow: {from: few, does: [{work: 1s}]}
  wide: {from: many, instances: 10, does: [{work: 1s}]}
limits: {account: {concurrency: 2, of: [narrow, wide]}}
)");
  EXPECT_EQ(ran.sample("account", "in_use").max, 2);
  EXPECT_GT(ran.mean("account", "utilization"), 0.99);
  // Eleven instances take turns: narrow's is one of them.
  EXPECT_NEAR(ran.total("narrow", "handled"), 200 / 11.0, 1.5);
  EXPECT_NEAR(ran.total("wide", "handled"), 2000 / 11.0, 2);  // and two in work
  EXPECT_EQ(ran.ledger("many").redelivered, 0u);
}

TEST(SharedLimitsInRuns, GiveBackThePermitsOfWhatCrashes) {
  const std::string text = R"(
run: {duration: 100s, drain: 2min}
producers: {p: {load: {constant: 1/s}, does: [{send: jobs}, {call: api}]}}
queues: {jobs: {}}
consumers: {w: {from: jobs, instances: 2, does: [{work: 700ms}]}}
services: {api: {concurrency: 3, does: [{work: 600ms}]}}
limits: {account: {concurrency: 3, of: [w, api]}}
faults:
  first: {crash: w, at: 20500ms, for: 10s}
  second: {crash: api, at: 40500ms, for: 10s, work: WORK}
)";
  for (const char* work : {"restart", "lost", "resume"}) {
    std::string with = text;
    with.replace(with.find("WORK"), 4, work);
    Ran ran(with);
    EXPECT_EQ(ran.ledger("jobs").acknowledged, ran.ledger("jobs").sent) << work;
    EXPECT_EQ(ran.result().alive, 0u) << work;
    EXPECT_LE(ran.sample("account", "in_use").max, 3) << work;
    EXPECT_EQ(ran.sample("account", "in_use").min, 0) << work;
  }
}

// The trap of queues before functions. Source: AWS Lambda Developer Guide, Handling errors for an
// SQS event source in Lambda, "Backoff strategy for failed invocations".
TEST(SharedLimitsInRuns, MakeADeadLetterOfWhatNoHandlerHasSeen) {
  // The only permit is taken from 0 s to 200 s. The message comes at 1 s, is dropped at 31 s, when
  // its visibility is over, comes again, and is a dead letter at 61 s, after two receives.
  Ran ran(R"(
run: {duration: 5min, drain: 5min}
producers:
  night: {load: {constant: 1/h, start: 0s}, does: [{send: reports}]}
  shop: {load: {constant: 1/h, start: 1s}, does: [{send: orders}]}
queues:
  reports: {}
  orders: {preset: aws-sqs-standard, delivery: 0s, confirm: 0s, dead_letter: {to: undeliverable, after: 2}}
  undeliverable: {}
consumers:
  reporter: {from: reports, does: [{work: 200s}]}
  handler: {preset: aws-lambda-esm, from: orders, does: [{work: 1s}]}
limits: {account: {concurrency: 1, of: [reporter, handler]}}
)");
  EXPECT_EQ(ran.total("handler", "handled"), 0);
  EXPECT_EQ(ran.total("handler", "failed"), 0);
  EXPECT_EQ(ran.total("handler", "throttled"), 2);
  EXPECT_EQ(ran.total("account", "throttled"), 2);
  EXPECT_EQ(ran.ledger("orders").receives, 2u);
  EXPECT_EQ(ran.ledger("orders").dead_lettered, 1u);
  // It was there, received or not, until then.
  EXPECT_DOUBLE_EQ(ran.mean("orders", "in_flight"), 60 / 300.0);
  EXPECT_EQ(ran.sample("handler", "instances").max, 5) << "pollers rest while they are throttled";
}

TEST(SharedLimitsInRuns, LetAPollerInvokeWhenThePermitComesInTime) {
  Ran ran(R"(
run: {duration: 5min, drain: 5min}
producers:
  night: {load: {constant: 1/h, start: 0s}, does: [{send: reports}]}
  shop: {load: {constant: 1/h, start: 1s}, does: [{repeat: {times: 10, do: [{send: orders}]}}]}
queues:
  reports: {}
  orders: {preset: aws-sqs-standard, delivery: 0s, confirm: 0s, dead_letter: {to: undeliverable, after: 2}}
  undeliverable: {}
consumers:
  reporter: {from: reports, does: [{work: 20s}]}
  handler: {preset: aws-lambda-esm, from: orders, does: [{work: 1s}]}
limits: {account: {concurrency: 1, of: [reporter, handler]}}
)");
  EXPECT_EQ(ran.total("handler", "handled"), 10);
  EXPECT_EQ(ran.ledger("orders").receives, 10u);
  EXPECT_EQ(ran.ledger("orders").dead_lettered, 0u);
}

TEST(SharedLimitsInRuns, LetAnOrdinaryConsumerWaitAndWorkInVain) {
  // It does not know that its queue has given up on it: at 40 s it handles what another has by
  // then.
  Ran ran(R"(
run: {duration: 5min, drain: 5min}
producers:
  night: {load: {constant: 1/h, start: 0s}, does: [{send: reports}]}
  shop: {load: {constant: 1/h, start: 1s}, does: [{send: orders}]}
queues: {reports: {}, orders: {visibility: 30s}}
consumers:
  reporter: {from: reports, does: [{work: 40s}]}
  handler: {from: orders, instances: 2, does: [{work: 1s}]}
limits: {account: {concurrency: 1, of: [reporter, handler]}}
)");
  EXPECT_EQ(ran.ledger("orders").receives, 2u);
  EXPECT_EQ(ran.total("handler", "handled"), 2);
  EXPECT_EQ(ran.total("handler", "wasted"), 1);
}

TEST(SharedLimitsInRuns, AreSetLikeAnythingElse) {
  const auto throttled = [](const std::string& setting) {
    LoadOptions options;
    options.set = {setting};
    const ScenarioFile file = load_scenario_text(
        "run: {duration: 10s}\n"
        "producers: {p: {load: {constant: 10/s}, does: [call: a]}}\n"
        "services: {a: {concurrency: 9, does: [work: 1s]}}\n"
        "limits: {account: {concurrency: 5, of: [a]}}\n",
        "set.yaml", options);
    EXPECT_FALSE(file.variants.empty()) << setting;
    if (file.variants.empty()) return -1.0;
    World world(file.variants.at(0));
    const Result result = world.run(1, 0);
    for (std::size_t i = 0; i < world.plan().metrics.size(); ++i) {
      const MetricKey& key = world.plan().metrics[i];
      if (key.component == "account" && key.metric == "throttled") return result.samples[i].total;
    }
    return -1.0;
  };
  // Ten come a second and stay for one: of the second on, 10 - permits are refused in each.
  EXPECT_EQ(throttled("limits.account.concurrency=10"), 0);
  EXPECT_EQ(throttled("account.concurrency=8"), throttled("limits.account.concurrency=8"));
  EXPECT_GT(throttled("account.concurrency=8"), 0);
}

}  // namespace
}  // namespace spillway
