// Topics in whole runs: from the text of a scenario to its ledgers and figures.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/run/world.h"
#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

TEST(TopicRuns, DeliverToEverySubscriptionToTheNanosecond) {
  const Ran run(
      "run: {duration: 10s}\n"
      "network: 10ms\n"
      "producers:\n"
      "  shop: {load: {constant: 1/s}, message: {type: {placed: 100%}}, does: [publish: events]}\n"
      "  bin: {load: {constant: 1/s}, message: {type: {dropped: 100%}}, does: [publish: events]}\n"
      "topics:\n"
      "  events:\n"
      "    delivery: 5ms\n"
      "    confirm: 3ms\n"
      "    subscriptions:\n"
      "      stored: {to: orders}\n"
      "      mail: {to: mailer, filter: {type: [placed]}}\n"
      "queues: {orders: {}}\n"
      "consumers:\n"
      "  workers: {from: orders, instances: 2, does: [work: 100ms]}\n"
      "  mailer: {does: [work: 200ms]}\n");
  constexpr std::uint64_t kMs = kMillisecond;
  // Nine of each: at 1 s, 2 s, ... 9 s.
  EXPECT_EQ(run.ledger("events.stored").sent, 18u);
  EXPECT_EQ(run.ledger("events.stored").acknowledged, 18u);
  EXPECT_EQ(run.ledger("events.mail").sent, 18u);
  EXPECT_EQ(run.ledger("events.mail").filtered, 9u);
  EXPECT_EQ(run.ledger("events.mail").acknowledged, 9u);
  EXPECT_EQ(run.ledger("orders").acknowledged, 18u);
  // There 10, confirm 3, back 10.
  EXPECT_EQ(run.sum_of("shop", "latency"), 9 * 23 * kMs);
  // There 10, the topic's 5, to its target 10.
  EXPECT_EQ(run.sum_of("events.stored", "wait"), 18 * 25 * kMs);
  EXPECT_EQ(run.sum_of("events.mail", "wait"), 9 * 25 * kMs);
  // Placed: until the mail's acknowledgement is back at the topic. Others: until their worker's is
  // back at the queue.
  EXPECT_EQ(run.sum_of("shop", "completion"), 9 * (25 + 200 + 10) * kMs);
  EXPECT_EQ(run.sum_of("bin", "completion"), 9 * (25 + 10 + 100 + 10) * kMs);
  EXPECT_EQ(run.sample("events -> mailer", "attempts").total, 9);
  EXPECT_EQ(run.sample("events", "published").total, 18);
  EXPECT_EQ(run.result().alive, 0u);
}

TEST(TopicRuns, LoseExactlyWhatComesWhileAConsumerIsDown) {
  const Ran run(
      "run: {duration: 100s}\n"
      "producers: {shop: {load: {constant: 1/s, start: 500ms}, does: [publish: events]}}\n"
      "topics:\n"
      "  events:\n"
      "    subscriptions:\n"
      "      stored: {to: orders}\n"
      "      mail: {to: mailer}\n"
      "      log: {to: logger, dead_letter: failed}\n"
      "queues: {orders: {}, failed: {}}\n"
      "consumers:\n"
      "  workers: {from: orders, does: [work: 100ms]}\n"
      "  mailer: {does: [work: 2s]}\n"
      "  logger: {prefetch: 1, does: [work: 1500ms]}\n"
      "faults: {gone: {outage: mailer, at: 40s, for: 10s}}\n");
  // Every second one, 2 s of work: the mailer falls behind. At 40 s it has begun 20 of the 40 that
  // have come, and ended 19; what it holds is lost, and the ten that come meanwhile.
  const Ledger mail = run.ledger("events.mail");
  EXPECT_EQ(mail.sent, 100u);
  EXPECT_EQ(mail.acknowledged, 19u + 50);
  EXPECT_EQ(mail.lost, 21u + 10);
  EXPECT_EQ(run.ledger("orders").acknowledged, 100u);
  // The logger holds one for 1.5 s, and comes to the next but one.
  EXPECT_EQ(run.ledger("events.log").acknowledged, 50u);
  EXPECT_EQ(run.ledger("events.log").dead_lettered, 50u);
  EXPECT_EQ(run.ledger("failed").sent, 50u);
  EXPECT_EQ(run.ledger("failed").ready, 50u);
  EXPECT_EQ(run.sample("shop", "completed").total, 35)
      << "half of the 69 mails were of messages that were logged";
}

TEST(TopicRuns, GiveTheSameFiguresWhateverElseSubscribes) {
  const auto text = [](const std::string& more, const std::string& consumers) {
    return "run: {duration: 200s}\n"
           "network: {exponential: 3ms}\n"
           "producers:\n"
           "  shop:\n"
           "    load: {poisson: 5/s}\n"
           "    message: {type: {placed: 70%, cancelled: 30%}}\n"
           "    does: [publish: events]\n"
           "topics:\n"
           "  events:\n"
           "    delivery: {exponential: 4ms}\n"
           "    subscriptions:\n" +
           more +
           "      mail: {to: mailer, filter: {type: placed}}\n"
           "      stored: {to: orders}\n"
           "queues: {orders: {}}\n"
           "consumers:\n" +
           consumers +
           "  mailer: {concurrency: 2, prefetch: 2, does: [work: {exponential: 300ms}]}\n"
           "  workers: {from: orders, does: [work: {exponential: 150ms}, fail: 5%]}\n";
  };
  const Ran one(text("", ""));
  const Ran two(
      text("      audit: {to: auditor}\n", "  auditor: {does: [work: {exponential: 1s}]}\n"));
  for (const std::string channel : {"events.mail", "events.stored", "orders"}) {
    const Ledger a = one.ledger(channel);
    const Ledger b = two.ledger(channel);
    Ledger::visit(a, b, [&](const char* name, std::uint64_t first, std::uint64_t second) {
      EXPECT_EQ(first, second) << channel << " " << name;
    });
  }
  EXPECT_GT(one.ledger("events.mail").lost, 0u);
  EXPECT_GT(one.ledger("events.mail").filtered, 0u);
  for (const auto& [component, metric] :
       std::vector<std::pair<std::string, std::string>>{{"mailer", "latency"},
                                                        {"workers", "latency"},
                                                        {"orders", "wait"},
                                                        {"events.mail", "wait"},
                                                        {"shop", "latency"}}) {
    EXPECT_EQ(one.sum_of(component, metric), two.sum_of(component, metric)) << component;
    EXPECT_EQ(one.sample(component, metric).n, two.sample(component, metric).n) << component;
  }
}

TEST(TopicRuns, HandWorkOnAcrossTopicsInCircles) {
  const Ran run(
      "run: {duration: 100s}\n"
      "producers: {shop: {load: {constant: 1/s}, does: [publish: events, {publish: events, "
      "confirm: false}]}}\n"
      "topics:\n"
      "  events: {subscriptions: {all: {to: hub}}}\n"
      "  echoes: {subscriptions: {again: {to: echo}}}\n"
      "consumers:\n"
      "  hub: {ack: before, does: [{publish: echoes}]}\n"
      "  echo: {does: [choose: {20%: [publish: events], 80%: []}]}\n");
  const Ledger all = run.ledger("events.all");
  EXPECT_EQ(all.sent, all.acknowledged);
  EXPECT_GT(all.sent, 2u * 99);
  EXPECT_EQ(run.ledger("echoes.again").sent, all.sent);
  EXPECT_EQ(run.sample("shop", "completed").total, 99);
  EXPECT_EQ(run.result().alive, 0u);
  EXPECT_EQ(run.result().open, 0u);
}

}  // namespace
}  // namespace spillway
