// What a scenario costs: every part against what its own counters and a pencil say.

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

bool has(const Ran& ran, std::string_view component, std::string_view metric) {
  return std::ranges::any_of(ran.world().plan().metrics, [&](const MetricKey& key) {
    return key.component == component && key.metric == metric;
  });
}

TEST(Cost, OfAQueueIsItsCallsAndOfAConsumerItsInstances) {
  // 1000 messages of 2 kB, each sent, received and acknowledged once, are 3000 calls at $1 a
  // thousand. Three instances are there for 100 s at $0.036 an hour.
  Ran ran(R"(
run: {duration: 100s, drain: 1min}
producers: {shop: {load: {constant: 10/s}, does: [{send: orders}]}}
queues: {orders: {price: {request: $1/1k}}}
consumers: {worker: {from: orders, instances: 3, price: {instance: $0.036/h}, does: [{work: 10ms}]}}
)");
  const double messages = ran.total("shop", "sent");
  EXPECT_DOUBLE_EQ(ran.total("orders", "cost"), 3 * messages / 1000);
  EXPECT_NEAR(ran.total("worker", "cost"), 3 * 100 * 0.036 / 3600, 1e-12);
  EXPECT_DOUBLE_EQ(ran.total("total", "cost"),
                   ran.total("orders", "cost") + ran.total("worker", "cost"));
  EXPECT_FALSE(has(ran, "total", "cost.month"));
  EXPECT_FALSE(has(ran, "shop", "cost"));
}

TEST(Cost, CountsRedeliveriesFailuresAndHeartbeats) {
  // Each of 3 messages is received 3 times, fails each time and is a dead letter then, which the
  // broker moves itself: 1 send, 3 receives, 3 answers. Each handler of 1 s says twice, at 0.4 s
  // and 0.8 s, that it still has the message.
  Ran ran(R"(
run: {duration: 70s, drain: 10min}
producers: {shop: {load: {constant: 3/min}, does: [{send: orders}]}}
queues: {orders: {visibility: 5s, dead_letter: {after: 3}, price: {request: $0.01}}}
consumers: {worker: {from: orders, heartbeat: 400ms, does: [{work: 1s}, {fail: 100%}]}}
)");
  ASSERT_EQ(ran.total("shop", "sent"), 3);
  EXPECT_EQ(ran.total("orders", "receives"), 9);
  EXPECT_EQ(ran.total("orders", "extensions"), 18);
  EXPECT_NEAR(ran.total("orders", "cost"), (3 + 9 + 9 + 18) * 0.01, 1e-12);
}

TEST(Cost, OfABatchIsOneReceiveAndOneAcknowledgement) {
  // Of 99 messages that come by pairs, each pair is sent by 2 calls, received by 1 and
  // acknowledged by 1.
  Ran ran(R"(
run: {duration: 50s, drain: 1min}
producers: {shop: {load: {constant: 1/s}, does: [{parallel: [[{send: orders}], [{send: orders}]]}]}}
queues: {orders: {price: {request: $0.01}}}
consumers: {worker: {from: orders, batch: {size: 2, window: 10ms}, does: [{work: 10ms}]}}
)");
  ASSERT_EQ(ran.total("shop", "sent"), 49);
  EXPECT_EQ(ran.total("worker", "batches"), 49);
  EXPECT_EQ(ran.total("worker", "handled"), 98);
  EXPECT_NEAR(ran.total("orders", "cost"), 49 * 4 * 0.01, 1e-12);
}

TEST(Cost, OfStorageIsBytesTimesTime) {
  // Nobody takes them: message k of 1 kB, sent at k s, is there for 10 - k s.
  Ran ran(R"(
run: {duration: 10s, drain: 0s}
producers:
  shop: {load: {constant: 1/s}, message: {size: 1kB}, does: [{send: orders}]}
queues: {orders: {price: {storage: $1/kB/s}}}
)");
  EXPECT_NEAR(ran.total("orders", "cost"), 9 + 8 + 7 + 6 + 5 + 4 + 3 + 2 + 1, 1e-9);
}

TEST(Cost, OfATopicIsItsPublishesAndWhatItPushes) {
  Ran ran(R"(
run: {duration: 100s, drain: 1min}
producers: {shop: {load: {constant: 10/s}, does: [{publish: news}]}}
topics:
  news: {price: {request: $0.50/1k, delivery: $0.60/1k}, subscriptions: {a: {to: mail}, b: {to: box}, c: {to: hook}}}
services: {hook: {concurrency: 9, does: [{work: 1ms}]}}
queues: {box: {price: {request: $0.40/1k}}}
consumers: {mail: {does: [{work: 1ms}]}, reader: {from: box, does: [{work: 1ms}]}}
)");
  const double messages = ran.total("news", "published");
  EXPECT_NEAR(ran.total("news", "cost"), messages * (0.5 + 2 * 0.6) / 1000, 1e-9);
  EXPECT_NEAR(ran.total("box", "cost"), messages * 3 * 0.4 / 1000, 1e-9);
}

TEST(Cost, OfAFunctionIsItsRequestsAndTheTimeItRuns) {
  Ran ran(R"(
run: {duration: 100s, drain: 1min}
producers: {shop: {load: {constant: 10/s}, does: [{call: resize}]}}
services: {resize: {concurrency: 50, price: {request: $0.20/1k, slot: $0.01/s}, does: [{work: 50ms}]}}
)");
  const double requests = ran.total("resize", "received");
  EXPECT_NEAR(ran.total("resize", "cost"), requests * 0.0002 + requests * 0.05 * 0.01, 1e-6);
}

TEST(Cost, OfAMonthIsThatOfTheTimeItStandsFor) {
  const std::string rest = R"(
price: {instance: $1/h, request: $1/1k}
producers: {shop: {load: {constant: 10/s}, does: [{send: orders}]}}
queues: {orders: {price: {request: $2/1k}}, other: {}}
consumers: {worker: {from: orders, price: {request: $0}, does: [{work: 10ms}]}, idle: {from: other, does: []}}
)";
  Ran ran("run: {duration: 90s, warmup: 30s, represents: 1d}" + rest);
  // Measured are 60 s: two instances, and 600 messages whose calls cost $2 a thousand and not $1.
  const double total = 2 * 60.0 / 3600 + 600 * 3 * 0.002;
  EXPECT_NEAR(ran.total("total", "cost"), total, 0.01);
  EXPECT_DOUBLE_EQ(ran.total("total", "cost.month"), ran.total("total", "cost") * 730 / 24);
}

double in_window(const Ran& ran, std::string_view component, std::string_view metric,
                 std::string_view window) {
  const Plan& plan = ran.world().plan();
  for (std::size_t i = 0; i < plan.metrics.size(); ++i) {
    const MetricKey& key = plan.metrics[i];
    if (key.component == component && key.metric == metric &&
        plan.windows[key.window].name == window) {
      return ran.result().samples[i].total;
    }
  }
  return -1;
}

TEST(Cost, IsOfEachWindowToo) {
  Ran ran(R"(
run: {duration: 100s, drain: 1min}
windows: {sale: {at: 20s, for: 30s}}
price: {instance: $1/s}
producers: {shop: {load: {constant: 10/s}, does: [{send: orders}]}}
queues: {orders: {}}
consumers: {worker: {from: orders, does: [{work: 10ms}]}}
)");
  EXPECT_NEAR(in_window(ran, "total", "cost", "sale"), 30, 1e-9);
  EXPECT_NEAR(ran.total("total", "cost"), 100, 1e-9);
}

}  // namespace
}  // namespace spillway
