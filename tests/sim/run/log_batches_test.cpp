// Consumers of a log that handle records in batches, in a whole world.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// 100 records, ten a second, to a log that `c` reads; `says` are its batches and handlers.
std::string ten_a_second(const std::string& says, const std::string& log = "",
                         const std::string& rest = "") {
  return "run: {duration: 10.05s, drain: 1min, replications: 1}\nproducers: {p: {load: {constant: "
         "10/s}, does: [send: l]}}\nlogs: {l: {" +
         log + "}}\nconsumers: {c: {from: l, " + says + "}}\n" + rest;
}

TEST(BatchesOfLogs, AreHandledTogether) {
  const Ran ran(ten_a_second("batch: {size: 10, window: 10s}, does: [], per_batch: [work: 100ms]"));
  EXPECT_EQ(ran.total("c", "batches"), 10);
  EXPECT_EQ(ran.total("c", "handled"), 100);
  EXPECT_EQ(ran.ledger("l.c").acknowledged, 100U);
  EXPECT_EQ(ran.ledger("l.c").receives, 100U);
  // The first of ten waits for the tenth, 900 ms later, and for what is done once.
  EXPECT_NEAR(ran.sample("p", "completion").max, 1.0, 1e-9);
  EXPECT_NEAR(ran.sample("p", "completion").min, 0.1, 1e-9);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(BatchesOfLogs, GoWhenTheirWindowIsOver) {
  const Ran ran(ten_a_second("batch: {size: 100, window: 450ms}, does: []"));
  EXPECT_EQ(ran.total("c", "batches"), 20);
  EXPECT_NEAR(ran.sample("p", "completion").max, 0.45, 1e-9);
  EXPECT_EQ(ran.ledger("l.c").acknowledged, 100U);
}

TEST(BatchesOfLogs, TakeWhatIsReadyWithoutAWindow) {
  const Ran ran(ten_a_second("batch: {size: 100}, does: [], per_batch: [work: 950ms]"));
  // The first goes alone; 9 or 10 have come when the one before is handled.
  EXPECT_EQ(ran.total("c", "batches"), 12);
  EXPECT_EQ(ran.ledger("l.c").acknowledged, 100U);
}

TEST(BatchesOfLogs, AreOfOnePartition) {
  const Ran ran(ten_a_second("batch: {size: 5, window: 10s}, does: []", "partitions: 2"));
  EXPECT_EQ(ran.total("c", "batches"), 20);
  EXPECT_NEAR(ran.sample("p", "completion").max, 0.8, 1e-9) << "every second record is of it";
}

TEST(BatchesOfLogs, AreWholeOnesOfAPoll) {
  const Ran ran(ten_a_second(
      "batch: {size: 5, window: 10s}, prefetch: 20, does: [], per_batch: [work: 1400ms]"));
  EXPECT_EQ(ran.total("c", "batches"), 20);
  EXPECT_EQ(ran.ledger("l.c").acknowledged, 100U);
}

TEST(BatchesOfLogs, ArriveWithTheirLastRecord) {
  const Ran ran(
      "run: {duration: 10.05s, drain: 1min, replications: 1}\nnetwork: 20ms\nproducers: "
      "{p: {load: {constant: 10/s}, does: [send: l]}}\nlogs: {l: {}}\nconsumers: {c: "
      "{from: l, batch: {size: 10, window: 10s}, does: []}}\n");
  EXPECT_NEAR(ran.sample("p", "completion").min, 0.04, 1e-9) << "to the log, and to its reader";
  EXPECT_EQ(ran.total("c", "batches"), 10);
}

// A handler fails with probability q = 10 %: a batch of five is handled well with p = 0.9^5, and
// received 1 / p times on average, with a standard deviation of sqrt(1 - p) / p. 4,000 batches,
// seed 1: 4 standard errors are missed with probability 6e-5.
TEST(BatchesOfLogs, ComeAgainAsAWholeUntilAllOfThemAreHandled) {
  const Ran ran(
      "run: {duration: 2000.05s, drain: 1h, replications: 1}\nproducers: {p: {load: "
      "{constant: 10/s}, does: [send: l]}}\nlogs: {l: {}}\nconsumers: {c: {from: l, "
      "batch: {size: 5, window: 10s}, retry: {attempts: unlimited}, does: [fail: "
      "10%]}}\n");
  const double p = std::pow(0.9, 5);
  const double per_record = static_cast<double>(ran.ledger("l.c").receives) / 20'000;
  EXPECT_NEAR(per_record, 1 / p, 4 * std::sqrt(1 - p) / p / std::sqrt(4'000));
  EXPECT_EQ(ran.ledger("l.c").acknowledged, 20'000U);
  EXPECT_EQ(ran.ledger("l.c").duplicates, 0U) << "none of a batch that failed was done with";
}

// With failures returned, of a batch of two the first is received 1 / (1 - q) times on average, the
// second (1 + q) / (1 - q) times; that is handled well q times for nothing. q = 20 %, 10,000
// batches, seed 1; 4 standard errors: per record 4 x 0.5 / 100, of duplicates 4 x 0.5 / 100.
TEST(BatchesOfLogs, ComeAgainFromTheFirstThatFailed) {
  const Ran ran(
      "run: {duration: 2000.05s, drain: 1h, replications: 1}\nproducers: {p: {load: "
      "{constant: 10/s}, does: [send: l]}}\nlogs: {l: {}}\nconsumers: {c: {from: l, "
      "batch: {size: 2, window: 10s, partial_failures: true}, retry: {attempts: "
      "unlimited}, does: [fail: 20%]}}\n");
  const double q = 0.2;
  const double per_record = static_cast<double>(ran.ledger("l.c").receives) / 20'000;
  EXPECT_NEAR(per_record, (1 + q / 2) / (1 - q), 0.02);
  EXPECT_NEAR(static_cast<double>(ran.ledger("l.c").duplicates) / 10'000, q, 0.02);
  EXPECT_EQ(ran.ledger("l.c").acknowledged, 20'000U);
}

TEST(BatchesOfLogs, AreSkippedAfterTheirLastAttempt) {
  const std::string says =
      "retry: {attempts: 3, pause: 1ms}, does: [fail: 100%], batch: {size: 5, ";
  const Ran whole(ten_a_second(says + "window: 10s}"));
  EXPECT_EQ(whole.ledger("l.c").dropped, 100U);
  EXPECT_EQ(whole.ledger("l.c").receives, 300U);
  // The first is skipped after three, and each behind it with one receive more.
  const Ran partial(ten_a_second(says + "window: 10s, partial_failures: true}"));
  EXPECT_EQ(partial.ledger("l.c").dropped, 100U);
  EXPECT_EQ(partial.ledger("l.c").receives, 20U * (5 * 3 + 4 + 3 + 2 + 1));
  EXPECT_EQ(partial.result().alive, 0U);
}

TEST(BatchesOfLogs, AreReadAgainWhenTheirReaderGoesDown) {
  for (const std::string fault : {"outage", "crash"}) {
    const Ran ran(ten_a_second("instances: 2, batch: {size: 5, window: 300ms}, does: [work: 100ms]",
                               "partitions: 2",
                               "faults: {f: {" + fault + ": c, at: 5.45s, for: 1s}}\n"));
    EXPECT_EQ(ran.ledger("l.c").acknowledged, 100U) << fault;
    EXPECT_GE(ran.ledger("l.c").redelivered, 1U) << fault;
    EXPECT_EQ(ran.result().alive, 0U) << fault;
    EXPECT_EQ(ran.result().open, 0U) << fault;
  }
}

TEST(BatchesOfLogs, AreFinishedByAReaderThatIsPutOut) {
  const Ran ran(ten_a_second(
      "instances: 2, max_poll_interval: 150ms, batch: {size: 2, window: 100ms}, does: [choose: "
      "{90%: [], 10%: [wait: 200ms]}]",
      "partitions: 2"));
  EXPECT_GE(ran.total("l.c", "rebalances"), 1);
  EXPECT_EQ(ran.ledger("l.c").acknowledged, 100U);
  EXPECT_EQ(ran.result().alive, 0U);
}

// A batch has its first record and those that come within the window: 1 + lambda x w of a Poisson
// load, where handlers take no time. 100/s for 100 s, w = 50 ms: about 1,667 batches of 6 with a
// standard deviation of sqrt(5), seed 1; 4 standard errors.
TEST(BatchesOfLogs, HaveWhatComesWithinTheirWindow) {
  const Ran ran(
      "run: {duration: 100s, drain: 1min, replications: 1}\nproducers: {p: {load: "
      "{poisson: 100/s}, does: [send: l]}}\nlogs: {l: {}}\nconsumers: {c: {from: l, "
      "batch: {size: 1000, window: 50ms}, does: []}}\n");
  const double batches = ran.total("c", "batches");
  EXPECT_NEAR(ran.total("c", "handled") / batches, 6, 4 * std::sqrt(5 / batches));
}

}  // namespace
}  // namespace spillway
