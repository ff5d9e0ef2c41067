// Logs in whole runs: from the text of a scenario to its ledgers and figures.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/run/world.h"
#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

TEST(LogRuns, ReadEachGroupToTheNanosecond) {
  const Ran run(
      "run: {duration: 10s}\n"
      "network: 10ms\n"
      "producers: {shop: {load: {constant: 1/s}, does: [send: orders]}}\n"
      "logs: {orders: {partitions: 2, confirm: 3ms}}\n"
      "consumers:\n"
      "  billing: {from: orders, instances: 2, does: [work: 100ms]}\n"
      "  audit: {from: orders, does: [work: 5ms]}\n");
  // Born at 1 s to 9 s: 10 ms to the log, 10 ms to its readers.
  EXPECT_EQ(run.sum_of("orders.billing", "wait"), 9u * 20'000'000u);
  EXPECT_EQ(run.sum_of("shop", "latency"), 9u * 23'000'000u) << "confirmed";
  EXPECT_EQ(run.sum_of("shop", "completion"), 9u * 120'000'000u) << "when the last group is done";
  for (const char* group : {"orders.billing", "orders.audit"}) {
    EXPECT_EQ(run.ledger(group).sent, 9u) << group;
    EXPECT_EQ(run.ledger(group).acknowledged, 9u) << group;
  }
  EXPECT_EQ(run.sample("orders.billing", "lag").max, 1);
}

TEST(LogRuns, FetchAheadSoThatTheNetworkCostsNothingUnderLoad) {
  // 100 records at once: read one after another, 10 ms each, the first 40 ms after its send.
  const Ran run(
      "run: {duration: 1ms, drain: 1h}\n"
      "network: 20ms\n"
      "producers: {shop: {load: {constant: 100000/s}, does: [{send: orders, confirm: false}]}}\n"
      "logs: {orders: {}}\n"
      "consumers: {billing: {from: orders, does: [work: 10ms]}}\n");
  EXPECT_EQ(run.ledger("orders.billing").acknowledged, 99u);
  EXPECT_EQ(run.result().ended_at, 10'000 + 40'000'000 + 99 * 10'000'000);
}

TEST(LogRuns, ScaleWithPartitionsAndNotBeyond) {
  const auto ended_at = [](const std::string& partitions, const std::string& instances) {
    return Ran("run: {duration: 1s, drain: 1h}\n"
               "producers: {shop: {load: {constant: 1000/s}, does: [send: orders]}}\n"
               "logs: {orders: {partitions: " +
               partitions + "}}\nconsumers: {billing: {from: orders, instances: " + instances +
               ", does: [work: 100ms]}}\n")
        .result()
        .ended_at;
  };
  const Time one = ended_at("1", "1");
  EXPECT_EQ(one, 1'000'000 + 999 * Time{100'000'000});
  EXPECT_LT(ended_at("10", "10"), one / 9);
  EXPECT_EQ(ended_at("10", "40"), ended_at("10", "10")) << "thirty have nothing to read";
}

TEST(LogRuns, KeepTheOrderOfAKeyWhateverItsConsumersDo) {
  const Ran run(
      "run: {duration: 1min, drain: 1h}\n"
      "producers: {shop: {load: {poisson: 200/s}, message: {key: {zipf: {keys: 100, exponent: 1}}},"
      " does: [send: orders]}}\n"
      "logs: {orders: {partitions: 8}}\n"
      "consumers: {billing: {from: orders, instances: 2, concurrency: 3, prefetch: 20, "
      "retry: {attempts: 4}, does: [work: {exponential: 10ms}, fail: 20%]}}\n");
  const Ledger ledger = run.ledger("orders.billing");
  EXPECT_EQ(ledger.reordered, 0u) << "a record that fails blocks its partition";
  EXPECT_NEAR(static_cast<double>(ledger.dropped) / static_cast<double>(ledger.sent), 0.0016, 0.001)
      << "0.2^4";
  EXPECT_EQ(ledger.duplicates, 0u);
}

TEST(LogRuns, HandleAtLeastOnceWhatACrashLeftUncommitted) {
  const std::string text =
      "run: {duration: 1min, drain: 1h}\n"
      "producers: {shop: {load: {constant: 100/s}, does: [{send: orders, confirm: false}]}}\n"
      "logs: {orders: {partitions: 4}}\n"
      "consumers: {billing: {from: orders, instances: 4, prefetch: 50, COMMIT, does: [work: "
      "1ms]}}\n"
      "faults: {down: {crash: billing, at: 29s, for: 10s}}\n";
  const auto with = [&](const std::string& commit) {
    std::string filled = text;
    filled.replace(filled.find("COMMIT"), 6, commit);
    return Ran(filled).ledger("orders.billing");
  };
  const Ledger after = with("commit_every: 5s");
  EXPECT_EQ(after.acknowledged, 5999u);
  // Commits at 25 s + the first poll's end after it; 100/s until 29 s: about 400 are read again.
  EXPECT_NEAR(static_cast<double>(after.duplicates), 395, 10);
  const Ledger at_once = with("commit: after");
  EXPECT_LE(at_once.duplicates, 4u);
  const Ledger before = with("commit: before");
  EXPECT_EQ(before.duplicates, 0u);
  EXPECT_EQ(before.acknowledged + before.lost, 5999u);
}

TEST(LogRuns, LoseWhatIsOlderThanTheirRetention) {
  // One a second; nobody reads from 100 s to 200 s, and the log keeps 30 s.
  const auto with = [](const std::string& reset) {
    return Ran(
        "run: {duration: 300s, drain: 1h}\n"
        "producers: {shop: {load: {constant: 1/s}, does: [send: orders]}}\n"
        "logs: {orders: {retention: 30s}}\n"
        "consumers: {billing: {from: orders, reset: " +
        reset +
        ", does: [work: 1ms]}}\n"
        "faults: {away: {outage: billing, at: 100.5s, for: 100s}}\n");
  };
  const Ran earliest = with("earliest");
  // Born at 101 s to 170 s: older than 30 s at 200.5 s.
  EXPECT_EQ(earliest.ledger("orders.billing").expired, 70u);
  EXPECT_EQ(earliest.ledger("orders.billing").lost, 0u);
  EXPECT_EQ(earliest.ledger("orders.billing").acknowledged, 299u - 70u);
  EXPECT_EQ(earliest.total("shop", "completed"), 299 - 70);
  EXPECT_EQ(earliest.sample("orders.billing", "age").max, 30);
  const Ran latest = with("latest");
  EXPECT_EQ(latest.ledger("orders.billing").expired, 70u);
  EXPECT_EQ(latest.ledger("orders.billing").lost, 30u)
      << "171 s to 200 s are there, and passed over";
  EXPECT_EQ(latest.ledger("orders.billing").acknowledged, 299u - 100u);
}

TEST(LogRuns, KeepSoManyBytesOfAPartition) {
  // 1000 bytes a second on one partition of two: 30 s of them are 30 kB, which 30 records hold.
  const Ran run(
      "run: {duration: 300s, drain: 1h}\n"
      "producers: {shop: {load: {constant: 1/s}, message: {size: 1kB}, does: [send: orders]}}\n"
      "logs: {orders: {partitions: 2, retention_bytes: 15kB}}\n"
      "consumers: {billing: {from: orders, instances: 2, does: [work: 1ms]}}\n"
      "faults: {away: {outage: billing, at: 100.5s, for: 100s}}\n");
  EXPECT_EQ(run.ledger("orders.billing").expired, 70u);
  EXPECT_EQ(run.ledger("orders.billing").acknowledged, 299u - 70u);
  EXPECT_EQ(run.sample("orders.billing", "depth").max, 30);
}

}  // namespace
}  // namespace spillway
