// Consumers that handle messages in batches, in whole runs and against their closed forms.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

constexpr int kRuns = 40;

/// Checks that the mean of a figure over kRuns runs of seeds 1 to kRuns is what theory says, by
/// Student's t with 39 degrees of freedom: a bound of 4 is exceeded by chance in less than 0.03 %
/// of all tests.
void expect_mean(const std::vector<double>& found, double theory, const std::string& what) {
  double sum = 0, squares = 0;
  for (const double x : found) sum += x;
  const double mean = sum / kRuns;
  for (const double x : found) squares += (x - mean) * (x - mean);
  const double error = std::sqrt(squares / (kRuns - 1) / kRuns);
  EXPECT_NEAR(mean, theory, 4 * error) << what << ", standard error " << error;
  EXPECT_LT(error, 0.02 * theory) << what << ": nothing is shown";
}

// Bulk service without joining (Gross, Harris, Fundamentals of Queueing Theory, section 3.2): the
// server takes all that waits when it is free, 5 at most, for a time of Exp(1/s) in all. With
// arrivals of 3/s, r is the root of r^6 - 4r + 3 = 0 in (0, 1), and C = 1 / (1/3 + 1 / (1 - r)): Lq
// = C r / (1 - r)^2 = 4.77227, and the server is idle for C / 3 of the time. Both hold together but
// for chance in less than 0.1 % of all tests; seeds 1 to 40, 2000 s each.
TEST(BatchesInRuns, OfOneSlotAreServedAsInBulkService) {
  double low = 0.5, high = 0.999;  // the root at 1 is another
  for (int i = 0; i < 100; ++i) {
    const double r = (low + high) / 2;
    (std::pow(r, 6) - 4 * r + 3 > 0 ? low : high) = r;
  }
  const double r = low;
  const double c = 1 / (1.0 / 3 + 1 / (1 - r));
  const double waiting = c * r / ((1 - r) * (1 - r));
  ASSERT_NEAR(waiting, 4.77227, 1e-5);
  std::vector<double> waits, busy;
  for (int seed = 1; seed <= kRuns; ++seed) {
    const Ran ran(
        "run: {duration: 2100s, warmup: 100s, drain: 10min}\n"
        "producers: {p: {load: {poisson: 3/s}, does: [send: q]}}\nqueues: {q: {}}\n"
        "consumers: {w: {from: q, batch: {size: 5}, does: [work: 0s], "
        "per_batch: [work: {exponential: 1s}]}}\n",
        static_cast<std::uint64_t>(seed));
    waits.push_back(ran.mean("q", "depth"));
    busy.push_back(ran.mean("w", "utilization"));
  }
  expect_mean(waits, waiting, "waiting");
  expect_mean(busy, 1 - c / 3, "busy");
}

// A batch that is never full and handled in no time goes when its window is over: it has its first
// message and those of a Poisson load of 20/s within 100 ms, three on average. Seeds 1 to 40, 500
// s.
TEST(BatchesInRuns, GatherForTheirWindow) {
  std::vector<double> sizes;
  for (int seed = 1; seed <= kRuns; ++seed) {
    const Ran ran(
        "run: {duration: 500s, drain: 1min}\n"
        "producers: {p: {load: {poisson: 20/s}, does: [send: q]}}\nqueues: {q: {}}\n"
        "consumers: {w: {from: q, batch: {size: 1000, window: 100ms}, does: [work: 0s]}}\n",
        static_cast<std::uint64_t>(seed));
    EXPECT_LE(ran.sample("w", "latency").max, 0.1 + 1e-12);
    sizes.push_back(ran.total("w", "handled") / ran.total("w", "batches"));
  }
  expect_mean(sizes, 3, "messages of a batch");
}

// Ten of twelve workers go at 90 s, each with a batch in work, which it finishes, and one that it
// has not begun, which goes back.
TEST(BatchesInRuns, GoBackUnbegunFromInstancesThatGo) {
  const Ran ran(R"(
run: {duration: 2min, drain: 30min}
producers: {shop: {load: {constant: 100/s}, does: [{send: orders}]}}
queues: {orders: {}}
consumers:
  workers:
    from: orders
    instances: 2
    prefetch: 10
    batch: {size: 5, window: 20ms}
    does: [{work: 210ms}]
    scale: {by: schedule, min: 2, max: 12, schedule: {early: {at: 0s, for: 90s, instances: 12}}}
)");
  const Ledger& orders = ran.ledger("orders");
  EXPECT_EQ(orders.redelivered, 50u);
  EXPECT_EQ(orders.acknowledged, orders.sent);
  EXPECT_EQ(ran.total("workers", "failed"), 0);
  EXPECT_EQ(ran.total("workers", "handled"), static_cast<double>(orders.sent));
}

// AWS Lambda Developer Guide, SQS event source mappings: a batch is an invocation, and a function
// that gathers ten of them needs a tenth of the environments where it does its work once for all.
TEST(BatchesInRuns, AreTakenByPollersToo) {
  const Ran alone(
      "run: {duration: 5min, drain: 10min}\n"
      "producers: {shop: {load: {constant: 50/s}, does: [{send: orders}]}}\n"
      "queues: {orders: {preset: aws-sqs-standard}}\n"
      "consumers: {f: {preset: aws-lambda-esm, from: orders, batch: {size: 1}, does: [work: "
      "1s]}}\n");
  const Ran together(
      "run: {duration: 5min, drain: 10min}\n"
      "producers: {shop: {load: {constant: 50/s}, does: [{send: orders}]}}\n"
      "queues: {orders: {preset: aws-sqs-standard}}\n"
      "consumers: {f: {preset: aws-lambda-esm, from: orders, batch: {size: 10, window: 1s}, does: "
      "[work: 0s], per_batch: [work: 1s]}}\n");
  EXPECT_GE(alone.sample("f", "instances").max, 50);
  EXPECT_LE(together.sample("f", "instances").max, 20);
  EXPECT_EQ(together.ledger("orders").acknowledged, together.ledger("orders").sent);
  EXPECT_EQ(together.ledger("orders").duplicates, 0u);
}

TEST(BatchesInRuns, OfOneMessageAreNone) {
  const auto run = [](const std::string& batch) {
    return Ran(
        "run: {duration: 1min, drain: 10min}\nnetwork: 1ms\n"
        "producers: {shop: {load: {poisson: 80/s}, does: [send: orders]}}\n"
        "queues: {orders: {visibility: 200ms}}\n"
        "consumers: {workers: {from: orders, instances: 5, concurrency: 2, " +
        batch + "does: [work: {exponential: 100ms}, fail: 10%]}}\n");
  };
  const Ran plain = run("");
  const Ran batched = run("batch: {size: 1}, ");
  EXPECT_EQ(batched.sum_of("orders", "wait"), plain.sum_of("orders", "wait"));
  EXPECT_EQ(batched.total("orders", "receives"), plain.total("orders", "receives"));
  EXPECT_EQ(batched.total("orders", "duplicates"), plain.total("orders", "duplicates"));
  EXPECT_EQ(batched.result().ended_at, plain.result().ended_at);
  EXPECT_GT(plain.total("orders", "redelivered"), 0);
}

// One handler in a hundred fails. As a whole batch goes back with it, its neighbours are received
// again as well.
TEST(BatchesInRuns, AreReceivedAgainAsAWholeUnlessFailuresGoBackAlone) {
  const auto run = [](const std::string& partial) {
    return Ran(
        "run: {duration: 100s, drain: 10min}\n"
        "producers: {p: {load: {constant: 100/s}, does: [send: q]}}\nqueues: {q: {}}\n"
        "consumers: {w: {from: q, batch: {size: 10, window: 50ms" +
        partial + "}, does: [work: 1ms, fail: 1%]}}\n");
  };
  const Ran whole = run("");
  const Ran partial = run(", partial_failures: true");
  EXPECT_GT(whole.total("q", "redelivered"), 3 * partial.total("q", "redelivered"));
  EXPECT_EQ(partial.total("q", "redelivered"), partial.total("w", "failed"));
  EXPECT_EQ(whole.total("q", "redelivered"), whole.total("w", "failed"));
  EXPECT_EQ(whole.total("w", "handled"), whole.total("p", "sent"));
}

// What is written once for a batch is as many writes as there are batches, and each message is done
// when that is.
TEST(BatchesInRuns, WriteOnceForAll) {
  const Ran ran(
      "run: {duration: 100s, drain: 1min}\n"
      "producers: {p: {load: {constant: 100/s}, does: [send: q]}}\nqueues: {q: {}}\n"
      "stores: {s: {write: 20ms}}\n"
      "consumers: {w: {from: q, batch: {size: 25, window: 100ms}, does: [work: 1ms], "
      "per_batch: [write: s]}}\n");
  EXPECT_EQ(ran.total("s", "writes"), ran.total("w", "batches"));
  EXPECT_EQ(ran.total("w", "handled"), ran.total("p", "sent"));
  EXPECT_LT(ran.total("s", "writes"), 0.2 * ran.total("p", "sent"));
  EXPECT_EQ(ran.total("p", "completed"), ran.total("p", "sent"));
}

}  // namespace
}  // namespace spillway
