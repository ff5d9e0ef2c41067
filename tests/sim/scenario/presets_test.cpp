#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

#include "sim/scenario/preset.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

namespace fs = std::filesystem;

const fs::path kPresets = fs::path(SPILLWAY_SOURCE_DIR) / "scenarios" / "presets";

std::string contents(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

std::string with_call(const std::string& says) {
  return "run: {duration: 10min}\nproducers: {p: {load: {poisson: 1/s}, does: [{call: s, " + says +
         "}]}}\nservices: {s: {does: [work: 1ms]}}\n";
}

/// A scenario with the preset where it fits.
std::string with(const Preset& preset) {
  const std::string shop =
      "run: {duration: 10min}\nproducers: {shop: {load: {poisson: 10/s}, does: [send: orders]}}\n";
  const std::string use = "{preset: " + preset.name;
  switch (preset.noun) {
    case Noun::queue: {
      std::string sends(kShop);
      // Where messages belong to groups, each needs one.
      if (preset.name == "aws-sqs-fifo") {
        const std::string_view send = "send: orders";
        sends.replace(sends.find(send), send.size(), "{send: orders, group: all}");
      }
      return sends + "queues: {orders: " + use + "}}\n";
    }
    case Noun::log:
      return shop + "logs: {orders: " + use +
             "}}\nconsumers: {c: {from: orders, does: [work: 1ms]}}\n";
    case Noun::consumer:
      if (preset.name == "aws-lambda-esm") {
        return shop + "queues: {orders: {}}\nconsumers: {c: " + use +
               ", from: orders, does: [work: 1ms]}}\n";
      }
      return shop + "logs: {orders: {}}\nconsumers: {c: " + use +
             ", from: orders, does: [work: 1ms]}}\n";
    case Noun::topic:
      return "run: {duration: 10min}\nproducers: {shop: {load: {poisson: 10/s}, does: [publish: "
             "orders]}}\ntopics: {orders: " +
             use + ", subscriptions: {c: {to: c}}}}\nconsumers: {c: {does: [work: 1ms]}}\n";
    case Noun::broker:
      return std::string(kShop) + "brokers: {b: " + use + "}}\nqueues: {orders: {broker: b}}\n";
    case Noun::breaker:
      return with_call("breaker: {preset: " + preset.name + "}");
    case Noun::retry:
      return with_call("retry: {preset: " + preset.name + "}");
    case Noun::call:
      return with_call("preset: " + preset.name);
    default:
      ADD_FAILURE() << "say here how a preset of another noun is tried";
      return "";
  }
}

TEST(Presets, LoadAsComponents) {
  ASSERT_FALSE(presets().empty());
  for (const Preset& preset : presets()) {
    Diagnostics diagnostics;
    const std::string text = contents(kPresets / (preset.name + ".yaml"));
    const Preset read = parse_preset(text, preset.name, diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << preset.name << ": " << render(diagnostics[0]);
    EXPECT_EQ(read.values.size(), preset.values.size()) << "the program carries the file";
    EXPECT_FALSE(preset.not_modelled.empty()) << preset.name;
    EXPECT_EQ(findings(with(preset)), "") << preset.name;
  }
}

/// What a preset says of a queue; what it does not say is as in a plain one.
struct OfQueue {
  std::string_view name;
  Time visibility = 0;  ///< s
  Count receives = 0;   ///< at most
  Time pause = 0;       ///< s
  Time retention = 0;   ///< s
  Count in_flight = 0;
  double size = 0;  ///< MiB
  Overflow overflow = Overflow::reject;
  LateAck late_ack = LateAck::ignored;
};

constexpr Time kHour = 3600;

constexpr OfQueue kOfQueues[] = {
    {"activemq-artemis", 0, 10},
    {"activemq-classic", 0, 7, 1},
    {"aws-sqs-fifo", 30, 0, 0, 96 * kHour, 120'000, 1},
    {"aws-sqs-standard", 30, 0, 0, 96 * kHour, 120'000, 1},
    {"azure-service-bus", 60, 10},
    {"google-pubsub", 10, 0, 0, 168 * kHour},
    {"nats-jetstream", 30, 0, 0, 0, 1000, 0, Overflow::drop_head, LateAck::counts},
    {"rabbitmq-classic", 0, 0, 0, 0, 0, 16, Overflow::drop_head},
    {"rabbitmq-quorum", 1800, 21, 0, 0, 0, 16, Overflow::drop_head},
    {"redis-streams", 0, 0, 0, 0, 0, 0, Overflow::drop_head},
};

TEST(Presets, OfQueuesSayWhatTheServicesDo) {
  for (const OfQueue& service : kOfQueues) {
    SCOPED_TRACE(service.name);
    const Preset* preset = find_preset(service.name);
    ASSERT_NE(preset, nullptr);
    const QueueParameters queue = load(with(*preset)).variants.at(0).queues.at(0).parameters;
    EXPECT_EQ(queue.visibility.value_or(Duration{}).ns, service.visibility * kSecond);
    EXPECT_EQ(queue.dead_letter ? queue.dead_letter->after : 0, service.receives);
    EXPECT_EQ(queue.redelivery ? queue.redelivery->delay.ns : 0, service.pause * kSecond);
    EXPECT_EQ(queue.retention.value_or(Duration{}).ns, service.retention * kSecond);
    EXPECT_EQ(queue.max_in_flight.count.value_or(0), service.in_flight);
    EXPECT_EQ(
        queue.max_message_size ? static_cast<double>(queue.max_message_size->bytes) / 1048576 : 0,
        service.size);
    EXPECT_EQ(queue.overflow, service.overflow);
    EXPECT_EQ(queue.late_ack, service.late_ack);
    EXPECT_EQ(queue.capacity, kUnlimited);
  }
}

struct OfLog {
  std::string_view name;
  Count partitions;
  Time retention;  ///< unit: h; 0 = none
};

// retention.ms 7 d, Kinesis 24 h, streams none: the presets name the pages.
constexpr OfLog kOfLogs[] = {{"aws-kinesis", 4, 24}, {"kafka", 1, 168}, {"rabbitmq-stream", 1, 0}};

TEST(Presets, OfLogsSayHowManyPartitionsThereAreAndHowLongTheyKeepRecords) {
  for (const OfLog& service : kOfLogs) {
    const Preset* preset = find_preset(service.name);
    ASSERT_NE(preset, nullptr) << service.name;
    const LogParameters log = load(with(*preset)).variants.at(0).logs.at(0).parameters;
    EXPECT_EQ(log.partitions, service.partitions) << service.name;
    EXPECT_EQ(log.retention ? log.retention->ns / (3600 * kSecond) : 0, service.retention)
        << service.name;
    EXPECT_FALSE(log.retention_bytes) << service.name;
  }
}

TEST(Presets, OfConsumersSayHowKafkasReadALog) {
  const Preset* preset = find_preset("kafka-consumer");
  ASSERT_NE(preset, nullptr);
  const ConsumerParameters says = load(with(*preset)).variants.at(0).consumers.at(0).parameters;
  EXPECT_EQ(says.prefetch, 500);
  EXPECT_EQ(says.commit, Commit::after);
  EXPECT_EQ(says.commit_every->ns, 5 * kSecond);
  EXPECT_EQ(says.assignor, Assignor::eager);
  EXPECT_EQ(says.heartbeat->ns, 3 * kSecond);
  EXPECT_EQ(says.session_timeout->ns, 45 * kSecond);
  EXPECT_EQ(says.max_poll_interval->ns, 300 * kSecond);
  EXPECT_EQ(says.reset, Reset::latest);
}

TEST(Presets, OfBrokersSayHowLongAFailoverLasts) {
  // About a second after a crash: RabbitMQ, Clustering Guide.
  const Preset* preset = find_preset("rabbitmq");
  ASSERT_NE(preset, nullptr);
  const BrokerParameters says = load(with(*preset)).variants.at(0).brokers.at(0).parameters;
  EXPECT_EQ(says.failover.fixed(), kSecond);
  // RabbitMQ, Memory Threshold and Limit; Free Disk Space Alarms.
  EXPECT_DOUBLE_EQ(says.memory_alarm.value, 0.6);
  EXPECT_EQ(says.disk_free_limit.bytes, 50'000'000);
  // 9 s after a heartbeat, of which one is sent every 2 s: Apache Kafka, broker configuration.
  const BrokerParameters kafka =
      load(with(*find_preset("kafka-broker"))).variants.at(0).brokers.at(0).parameters;
  EXPECT_EQ(kafka.failover.mean(), 8e9);
  EXPECT_EQ(says.nodes, 1);
  EXPECT_EQ(load(std::string(kShop) + "queues: {orders: {preset: rabbitmq-quorum}}\n")
                .variants.at(0)
                .queues.at(0)
                .parameters.replication,
            3);
}

/// What a preset says of a breaker.
struct OfBreaker {
  std::string_view name;
  BreakerRules rules;
};

const OfBreaker kOfBreakers[] = {
    {"envoy-outlier", {.consecutive = 5, .open = 30 * kSecond, .probes = 0}},
    {"hystrix",
     {.period = 10 * kSecond,
      .minimum = 20,
      .failures = BreakerRules::kOne / 2,
      .open = 5 * kSecond}},
    {"resilience4j",
     {.calls = 100,
      .minimum = 100,
      .failures = BreakerRules::kOne / 2,
      .slow = 60 * kSecond,
      .slow_share = BreakerRules::kOne,
      .open = 60 * kSecond,
      .probes = 10}},
};

const CallParameters& call_of(const Scenario& scenario) {
  return std::get<CallParameters>(scenario.producers.at(0).parameters.does.steps.at(0).parameters);
}

TEST(Presets, OfBreakersSayWhenTheyOpen) {
  for (const OfBreaker& service : kOfBreakers) {
    SCOPED_TRACE(service.name);
    const Preset* preset = find_preset(service.name);
    ASSERT_NE(preset, nullptr);
    const ScenarioFile file = load(with(*preset));
    ASSERT_EQ(findings(file), "");
    const auto& breaker = call_of(file.variants.at(0)).breaker;
    ASSERT_TRUE(breaker);
    EXPECT_EQ(rules_of(*breaker), service.rules);
    EXPECT_EQ(Choices<BreakerPreset>::names.at(static_cast<std::size_t>(*breaker->preset)),
              service.name);
  }
}

/// What a preset says of retries.
struct OfRetry {
  std::string_view name;
  Count attempts;
  std::optional<RetryRules> rules;
};

const OfRetry kOfRetries[] = {
    {"aws-sdk", 3,
     RetryRules{
         .size = 500'000, .cost = 5'000, .late_cost = 10'000, .success = 1'000, .refund = true}},
    {"aws-sdk-2026", 3,
     RetryRules{
         .size = 500'000, .cost = 14'000, .late_cost = 14'000, .success = 1'000, .refund = true}},
    {"aws-sdk-adaptive", 3,
     RetryRules{
         .size = 500'000, .cost = 5'000, .late_cost = 10'000, .success = 1'000, .refund = true}},
    {"envoy-retry", 2, RetryRules{.at_once = true, .at_least = 3}},
    {"finagle", 21, std::nullopt},
    {"grpc", 4, RetryRules{.size = 10'000, .success = 100, .failure = 1'000, .floor = 5'000}},
};

TEST(Presets, OfRetriesSayWhatLimitsThem) {
  for (const OfRetry& client : kOfRetries) {
    SCOPED_TRACE(client.name);
    const Preset* preset = find_preset(client.name);
    ASSERT_NE(preset, nullptr);
    const ScenarioFile file = load(with(*preset));
    ASSERT_EQ(findings(file), "");
    const auto& retry = call_of(file.variants.at(0)).retry;
    ASSERT_TRUE(retry);
    EXPECT_EQ(retry->attempts, client.attempts);
    EXPECT_EQ(rules_of(*retry), client.rules);
    EXPECT_EQ(retry->budget.has_value(), client.name == "finagle");
    EXPECT_EQ(retry->reserve.has_value(), client.name == "finagle");
    EXPECT_EQ(retry->adaptive.has_value(), client.name == "aws-sdk-adaptive");
    EXPECT_EQ(Choices<RetryPreset>::names.at(static_cast<std::size_t>(*retry->preset)),
              client.name);
  }
}

/// What a gateway says of the calls that it makes.
struct OfCall {
  std::string_view name;
  std::optional<Time> timeout;
  std::optional<Time> deadline;
};

constexpr OfCall kOfCalls[] = {
    {"aws-alb", 60 * kSecond, {}},
    {"aws-api-gateway", 29 * kSecond, {}},
    {"envoy", {}, 15 * kSecond},
    {"nginx", 60 * kSecond, {}},
};

TEST(Presets, OfGatewaysSayHowLongTheyWait) {
  for (const OfCall& gateway : kOfCalls) {
    SCOPED_TRACE(gateway.name);
    const Preset* preset = find_preset(gateway.name);
    ASSERT_NE(preset, nullptr);
    const ScenarioFile file = load(with(*preset));
    ASSERT_EQ(findings(file), "");
    const CallParameters& call = call_of(file.variants.at(0));
    EXPECT_EQ(call.timeout ? call.timeout->fixed() : std::nullopt, gateway.timeout);
    EXPECT_EQ(call.deadline ? std::optional(call.deadline->ns) : std::nullopt, gateway.deadline);
    EXPECT_EQ(call.pool.has_value(), gateway.name == "envoy");
    EXPECT_EQ(Choices<CallPreset>::names.at(static_cast<std::size_t>(*call.preset)), gateway.name);
  }
  const ScenarioFile own = load(with_call("preset: aws-api-gateway, timeout: 5s"));
  EXPECT_EQ(call_of(own.variants.at(0)).timeout->fixed(), 5 * kSecond) << "what is said counts";
  const std::string wrong = findings(load(with_call("preset: hystrix")));
  EXPECT_NE(wrong.find(".preset: expected"), std::string::npos) << wrong;
}

/// What such a service does is what a plain topic does.
constexpr std::string_view kOfTopics[] = {"nats-core", "redis-pubsub"};

TEST(Presets, OfTopicsSayHowTheServicesTryAgain) {
  const auto topic = [](std::string_view name) {
    const Preset* preset = find_preset(name);
    return preset == nullptr ? TopicParameters{}
                             : load(with(*preset)).variants.at(0).topics.at(0).parameters;
  };
  // Amazon SNS Developer Guide, message delivery retries: 3 + 2 + 10 + 100,000; HTTP/S 3 in 60 s.
  const TopicParameters sns = topic("aws-sns-standard");
  ASSERT_TRUE(sns.retry && sns.call_retry);
  EXPECT_EQ(sns.retry->immediate + sns.retry->pre_backoff->retries + sns.retry->backoff->retries +
                sns.retry->post_backoff->retries,
            100'015);
  EXPECT_EQ(topic("aws-sns-fifo").retry->post_backoff->retries, 100'000) << "as to SQS";
  EXPECT_EQ(sns.call_retry->backoff->retries, 3);
  EXPECT_EQ(sns.call_retry->backoff->from.ns, 20 * kSecond);
  // Amazon EventBridge User Guide, retry policy: 24 h and up to 185 times, with jitter.
  const TopicParameters bridge = topic("aws-eventbridge");
  ASSERT_TRUE(bridge.retry);
  EXPECT_EQ(bridge.retry->backoff->retries, 185);
  EXPECT_EQ(bridge.retry->within->ns, 24 * kHour * kSecond);
  EXPECT_EQ(bridge.retry->jitter, Jitter::full);
  // Azure Event Grid, delivery and retry.
  const TopicParameters grid = topic("azure-event-grid");
  ASSERT_TRUE(grid.retry);
  EXPECT_EQ(grid.retry->schedule->all.size(), 7u);
  EXPECT_EQ(grid.retry->attempts, 30);
  EXPECT_EQ(grid.call_timeout->ns, 30 * kSecond);
}

TEST(Presets, OfLambdaSayHowItsPollersCome) {
  // AWS Lambda Developer Guide, scaling of SQS event source mappings: 5, then 300 more a minute.
  const Preset* preset = find_preset("aws-lambda-esm");
  ASSERT_NE(preset, nullptr);
  const ConsumerParameters says = load(with(*preset)).variants.at(0).consumers.at(0).parameters;
  EXPECT_EQ(says.concurrency, 1);
  ASSERT_TRUE(says.batch);
  EXPECT_EQ(says.batch->size, 10);
  EXPECT_EQ(says.batch->window.ns, 0);
  ASSERT_TRUE(says.scale);
  EXPECT_EQ(says.scale->by, ScaleBy::pollers);
  EXPECT_EQ(first_instances(says), 5);
  EXPECT_EQ(most_instances(says), 1250);
  EXPECT_DOUBLE_EQ(static_cast<double>(*says.scale->step) * 60 / to_seconds(says.scale->every->ns),
                   300);
}

TEST(Presets, AreAllTriedForTheirValues) {
  std::set<std::string_view> tried{"kafka-consumer",  "aws-lambda-esm",   "aws-sns-standard",
                                   "aws-eventbridge", "azure-event-grid", "rabbitmq",
                                   "kafka-broker",    "aws-sns-fifo"};
  for (const OfQueue& service : kOfQueues) tried.insert(service.name);
  for (const OfLog& service : kOfLogs) tried.insert(service.name);
  for (const OfBreaker& service : kOfBreakers) tried.insert(service.name);
  for (const OfRetry& client : kOfRetries) tried.insert(client.name);
  for (const OfCall& gateway : kOfCalls) tried.insert(gateway.name);
  for (const std::string_view name : kOfTopics) {
    const Preset* preset = find_preset(name);
    ASSERT_NE(preset, nullptr) << name;
    EXPECT_EQ(preset->noun, Noun::topic) << name;
    EXPECT_TRUE(preset->values.empty()) << name;
    tried.insert(name);
  }
  for (const Preset& preset : presets()) EXPECT_TRUE(tried.contains(preset.name)) << preset.name;
}

TEST(Presets, FillInWhatTheComponentDoesNotSay) {
  const auto visibility = [](const std::string& fields) {
    const ScenarioFile file =
        load(std::string(kShop) + "queues: {orders: {preset: aws-sqs-standard" + fields + "}}\n");
    EXPECT_EQ(findings(file), "");
    EXPECT_EQ(file.variants.at(0).queues.at(0).preset, "aws-sqs-standard");
    return file.variants.at(0).queues.at(0).parameters.visibility;
  };
  EXPECT_EQ(visibility("")->ns, 30 * kSecond);
  EXPECT_EQ(visibility(", visibility: 2min")->ns, 120 * kSecond);
  EXPECT_FALSE(visibility(", visibility: null")) << "null removes";
}

TEST(Presets, AreKnownByName) {
  const auto wrong = [](const std::string& name) {
    return findings(std::string(kShop) + "queues: {orders: {preset: " + name + "}}\n");
  };
  EXPECT_EQ(wrong("aws-sqs-standrd"),
            "4:27 queues.orders.preset: expected the name of a preset for a queue; found "
            "aws-sqs-standrd [unknown-name] (did you mean 'aws-sqs-standard'?)\n");
  EXPECT_EQ(wrong("dynamodb-eventual"),
            "4:27 queues.orders.preset: this version does not simulate 'dynamodb-eventual' yet "
            "[not-simulated]\n");
  EXPECT_EQ(findings("run: {duration: 1min}\nproducers: {p: {preset: aws-sqs-standard, load: "
                     "{poisson: 1/s}, does: []}}\n"),
            "2:25 producers.p.preset: the preset 'aws-sqs-standard' is for a queue, not for a "
            "producer [wrong-noun]\n");
  EXPECT_EQ(find_preset("nothing"), nullptr);
}

TEST(Presets, OfAWrongFormAreTold) {
  Diagnostics diagnostics;
  parse_preset("preset: other\nfor: queues\nvalues: {visibility: {value: 30s}}\n", "name",
               diagnostics);
  std::string told;
  for (const Diagnostic& diagnostic : diagnostics) told += diagnostic.path + " ";
  EXPECT_EQ(told, "preset for stands_for visibility not_modelled ");
}

}  // namespace
}  // namespace spillway
