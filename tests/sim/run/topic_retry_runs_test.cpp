// Retries of topics in whole runs, with the policies of the services.

#include <gtest/gtest.h>

#include <string>

#include "sim/run/world.h"
#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

constexpr Time kHour = 3600 * kSecond;

/// One message, published after a second, to a topic that says this; and what is down from the
/// start.
std::string one_message(const std::string& topic, const std::string& to, const std::string& down) {
  return "run: {duration: 25h, drain: 1h}\n"
         "producers: {shop: {load: {renewal: 26h, start: 1s}, does: [publish: events]}}\n"
         "topics: {events: {" +
         topic + ", subscriptions: {s: {to: " + to +
         ", dead_letter: failed}}}}\n"
         "queues: {orders: {}, failed: {}}\n"
         "services: {web: {does: [work: 10ms]}}\n"
         "consumers: {workers: {from: orders, does: [work: 10ms]}}\n"
         "faults: {down: {outage: " +
         to + ", at: 0s, for: " + down + "}}\n";
}

// Amazon SNS Developer Guide, message delivery retries: to a queue 3 at once, 2 after 1 s, then
// after 1, 2, 4, 8 s ... up to 20 s.
TEST(TopicRetryRuns, BringWhatAQueueWasAwayForAsSnsDoes) {
  const Ran run(one_message("preset: aws-sns-standard", "orders", "15s"));
  const Ledger ledger = run.ledger("events.s");
  // At 1 s four times, at 2, 3, 4, 6, 10 and 18 s.
  EXPECT_EQ(ledger.receives, 10u);
  EXPECT_EQ(ledger.redelivered, 9u);
  EXPECT_EQ(ledger.acknowledged, 1u);
  EXPECT_EQ(run.sum_of("events.s", "wait"), 17 * static_cast<std::uint64_t>(kSecond));
  EXPECT_EQ(run.ledger("orders").acknowledged, 1u);
}

// The same guide, HTTP/S: three retries, 20 s apart, and no more.
TEST(TopicRetryRuns, GiveAnEndpointUpAfterAMinuteAsSnsDoes) {
  const Ran run(one_message("preset: aws-sns-standard", "web", "2h"));
  EXPECT_EQ(run.ledger("events.s").receives, 4u);
  EXPECT_EQ(run.ledger("events.s").dead_lettered, 1u);
  EXPECT_EQ(run.sample("web", "refused").total, 4);
  EXPECT_EQ(run.ledger("failed").ready, 1u);
  const Ran back(one_message("preset: aws-sns-standard", "web", "50s"));
  EXPECT_EQ(back.ledger("events.s").acknowledged, 1u) << "at 61 s";
}

// Amazon EventBridge User Guide, retry policy: up to 185 times in 24 h, with jitter.
TEST(TopicRetryRuns, LastADayAsEventBridges) {
  const Ran run(one_message("preset: aws-eventbridge", "web", "24h55min"));
  const Ledger ledger = run.ledger("events.s");
  EXPECT_EQ(ledger.dead_lettered, 1u);
  EXPECT_LE(ledger.redelivered, 185u);
  EXPECT_GE(ledger.redelivered, 160u);
}

// Azure Event Grid, delivery and retry: 10 s, 30 s, 1, 5, 10, 30 min, 1 h, then hourly for 24 h,
// 30 attempts at most. An endpoint that hangs is given 30 s.
TEST(TopicRetryRuns, FollowEventGridsSchedule) {
  const Ran run(one_message("preset: azure-event-grid", "web", "24h55min"));
  EXPECT_EQ(run.ledger("events.s").receives, 30u);
  EXPECT_EQ(run.ledger("events.s").dead_lettered, 1u);
  std::string hangs = one_message("preset: azure-event-grid", "web", "65s");
  hangs.replace(hangs.find("outage: web"), 11, "hang: web");
  const Ran late(hangs);
  // At 1 s, given up at 31 s, and again at 41 s: the hang is over 24 s later.
  EXPECT_EQ(late.ledger("events.s").receives, 2u);
  EXPECT_EQ(late.sample("events -> web", "timeouts").total, 1);
  EXPECT_EQ(late.ledger("events.s").acknowledged, 1u);
  EXPECT_EQ(late.result().alive, 0u);
  EXPECT_LT(late.result().ended_at, kHour);
}

TEST(TopicRetryRuns, FilterByKeysAndDelayCopiesInQueues) {
  const Ran run(
      "run: {duration: 200s}\n"
      "producers: {shop: {load: {constant: 10/s}, message: {key: {uniform: 100}}, does: [{publish: "
      "events, delay: 3s}]}}\n"
      "topics: {events: {subscriptions: {few: {to: a, filter: {key: [0..9, 99]}}, all: {to: b}}}}\n"
      "queues: {a: {}, b: {}}\n"
      "consumers: {of-a: {from: a, does: [work: 1ms]}, of-b: {from: b, does: [work: 1ms]}}\n");
  const double sent = static_cast<double>(run.ledger("events.few").sent);
  EXPECT_GT(sent, 1900);
  EXPECT_NEAR(static_cast<double>(run.ledger("a").sent), sent * 0.11, 4 * 13.4)
      << "within four times the spread of a binomial count";
  EXPECT_EQ(run.ledger("events.few").filtered + run.ledger("a").sent,
            run.ledger("events.few").sent);
  EXPECT_EQ(run.sum_of("b", "wait"),
            3 * static_cast<std::uint64_t>(kSecond) * run.ledger("b").receives);
}

}  // namespace
}  // namespace spillway
