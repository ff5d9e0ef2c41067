// Queues whose consumers ask for messages, in whole runs.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

std::string shop(const std::string& queue, const std::string& workers, const std::string& load,
                 const std::string& more = "") {
  return "run: {duration: 10min, drain: 10min}\n" + more + "producers: {shop: {load: {" + load +
         "}, does: [send: orders]}}\nqueues: {orders: {" + queue +
         "}}\nconsumers: {workers: {from: orders, " + workers + "}}\n";
}

// Without a network a long poll that is sent again at once is never away: whoever would be handed a
// message is there.
TEST(PollsInRuns, ThatAreLongDelayNothingWithoutANetwork) {
  const std::string workers = "instances: 3, concurrency: 2, does: [work: {exponential: 50ms}]";
  const Ran none(shop("visibility: 200ms, price: {request: $0.01}", workers, "poisson: 80/s"));
  const Ran polls(shop("visibility: 200ms, price: {request: $0.01}, poll: {wait: 100ms}", workers,
                       "poisson: 80/s"));
  EXPECT_EQ(polls.sum_of("orders", "wait"), none.sum_of("orders", "wait"));
  EXPECT_EQ(polls.sum_of("workers", "latency"), none.sum_of("workers", "latency"));
  EXPECT_EQ(polls.total("orders", "receives"), none.total("orders", "receives"));
  EXPECT_EQ(none.total("orders", "empty_receives"), 0);
  const double empty = polls.total("orders", "empty_receives");
  EXPECT_GT(empty, 100);
  EXPECT_NEAR(polls.total("orders", "cost"), none.total("orders", "cost") + 0.01 * empty, 1e-6);
}

// A worker that does everything in no time asks at fixed distances of 1 s, whatever it finds: a
// message waits uniformly between 0 and 1 s. A bound of 4 standard errors is exceeded by chance in
// less than 0.01 % of all seeds; seed 1, about 6000 messages.
TEST(PollsInRuns, ThatAreShortLetMessagesWaitForHalfAPauseOnAverage) {
  const Ran ran(shop("poll: {pause: 1s}", "does: [work: 0s]", "poisson: 10/s"));
  const Sample& wait = ran.sample("orders", "wait");
  ASSERT_GT(wait.n, 5000u);
  const auto n = static_cast<double>(wait.n);
  const double mean = static_cast<double>(ran.sum_of("orders", "wait")) * 1e-9 / n;
  EXPECT_NEAR(mean, 0.5, 4 * std::sqrt(1.0 / 12 / n));
  EXPECT_LE(wait.max, 1);
  // Each of 600 rounds ends with an empty receive.
  EXPECT_NEAR(ran.total("orders", "empty_receives"), 600, 1);
}

// Amazon SQS Developer Guide, short and long polling: an idle queue is asked 20 times as often by a
// client that sleeps for a second as by one that lets SQS wait for 20 s.
TEST(PollsInRuns, CostAsManyRequestsAsTheyAre) {
  const auto idle = [](const std::string& poll) {
    return Ran(shop("preset: aws-sqs-standard, poll: {" + poll + "}", "does: [work: 1s]",
                    "constant: 1/h"));
  };
  const Ran by_sleep = idle("pause: 1s");
  const Ran by_wait = idle("wait: 20s");
  EXPECT_EQ(by_sleep.total("shop", "sent"), 0);
  EXPECT_EQ(by_sleep.total("orders", "empty_receives"), 600);
  EXPECT_EQ(by_wait.total("orders", "empty_receives"), 29);  // the 30th comes back with the end
  EXPECT_NEAR(by_sleep.total("orders", "cost"), 600 * 0.4e-6, 1e-15);
  EXPECT_NEAR(by_wait.total("orders", "cost"), 29 * 0.4e-6, 1e-15);
}

TEST(PollsInRuns, AreAwayForTheNetworksTime) {
  const auto empty = [](const std::string& network) {
    const Ran ran(shop("poll: {wait: 1s}", "does: [work: 1s]", "constant: 1/h",
                       "network: " + network + "\n"));
    return ran.total("orders", "empty_receives");
  };
  EXPECT_EQ(empty("0s"), 599);
  EXPECT_EQ(empty("100ms"), 500);  // each 1.2 s: the last one at 1 + 499 x 1.2 = 599.8 s
  // 2 s away on average, exponentially each way: 600 / 3 rounds, with a standard deviation below 8.
  EXPECT_NEAR(empty("{exponential: 1s}"), 200, 32);
}

TEST(PollsInRuns, AtFixedInstantsBringUpToTheirSizes) {
  const Ran ran(shop("poll: {at: [1min, 2min, 5min, 9min], sizes: [20, 100, 1, 500]}",
                     "prefetch: 1000, does: [work: 0s]", "constant: 1/s"));
  // 59 have come before the first minute (that of 60 s comes at it, and so after), 119 before the
  // second: 20 + 99 + 1 + 419 are handled by the tenth.
  EXPECT_EQ(ran.total("orders", "receives"), 20 + 99 + 1 + 419);
  EXPECT_EQ(ran.ledger("orders").ready, 599u - 539);
  EXPECT_EQ(ran.total("orders", "empty_receives"), 0);
}

// Whoever has acknowledged before it handles says when its place is free again, which is no
// receive.
TEST(PollsInRuns, AtFixedInstantsBringTheSameToWhoAcknowledgesBefore) {
  const Ran ran(shop("poll: {at: [1min, 2min, 5min, 9min], sizes: [20, 100, 1, 500]}",
                     "prefetch: 1000, ack: before, does: [work: 0s]", "constant: 1/s"));
  EXPECT_EQ(ran.total("orders", "receives"), 20 + 99 + 1 + 419);
  EXPECT_EQ(ran.total("orders", "empty_receives"), 0);
}

}  // namespace
}  // namespace spillway
