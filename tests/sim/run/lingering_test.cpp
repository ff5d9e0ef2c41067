// Records that linger at their sender's, and go to a log in batches, in a whole world.

#include <gtest/gtest.h>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// 100 records, ten a second, to a log that `c` reads.
std::string ten_a_second(const std::string& send, const std::string& log = "",
                         const std::string& rest = "", const std::string& message = "") {
  return "run: {duration: 10.05s, drain: 1min, replications: 1}\nproducers: {p: {load: {constant: "
         "10/s}, " +
         message + "does: [{send: l, " + send + "}]}}\nlogs: {l: {" + log +
         "}}\nconsumers: {c: {from: l, does: []}}\n" + rest;
}

TEST(Lingering, LetsRecordsGatherUntilTheFirstHasLingered) {
  const Ran ran(ten_a_second("linger: 450ms"));
  EXPECT_EQ(ran.total("p -> l", "batches"), 20);
  EXPECT_EQ(ran.mean("p -> l", "batch_size"), 5);
  EXPECT_EQ(ran.total("p -> l", "attempts"), 20);
  EXPECT_EQ(ran.sum_of("p -> l", "batch_wait"), 20ULL * (450 + 350 + 250 + 150 + 50) * 1'000'000);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.45, 1e-9);
  EXPECT_NEAR(ran.sample("p", "latency").min, 0.05, 1e-9);
  EXPECT_EQ(ran.ledger("l.c").acknowledged, 100U);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Lingering, EndsWithTheLastRecordOfABatch) {
  const Ran ran(ten_a_second("linger: 10s, batch: {size: 4}"));
  EXPECT_EQ(ran.total("p -> l", "batches"), 25);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.3, 1e-9);
  EXPECT_EQ(ran.ledger("l.c").acknowledged, 100U);
}

TEST(Lingering, EndsWithSoManyBytes) {
  const std::string kib = "message: {size: 1KiB}, ";
  const Ran full(ten_a_second("linger: 10s, batch: {bytes: 4KiB}", "", "", kib));
  EXPECT_EQ(full.total("p -> l", "batches"), 25);
  // A fourth record does not fit: three go when it comes, and the last one alone.
  const Ran three(ten_a_second("linger: 10s, batch: {bytes: 3.5KiB}", "", "", kib));
  EXPECT_EQ(three.total("p -> l", "batches"), 34);
  EXPECT_NEAR(three.sample("p -> l", "batch_wait").max, 10, 1e-9);
  const Ran alone(ten_a_second("linger: 10s, batch: {bytes: 1000B}", "", "", kib));
  EXPECT_EQ(alone.total("p -> l", "batches"), 100) << "a larger record goes alone";
}

TEST(Lingering, GathersByPartition) {
  const Ran sticky(ten_a_second("linger: 10s, batch: {size: 4}", "partitions: 5"));
  EXPECT_EQ(sticky.total("p -> l", "batches"), 25) << "without keys a batch is for any partition";
  const Ran keyed(ten_a_second("linger: 30s, batch: {size: 1000}", "partitions: 5", "",
                               "message: {key: {uniform: 1000}}, "));
  EXPECT_EQ(keyed.total("p -> l", "batches"), 5);
  EXPECT_EQ(keyed.ledger("l.c").acknowledged, 100U);
}

TEST(Lingering, DrawsOnceForABatch) {
  const Ran ran(ten_a_second("linger: 20s, batch: {size: 100}", "confirm: {exponential: 1s}",
                             "network: {exponential: 1s}\n"));
  EXPECT_EQ(ran.total("p -> l", "batches"), 1);
  // Born 100 ms apart, all are answered at one instant.
  const Sample& latency = ran.sample("p", "latency");
  EXPECT_NEAR(latency.max - latency.min, 9.9, 1e-9);
}

TEST(Lingering, OfOneRecordOnlyDelays) {
  const std::string rest = "network: {exponential: 1s}\n";
  const Ran alone(ten_a_second("", "confirm: {exponential: 1s}", rest));
  const Ran lingering(ten_a_second("linger: 50ms", "confirm: {exponential: 1s}", rest));
  EXPECT_EQ(lingering.total("p -> l", "batches"), 100);
  EXPECT_EQ(lingering.sum_of("p", "latency"), alone.sum_of("p", "latency") + 100 * 50'000'000ULL);
}

TEST(Lingering, LosesABatchOrKeepsIt) {
  for (const char* confirm : {", timeout: 1s", ", confirm: false"}) {
    const Ran ran(ten_a_second(std::string("linger: 10s, batch: {size: 4}") + confirm, "",
                               "faults: {f: {loss: {p -> l: 50%}, direction: request, at: 0s, for: "
                               "10.05s}}\n"));
    const double lost = ran.total("p -> l", "lost");
    EXPECT_GT(lost, 0);
    EXPECT_LT(lost, 25);
    EXPECT_EQ(ran.total("p -> l", "batch_lost"), 4 * lost);
    EXPECT_EQ(static_cast<double>(ran.ledger("l.c").sent), 4 * (25 - lost));
    EXPECT_EQ(ran.total("p", "completed"), 4 * (25 - lost));
    EXPECT_EQ(ran.result().alive, 0U);
  }
}

TEST(Lingering, SendsARefusedBatchAgainAsAWhole) {
  const Ran ran(ten_a_second(
      "linger: 10s, batch: {size: 4}, retry: {attempts: 5, backoff: {base: 200ms, factor: 1, "
      "jitter: none}}",
      "", "faults: {f: {outage: l, at: 350ms, for: 300ms}}\n"));
  EXPECT_EQ(ran.total("p -> l", "attempts"), 27);
  EXPECT_EQ(ran.total("p -> l", "retries"), 2);
  EXPECT_EQ(ran.total("p -> l", "errors"), 2);
  EXPECT_EQ(ran.total("l", "rejected"), 8) << "each record of it is refused";
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_EQ(ran.ledger("l.c").sent, 100U);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.7, 1e-9);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Lingering, TellsAllWhatBecameOfTheirBatch) {
  const Ran ran(ten_a_second("linger: 10s, batch: {size: 4}", "",
                             "faults: {f: {outage: l, at: 350ms, for: 300ms}}\n"));
  EXPECT_EQ(ran.total("p", "failed"), 4);
  EXPECT_EQ(ran.ledger("l.c").sent, 96U);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Lingering, WaitsForAConfirmOfTheBatch) {
  const std::string hang = "faults: {f: {hang: l, at: 350ms, for: 300ms}}\n";
  const Ran once(ten_a_second("linger: 10s, batch: {size: 4}, timeout: 200ms", "", hang));
  EXPECT_EQ(once.total("p -> l", "timeouts"), 1);
  EXPECT_EQ(once.total("p", "failed"), 4);
  EXPECT_EQ(once.ledger("l.c").sent, 100U) << "they are there all the same";
  EXPECT_EQ(once.result().alive, 0U);
  const Ran again(ten_a_second(
      "linger: 10s, batch: {size: 4}, timeout: 200ms, retry: {attempts: 2}", "", hang));
  EXPECT_EQ(again.total("p -> l", "attempts"), 26);
  EXPECT_EQ(again.total("p", "failed"), 0);
  EXPECT_EQ(again.ledger("l.c").sent, 104U) << "and a second time";
  EXPECT_EQ(again.result().alive, 0U);
}

TEST(Lingering, TakesOrRefusesAWholeBatchWithinTheThroughput) {
  const Ran ran(
      ten_a_second("linger: 10s, batch: {size: 4}, confirm: false", "throughput: {messages: 5/s}"));
  EXPECT_EQ(ran.ledger("l.c").sent % 4, 0U);
  EXPECT_GT(ran.ledger("l.c").sent, 40U);
  EXPECT_LT(ran.ledger("l.c").sent, 60U);
  EXPECT_EQ(ran.total("l", "throttled") + static_cast<double>(ran.ledger("l.c").sent), 100);
}

TEST(Lingering, IsLostWithItsSender) {
  for (const std::string& confirm : {std::string(), std::string(", confirm: false")}) {
    const Ran ran(
        "run: {duration: 10.05s, drain: 1min, replications: 1}\nproducers: {p: {load: {constant: "
        "10/s}, does: [call: s]}}\nservices: {s: {concurrency: 100, does: [{send: l, linger: 1s" +
        confirm +
        "}]}}\nlogs: {l: {}}\nconsumers: {c: {from: l, does: []}}\nfaults: {f: {crash: s, at: "
        "550ms, for: 100ms, work: lost}}\n");
    EXPECT_EQ(ran.total("s -> l", "batch_lost"), 5) << "and the sixth finds nobody";
    EXPECT_EQ(ran.ledger("l.c").sent, 94U);
    EXPECT_EQ(ran.result().alive, 0U);
  }
}

TEST(Lingering, IsOneClientForAllSendsOfAnEdge) {
  const Ran ran(
      "run: {duration: 10.05s, drain: 1min, replications: 1}\nproducers: {p: {load: {constant: "
      "10/s}, does: [repeat: {times: 2, do: [{send: l, linger: 1s, batch: {size: 2}, confirm: "
      "false}]}]}}\nlogs: {l: {}}\nconsumers: {c: {from: l, does: []}}\n");
  EXPECT_EQ(ran.total("p -> l", "batches"), 100);
  EXPECT_EQ(ran.sum_of("p -> l", "batch_wait"), 0U);
}

// Poisson, rate a, for a time T without a limit: a batch has 1 + a T records on average, of which
// the first waits for T and each other for T / 2: (T + a T T / 2) / (1 + a T) for each. 200,000
// records, seed 1; 1 % is more than five standard errors of either mean.
TEST(Lingering, OfAPoissonStreamGathersAsTheClosedFormSays) {
  const Ran ran(
      "run: {duration: 2000s, replications: 1}\nproducers: {p: {load: {poisson: 100/s}, does: "
      "[{send: l, linger: 20ms}]}}\nlogs: {l: {}}\nconsumers: {c: {from: l, does: []}}\n");
  EXPECT_NEAR(ran.mean("p -> l", "batch_size"), 1 + 2, 0.03);
  const double wait = (0.02 + 2 * 0.01) / (1 + 2);
  const double n = static_cast<double>(ran.sample("p -> l", "batch_wait").n);
  EXPECT_NEAR(static_cast<double>(ran.sum_of("p -> l", "batch_wait")) * 1e-9 / n, wait,
              0.01 * wait);
}

TEST(Lingering, WaitsOnABrokerForAllInSync) {
  const Ran ran(ten_a_second("linger: 10s, batch: {size: 4}",
                             "broker: k, replication: 3, min_in_sync: 2, confirm: 20ms",
                             "brokers: {k: {nodes: 3}}\nfaults: {f: {crash: k, nodes: 2, at: 5s, "
                             "for: 1s}}\n"));
  const Ledger& ledger = ran.ledger("l.c");
  EXPECT_EQ(ledger.sent % 4, 0U);
  EXPECT_EQ(static_cast<double>(ledger.acknowledged) + ran.total("p", "failed"), 100);
  EXPECT_GT(ran.total("p", "failed"), 0);
  EXPECT_NEAR(ran.sample("p", "latency").min, 0.02, 1e-9);
  EXPECT_EQ(ran.result().alive, 0U);
}

}  // namespace
}  // namespace spillway
