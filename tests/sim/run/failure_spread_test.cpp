// When the edges of a chain first fail after its last link has stopped, and how often each asks.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// 10 a second along shop -> checkout -> payments; from 40 s on payments answers nothing.
constexpr const char* kChain =
    "run: {duration: 60s, drain: 1min}\n"
    "producers: {shop: {load: {constant: 10/s}, does: [{call: checkout, timeout: 2s}]}}\n"
    "services:\n"
    "  checkout: {concurrency: 4, accept_queue: 0, does: [{call: payments, timeout: 1s, "
    "retry: {attempts: 3}}]}\n"
    "  payments: {concurrency: 100, does: [work: 1ms]}\n"
    "faults: {stuck: {hang: payments, at: 40s, for: 10s}}\n";

double first_failure(const Ran& ran, const std::string& edge, const std::string& window) {
  const Plan& plan = ran.world().plan();
  for (std::size_t i = 0; i < plan.metrics.size(); ++i) {
    const MetricKey& key = plan.metrics[i];
    if (key.component == edge && key.metric == "first_failure" &&
        plan.windows[key.window].name == window) {
      return ran.result().samples[i].total;
    }
  }
  ADD_FAILURE() << "no first_failure of " << edge;
  return -1;
}

TEST(FailureSpread, IsToldByTheTimesAtWhichTheEdgesFirstFail) {
  Ran ran(kChain);
  // The first that hangs came at 40 s and is given up 1 s later. By then 4 of its like have taken
  // the slots, from 40 s to 40.3 s: what comes at 40.4 s is refused.
  EXPECT_DOUBLE_EQ(first_failure(ran, "checkout -> payments", "stuck"), 1);
  EXPECT_DOUBLE_EQ(first_failure(ran, "shop -> checkout", "stuck"), 0.4);
}

TEST(FailureSpread, CountsTheAttemptsThatFollowOthers) {
  Ran ran(kChain);
  const double attempts = ran.total("checkout -> payments", "attempts");
  const double retries = ran.total("checkout -> payments", "retries");
  // Each call that times out is tried again, at most twice.
  EXPECT_GT(retries, 0);
  EXPECT_LE(retries, 2 * (attempts - retries));
  EXPECT_LE(retries, ran.total("checkout -> payments", "timeouts"));
  EXPECT_EQ(ran.total("shop -> checkout", "retries"), 0);
  EXPECT_DOUBLE_EQ(ran.mean("checkout -> payments", "amplification"),
                   attempts / (attempts - retries));
  EXPECT_EQ(ran.mean("shop -> checkout", "amplification"), 1);
}

TEST(FailureSpread, CountsEveryRetryOfACallThatNeverGoesWell) {
  Ran ran(
      "run: {duration: 10s, drain: 1min}\n"
      "producers: {shop: {load: {constant: 10/s}, does: [{call: back, retry: {attempts: 4, "
      "backoff: {base: 10ms}}}]}}\n"
      "services: {back: {does: [fail: 100%]}}\n");
  EXPECT_EQ(ran.mean("shop -> back", "amplification"), 4);
}

TEST(FailureSpread, SaysWhatAFaultStrikes) {
  Ran ran(
      "run: {duration: 10s}\n"
      "producers: {shop: {load: {constant: 10/s}, does: [{send: orders}, {call: back, timeout: "
      "1s}]}}\n"
      "brokers: {rabbit: {}}\n"
      "queues: {orders: {broker: rabbit}, other: {}}\n"
      "consumers: {workers: {from: orders, does: []}, more: {from: other, does: []}}\n"
      "services: {back: {does: [work: 1ms]}}\n"
      "faults:\n"
      "  b: {outage: rabbit, at: 1s, for: 1s}\n"
      "  c: {loss: {shop -> back: 10%}, at: 1s, for: 1s}\n"
      "  d: {partition: [shop, back], at: 1s, for: 1s}\n");
  const std::vector<Strike>& strikes = ran.world().plan().strikes;
  ASSERT_EQ(strikes.size(), 3u);
  EXPECT_EQ(strikes[0].struck, (std::vector<std::string>{"rabbit", "orders"}));
  EXPECT_EQ(strikes[1].struck, std::vector<std::string>{"shop -> back"});
  EXPECT_EQ(strikes[2].struck, std::vector<std::string>{"shop -> back"});
}

}  // namespace
}  // namespace spillway
