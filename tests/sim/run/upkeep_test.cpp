// Purges and redrives, in whole runs.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

// Amazon SQS Developer Guide, dead-letter queue redrive: messages go back to their source queue,
// and are new there. What could not be handled while the provider was away is handled afterwards.
TEST(UpkeepInRuns, BringsBackWhatAnOutageHasLeftInTheDeadLetters) {
  const Ran ran(R"(
run: {duration: 10min, drain: 10min}
producers: {shop: {load: {constant: 1/s}, does: [send: orders]}}
queues:
  orders: {preset: aws-sqs-standard, dead_letter: {to: undeliverable, after: 3}}
  undeliverable: {preset: aws-sqs-standard}
consumers: {workers: {from: orders, does: [{call: provider}]}}
services: {provider: {concurrency: 9, does: [work: 10ms]}}
faults:
  away: {outage: provider, at: 2min, for: 1min}
  back: {redrive: undeliverable, at: 5min}
)");
  const Ledger& dead = ran.ledger("undeliverable");
  EXPECT_EQ(dead.sent, 60u);
  EXPECT_EQ(dead.redriven, 60u);
  EXPECT_EQ(dead.ready, 0u);
  const Ledger& orders = ran.ledger("orders");
  EXPECT_EQ(orders.sent, 599u + 60);
  EXPECT_EQ(orders.dead_lettered, 60u);
  EXPECT_EQ(orders.acknowledged, 599u);
  EXPECT_EQ(ran.total("undeliverable", "redriven"), 60);
  // For who sent it a message has failed when it became a dead letter.
  EXPECT_EQ(ran.total("shop", "failed"), 0);
  EXPECT_EQ(ran.total("workers", "handled"), 599);
}

// A handler that fails in half of all cases fails anew in half of them: of 3000 dead letters after
// one receive each, 1500 are dead letters once more; within 4 standard deviations but for chance in
// less than 0.01 % of all seeds. With the draws of the first time all of them were.
TEST(UpkeepInRuns, LetsWhatItMovesDrawAnew) {
  const Ran ran(R"(
run: {duration: 10min, drain: 10min}
producers: {shop: {load: {constant: 10/s}, does: [send: orders]}}
queues: {orders: {dead_letter: {to: dead, after: 1}}, dead: {}}
consumers: {workers: {from: orders, does: [work: 1ms, fail: 50%]}}
faults: {back: {redrive: dead, at: 599999ms}}
)");
  const double moved = ran.total("dead", "redriven");
  EXPECT_NEAR(moved, 3000, 4 * std::sqrt(6000 * 0.25));
  EXPECT_NEAR(static_cast<double>(ran.ledger("dead").ready), moved / 2,
              4 * std::sqrt(moved * 0.25));
}

TEST(UpkeepInRuns, MovesWhereItSaysAsFastAsItSays) {
  const Ran ran(R"(
run: {duration: 10min, drain: 10min}
producers: {shop: {load: {constant: 1/s}, does: [send: a, send: b]}}
queues:
  a: {dead_letter: {to: dead, after: 1}}
  b: {dead_letter: {to: dead, after: 1}}
  dead: {}
  again: {}
consumers:
  of-a: {from: a, does: [fail: 100%]}
  of-b: {from: b, does: [fail: 100%]}
  workers: {from: again, does: []}
faults: {back: {redrive: dead, to: again, rate: 2/s, at: 100500ms}}
)");
  EXPECT_EQ(ran.ledger("dead").sent, 2u * 599);
  EXPECT_EQ(ran.ledger("dead").redriven, 200u) << "what was there";
  EXPECT_EQ(ran.ledger("again").acknowledged, 200u);
  EXPECT_EQ(ran.total("again", "reordered"), 0);
}

TEST(UpkeepInRuns, PurgesAtItsInstantAndEachTimeAtRandom) {
  const auto run = [](const std::string& when) {
    return Ran(
        "run: {duration: 10min, drain: 10min}\n"
        "producers: {shop: {load: {constant: 1/s}, does: [send: orders]}}\n"
        "queues: {orders: {}}\nfaults: {cleaning: {purge: orders, " +
        when + "}}\n");
  };
  const Ran once = run("at: 100500ms");
  EXPECT_EQ(once.ledger("orders").dropped, 100u);
  EXPECT_EQ(once.ledger("orders").ready, 499u);
  const Ran often = run("every: {exponential: 1s}");
  EXPECT_GT(often.total("cleaning", "begun"), 500);
  EXPECT_GT(often.ledger("orders").dropped, 550u);
  EXPECT_LE(often.sample("orders", "depth").max, 20);
}

}  // namespace
}  // namespace spillway
