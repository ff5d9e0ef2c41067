// Queues with message groups and deduplication in whole runs.

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

std::string busy(const std::string& key, const std::string& send, const std::string& queue) {
  return "run: {duration: 1min, drain: 10min}\n"
         "producers: {shop: {load: {poisson: 80/s}, message: {key: {uniform: " +
         key + "}}, does: [{send: orders" + send + "}]}}\nqueues: {orders: {visibility: 200ms, " +
         queue +
         "}}\n"
         "consumers: {workers: {from: orders, instances: 10, "
         "does: [work: {exponential: 100ms}, fail: 10%]}}\n";
}

TEST(GroupsInRuns, OfOneMessageEachAreNone) {
  const Ran plain(busy("1000000000", "", ""));
  const Ran grouped(busy("1000000000", ", group: key", "groups: true"));
  EXPECT_EQ(grouped.sum_of("orders", "wait"), plain.sum_of("orders", "wait"));
  EXPECT_EQ(grouped.total("orders", "receives"), plain.total("orders", "receives"));
  EXPECT_EQ(grouped.result().events, plain.result().events);
  EXPECT_EQ(grouped.result().ended_at, plain.result().ended_at);
  EXPECT_GT(plain.total("orders", "redelivered"), 0);
}

TEST(GroupsInRuns, AreAsManyAsThereAreKeysOrNames) {
  EXPECT_LE(Ran(busy("3", ", group: key", "groups: true")).sample("orders", "in_flight").max, 3);
  EXPECT_EQ(Ran(busy("3", ", group: all", "groups: true")).sample("orders", "in_flight").max, 1);
}

TEST(GroupsInRuns, StoreWhatIsSentAgainOnlyOnce) {
  const auto run = [](const std::string& queue) {
    return Ran(
        "run: {duration: 9.5s, drain: 1min}\n"
        "producers: {p: {load: {constant: 1/s}, does: [{send: q, timeout: 100ms, retry: "
        "{attempts: 3}, fallback: []}]}}\n"
        "queues: {q: {confirm: 250ms" +
        queue + "}}\nconsumers: {w: {from: q, does: [work: 1ms]}}\n");
  };
  EXPECT_EQ(run("").total("w", "handled"), 27);
  const Ran known = run(", dedup: 5min");
  EXPECT_EQ(known.total("w", "handled"), 9);
  EXPECT_EQ(known.ledger("q").sent, 27u);
  EXPECT_EQ(known.ledger("q").deduplicated, 18u);
  EXPECT_EQ(known.total("q", "deduplicated"), 18);
  EXPECT_EQ(known.total("p", "completed"), 9);
}

// Amazon SQS Developer Guide: a poison message holds its group up where no dead-letter queue ends
// that, and a message with a known deduplication id is accepted and not stored for 5 minutes.
TEST(GroupsInRuns, OfAmazonSqsFifoAreHeldUpByAPoisonMessage) {
  const auto run = [](const std::string& group, const std::string& id = "") {
    return Ran(
        "run: {duration: 9.5s, drain: 20s}\n"
        "producers: {p: {load: {constant: 1/s}, message: {key: {uniform: 1}}, does: "
        "[{send: q, group: " +
        group + id +
        "}]}, poison: {load: {constant: 1/s}, does: [{send: q, group: poisoned}]}}\n"
        "queues: {q: {preset: aws-sqs-fifo}}\n"
        "consumers: {w: {from: q, instances: 5, does: [work: 100ms, fail: 100%]}}\n");
  };
  EXPECT_EQ(run("poisoned").sample("q", "in_flight").max, 1);
  EXPECT_EQ(run("sound").sample("q", "in_flight").max, 2);
  EXPECT_EQ(run("sound", ", dedup_id: key").ledger("q").deduplicated, 8u);
}

}  // namespace
}  // namespace spillway
