// Presets in whole runs: where what a service does by default decides the answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// One message, born after a second, and what takes it from a queue.
std::string one_message(const std::string& queue, const std::string& consumer) {
  return "run: {duration: 1500ms, drain: 5min}\n"
         "producers: {shop: {load: {constant: 1/s}, does: [send: orders]}}\n"
         "queues: {orders: {" +
         queue + "}, failed: {}}\nconsumers: {workers: {from: orders, " + consumer + "}}\n";
}

TEST(PresetRuns, GiveAPoisonMessageUpAfterAsManyReceivesAsTheServiceDoes) {
  const auto receives = [](const std::string& preset, const std::string& more = "") {
    const Ran run(one_message("preset: " + preset + ", dead_letter: {to: failed" + more + "}",
                              "does: [work: 10ms, fail: 100%]"));
    EXPECT_EQ(run.ledger("orders").dead_lettered, 1u) << preset;
    EXPECT_EQ(run.ledger("failed").ready, 1u) << preset;
    return run.ledger("orders").receives;
  };
  // RabbitMQ, Quorum Queues: returned more than 20 times. ActiveMQ, RedeliveryPolicy: 6 more times.
  // Artemis, AddressSettings: max-delivery-attempts. Service Bus: MaxDeliveryCount.
  EXPECT_EQ(receives("rabbitmq-quorum"), 21u);
  EXPECT_EQ(receives("activemq-classic"), 7u);
  EXPECT_EQ(receives("activemq-artemis"), 10u);
  EXPECT_EQ(receives("azure-service-bus"), 10u);
  EXPECT_EQ(receives("google-pubsub"), 5u);
  EXPECT_EQ(receives("rabbitmq-quorum", ", after: 3"), 3u) << "what is said beside it counts";
}

TEST(PresetRuns, PauseBetweenReceivesAsActiveMqDoes) {
  const auto ended_at = [](const std::string& preset) {
    return Ran(one_message("preset: " + preset, "does: [work: 10ms, fail: 100%]"))
        .result()
        .ended_at;
  };
  EXPECT_EQ(ended_at("activemq-classic"), 1'000'000'000 + 7 * 10'000'000 + 6 * kSecond);
  EXPECT_EQ(ended_at("activemq-artemis"), 1'000'000'000 + 10 * 10'000'000);
}

TEST(PresetRuns, CountAnAcknowledgementAfterTheVisibilityWhereTheServiceDoes) {
  // Each handler takes 10 s longer than a message stays hidden, and somebody is always free.
  const auto acknowledged = [](const std::string& preset) {
    const Ran run(one_message("preset: " + preset, "instances: 20, does: [work: 40s]"));
    EXPECT_GE(run.ledger("orders").redelivered, 1u) << preset;
    return run.ledger("orders").acknowledged;
  };
  // NATS, JetStream consumers: an acknowledgement after AckWait is honoured.
  EXPECT_EQ(acknowledged("nats-jetstream"), 1u);
  EXPECT_EQ(acknowledged("aws-sqs-standard"), 0u);
}

TEST(PresetRuns, DeliverAgainWhatIsNotAcknowledgedInTime) {
  const auto redelivered = [](const std::string& preset) {
    return Ran(one_message("preset: " + preset, "instances: 2, does: [work: 20s]"))
        .ledger("orders")
        .redelivered;
  };
  EXPECT_GE(redelivered("google-pubsub"), 1u) << "10 s";
  EXPECT_EQ(redelivered("nats-jetstream"), 0u) << "30 s";
  EXPECT_EQ(redelivered("azure-service-bus"), 0u) << "60 s";
  EXPECT_EQ(redelivered("rabbitmq-classic"), 0u) << "as long as it takes";
  EXPECT_EQ(redelivered("redis-streams"), 0u) << "nobody claims it";
}

TEST(PresetRuns, DropTheHeadOfAFullQueueWhereTheServiceDoes) {
  const auto ledger = [](const std::string& preset) {
    return Ran("run: {duration: 1s, drain: 1min}\n"
               "producers: {shop: {load: {constant: 10/s}, does: [send: orders]}}\n"
               "queues: {orders: {preset: " +
               preset +
               ", capacity: 3}}\n"
               "consumers: {workers: {from: orders, does: [work: 10s]}}\n")
        .ledger("orders");
  };
  // 9 are sent; one is at work, and three wait.
  for (const char* preset : {"rabbitmq-classic", "nats-jetstream", "redis-streams"}) {
    EXPECT_EQ(ledger(preset).dropped, 5u) << preset;
    EXPECT_EQ(ledger(preset).rejected, 0u) << preset;
  }
  EXPECT_EQ(ledger("activemq-artemis").rejected, 5u);
}

TEST(PresetRuns, LoseWhatNobodyIsThereFor) {
  const auto lost = [](const std::string& preset) {
    return Ran("run: {duration: 10s}\n"
               "producers: {shop: {load: {constant: 1/s}, does: [publish: news]}}\n"
               "topics: {news: {preset: " +
               preset +
               ", subscriptions: {mail: {to: mailer}}}}\n"
               "consumers: {mailer: {does: [work: 1ms]}}\n"
               "faults: {away: {outage: mailer, at: 3500ms, for: 3s}}\n")
        .ledger("news.mail")
        .lost;
  };
  EXPECT_EQ(lost("nats-core"), 3u);
  EXPECT_EQ(lost("redis-pubsub"), 3u);
}

TEST(PresetRuns, LetAsManyReadAsTheServiceHasPartitions) {
  const auto ended_at = [](const std::string& preset) {
    return Ran("run: {duration: 1s, drain: 1h}\n"
               "producers: {shop: {load: {constant: 1000/s}, does: [send: orders]}}\n"
               "logs: {orders: {preset: " +
               preset +
               "}}\nconsumers: {billing: {from: orders, instances: 8, does: [work: "
               "100ms]}}\n")
        .result()
        .ended_at;
  };
  const Time one = ended_at("rabbitmq-stream");
  EXPECT_EQ(one, 1'000'000 + 999 * Time{100'000'000});
  EXPECT_EQ(ended_at("kafka"), one);
  EXPECT_LT(ended_at("aws-kinesis"), one / 4 + kSecond);
}

TEST(PresetRuns, KeepTheOrderOfAGroupFromAFifoTopicToItsQueuesAndStoreNothingTwice) {
  // Amazon SNS Developer Guide, FIFO topics: order within a message group, and 5 minutes of
  // deduplication, for each FIFO queue that is subscribed.
  const auto run = [](const std::string& topic, const std::string& queue,
                      const std::string& group) {
    return Ran(
        "run: {duration: 1min, drain: 1h}\n"
        "producers: {shop: {load: {constant: 10/s}, message: {key: {uniform: 5}}, does: [{publish: "
        "orders" +
        group +
        ", timeout: 100ms, retry: {attempts: 2}, fallback: []}]}}\n"
        "topics: {orders: {preset: " +
        topic +
        ", confirm: 250ms, subscriptions: {a: {to: q}, b: {to: r}}}}\nqueues: {q: {preset: " +
        queue + "}, r: {preset: " + queue +
        "}}\n"
        "consumers: {w: {from: q, instances: 20, does: [work: {exponential: 400ms}]}, v: {from: r, "
        "instances: 20, does: [work: 1ms]}}\n");
  };
  const Ran fifo = run("aws-sns-fifo", "aws-sqs-fifo", ", group: key");
  const Ran standard = run("aws-sns-standard", "aws-sqs-standard", "");
  for (const char* queue : {"q", "r"}) {
    EXPECT_EQ(fifo.ledger(queue).deduplicated, 599u) << "each is published twice";
    EXPECT_EQ(fifo.ledger(queue).acknowledged, 599u);
    EXPECT_EQ(standard.ledger(queue).acknowledged, 2u * 599u);
  }
  EXPECT_LE(fifo.sample("q", "in_flight").max, 5) << "one of each group";
  EXPECT_GT(standard.sample("q", "in_flight").max, 5);
}

TEST(PresetRuns, MissAKafkaBrokerSevenToNineSecondsAfterItCrashed) {
  // broker.session.timeout.ms 9 s after the last of the heartbeats, sent every 2 s (Apache Kafka
  // documentation, broker configuration): so long a partition has no leader, and sends wait.
  const Ran run(
      "run: {duration: 1min}\n"
      "producers: {shop: {load: {constant: 100/s}, does: [send: orders]}}\n"
      "brokers: {b: {preset: kafka-broker, nodes: 3}}\n"
      "logs: {orders: {preset: kafka, broker: b, replication: 3}}\n"
      "consumers: {billing: {preset: kafka-consumer, from: orders, does: [work: 1ms]}}\n"
      "faults: {down: {crash: b, nodes: 1, at: 20s, for: 30s}}\n");
  const Sample& latency = run.sample("shop", "latency");
  EXPECT_GE(latency.histogram->max(), 7 * kSecond - kSecond / 100);
  EXPECT_LE(latency.histogram->max(), 9 * kSecond);
  EXPECT_EQ(run.ledger("orders.billing").acknowledged, 5999u);
}

TEST(PresetRuns, SkipWhatIsThereWhenKafkasReadersComeBackTooLate) {
  // auto.offset.reset is latest: who was away for longer than the 7 days of retention.ms loses the
  // other 7 days too (Apache Kafka documentation, consumer configuration auto.offset.reset).
  const Ran run(
      "run: {duration: 20d}\n"
      "producers: {shop: {load: {constant: 24/d}, does: [send: orders]}}\n"
      "logs: {orders: {preset: kafka}}\n"
      "consumers: {billing: {preset: kafka-consumer, from: orders, does: [work: 1ms]}}\n"
      "faults: {away: {outage: billing, at: 2d30min, for: 10d}}\n");
  EXPECT_EQ(run.ledger("orders.billing").expired, 3u * 24u);
  EXPECT_EQ(run.ledger("orders.billing").lost, 7u * 24u);
}

}  // namespace
}  // namespace spillway
