#include "sim/run/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <limits>

namespace spillway {
namespace {

using testing::HasSubstr;

Distribution fixed(Time time) {
  Distribution distribution;
  distribution.variate = Variate::constant(static_cast<double>(time));
  return distribution;
}
Distribution exponential(Time mean) {
  Distribution distribution;
  distribution.variate = Variate::exponential(static_cast<double>(mean));
  return distribution;
}

StepDeclaration work(Distribution time) { return {WorkParameters{std::move(time)}, {}}; }
StepDeclaration call(const std::string& service, std::optional<Holds> holds = {}) {
  CallParameters parameters;
  parameters.service.name = service;
  parameters.holds = holds;
  return {parameters, {}};
}
StepDeclaration send(const std::string& queue, bool confirm = true) {
  SendParameters parameters;
  parameters.channel.name = queue;
  parameters.confirm = confirm;
  return {parameters, {}};
}
StepDeclaration fail(double share) {
  FailParameters parameters;
  parameters.share.share.value = share;
  return {parameters, {}};
}

/// Scenarios as a test writes them.
struct Sketch {
  Scenario scenario;

  explicit Sketch(Time duration) {
    scenario.name = "sketch";
    scenario.run.duration.ns = duration;
  }
  ProducerParameters& producer(const std::string& name, double constant_rate,
                               std::vector<StepDeclaration> does) {
    Component<ProducerParameters>& added = scenario.producers.emplace_back();
    added.name = name;
    added.parameters.load.constant = Rate{constant_rate};
    added.parameters.does.steps = std::move(does);
    return added.parameters;
  }
  ServiceParameters& service(const std::string& name, std::vector<StepDeclaration> does) {
    Component<ServiceParameters>& added = scenario.services.emplace_back();
    added.name = name;
    added.parameters.does.steps = std::move(does);
    return added.parameters;
  }
  QueueParameters& queue(const std::string& name) {
    Component<QueueParameters>& added = scenario.queues.emplace_back();
    added.name = name;
    return added.parameters;
  }
  ConsumerParameters& consumer(const std::string& name, const std::string& from,
                               std::vector<StepDeclaration> does) {
    Component<ConsumerParameters>& added = scenario.consumers.emplace_back();
    added.name = name;
    added.parameters.from.name = from;
    added.parameters.does.steps = std::move(does);
    return added.parameters;
  }
};

const Sample& sample(const World& world, const Result& result, const std::string& component,
                     const std::string& metric, const std::string& window = "") {
  const Plan& plan = world.plan();
  for (std::size_t i = 0; i < plan.metrics.size(); ++i) {
    const MetricKey& key = plan.metrics[i];
    if (key.component == component && key.metric == metric &&
        plan.windows[key.window].name == window) {
      return result.samples[i];
    }
  }
  ADD_FAILURE() << "no " << component << "." << metric << "@" << window;
  return result.samples.front();
}

const Ledger& ledger(const World& world, const Result& result, const std::string& queue) {
  const auto& channels = world.plan().channels;
  const auto place = std::ranges::find(channels, queue) - channels.begin();
  return result.ledgers[static_cast<std::size_t>(place)];
}

TEST(World, RunsAChainAndAddsUpItsTimes) {
  Sketch sketch(10 * kSecond);
  sketch.scenario.network = fixed(kMillisecond);
  sketch.producer("shop", 1, {call("front")});
  sketch.service("front", {work(fixed(10 * kMillisecond)), call("back")});
  sketch.service("back", {work(fixed(5 * kMillisecond))});
  World world(sketch.scenario);
  const Result result = world.run(1, 0);
  ASSERT_EQ(result.failure, "");
  EXPECT_TRUE(world.plan().deterministic);
  const Sample& latency = sample(world, result, "shop", "latency");
  EXPECT_EQ(latency.n, 9u);
  EXPECT_DOUBLE_EQ(latency.min, 0.019);
  EXPECT_DOUBLE_EQ(latency.max, 0.019);
  EXPECT_DOUBLE_EQ(sample(world, result, "front", "latency").max, 0.017);
  EXPECT_DOUBLE_EQ(sample(world, result, "back", "latency").max, 0.005);
  EXPECT_EQ(sample(world, result, "front -> back", "attempts").total, 9);
  EXPECT_EQ(result.alive, 0u);
  EXPECT_EQ(result.open, 0u);
}

TEST(World, CountsAMessageInTheWindowItWasBornIn) {
  Sketch sketch(100 * kSecond);
  sketch.scenario.run.warmup.ns = 10 * kSecond;
  sketch.scenario.windows.push_back({"busy", {}, {{30 * kSecond}, {20 * kSecond}}});
  sketch.producer("shop", 1, {call("front")});
  sketch.service("front", {work(fixed(10 * kMillisecond))});
  World world(sketch.scenario);
  const Result result = world.run(1, 0);
  EXPECT_EQ(sample(world, result, "shop", "sent").total, 90) << "from 10 to 99";
  EXPECT_EQ(sample(world, result, "shop", "sent", "busy").total, 20);
  EXPECT_EQ(sample(world, result, "shop", "sent", "before").total, 20);
  EXPECT_EQ(sample(world, result, "shop", "sent", "recovery").total, 50);
  EXPECT_DOUBLE_EQ(sample(world, result, "front", "in_service", "busy").total, 20 * 10e6);
}

TEST(World, ClosesARootWhoseOnlyMessageIsDeadLettered) {
  // The message waits in its queue in its root's place when it has to move on.
  Sketch sketch(10 * kSecond);
  sketch.producer("shop", 10, {send("orders")});
  sketch.queue("orders").dead_letter = DeadLetterParameters{{"dlq", {}}, 2};
  sketch.queue("dlq");
  sketch.consumer("worker", "orders", {work(fixed(kMillisecond)), fail(1)});
  World world(sketch.scenario);
  const Result result = world.run(1, 0);
  ASSERT_EQ(result.failure, "");
  EXPECT_EQ(ledger(world, result, "orders").dead_lettered, 99u);
  EXPECT_EQ(ledger(world, result, "orders").receives, 198u);
  EXPECT_EQ(ledger(world, result, "dlq").ready, 99u);
  EXPECT_EQ(result.open, 0u);
  EXPECT_EQ(result.alive, 99u);
  EXPECT_EQ(sample(world, result, "shop", "completed").total, 0);
  EXPECT_EQ(sample(world, result, "shop", "success").total, 99);
}

TEST(World, ExpiresAMessageAcknowledgedTooLateWhoseHandlerHasLongEnded) {
  // The acknowledgement, sent on arrival, is on its way when the visibility timeout runs out.
  Sketch sketch(10 * kSecond);
  sketch.scenario.network = fixed(8 * kMillisecond);
  sketch.producer("shop", 10, {send("orders")});
  sketch.queue("orders").visibility = Duration{10 * kMillisecond};
  sketch.queue("dlq");
  sketch.scenario.queues[0].parameters.dead_letter = DeadLetterParameters{{"dlq", {}}, 3};
  sketch.consumer("worker", "orders", {work(fixed(kMillisecond / 2))}).ack = Ack::before;
  World world(sketch.scenario);
  const Result result = world.run(1, 0);
  ASSERT_EQ(result.failure, "");
  EXPECT_EQ(ledger(world, result, "orders").duplicates, ledger(world, result, "orders").receives);
  EXPECT_EQ(ledger(world, result, "orders").dead_lettered, 99u);
  EXPECT_EQ(result.open, 0u);
}

TEST(World, HandlesAMessageOnceWhereItIsAcknowledgedBefore) {
  // Up to four wait in the buffer, for up to 200 ms: long after the visibility timeout.
  Sketch sketch(10 * kSecond);
  LoadParameters& load = sketch.producer("shop", 19, {send("orders")}).load;
  load.constant.reset();
  load.poisson = Rate{19};
  sketch.queue("orders").visibility = Duration{20 * kMillisecond};
  auto& worker = sketch.consumer("worker", "orders", {work(fixed(50 * kMillisecond)), fail(0.1)});
  worker.ack = Ack::before;
  worker.prefetch = 5;
  World world(sketch.scenario);
  const Result result = world.run(1, 0);
  ASSERT_EQ(result.failure, "");
  const Ledger orders = ledger(world, result, "orders");
  EXPECT_EQ(orders.acknowledged, orders.sent);
  EXPECT_EQ(orders.receives, orders.sent);
  EXPECT_EQ(orders.duplicates, 0u);
  const Sample& completed = sample(world, result, "shop", "completed");
  const Sample& failed = sample(world, result, "worker", "failed");
  EXPECT_GT(failed.total, 0);
  EXPECT_EQ(completed.total, completed.weight - failed.total) << "and lost when that fails";
}

TEST(World, TriesAFailedCallAnewOnRedelivery) {
  // The callee fails half of the time, anew for each attempt: each message gets through some time.
  Sketch sketch(100 * kSecond);
  sketch.producer("shop", 10, {send("orders")});
  sketch.queue("orders").dead_letter = DeadLetterParameters{{"dlq", {}}, 40};
  sketch.queue("dlq");
  sketch.consumer("worker", "orders", {work(fixed(kMillisecond)), call("flaky")});
  sketch.service("flaky", {work(exponential(kMillisecond)), fail(0.5)});
  World world(sketch.scenario);
  const Result result = world.run(1, 0);
  ASSERT_EQ(result.failure, "");
  // 999 messages, 40 receives: one fails all of them with probability 10^-9.
  EXPECT_EQ(ledger(world, result, "orders").dead_lettered, 0u);
  // Receives are a negative binomial: mean 2 n, variance 2 n; 4.9 standard deviations.
  EXPECT_NEAR(static_cast<double>(ledger(world, result, "orders").receives), 2 * 999,
              4.9 * std::sqrt(2 * 999));
}

TEST(World, CountsACallGivenUpAsATimeoutAndItsLateFailureNoMore) {
  Sketch sketch(10 * kSecond);
  sketch.producer("shop", 1, {call("front")});
  StepDeclaration impatient = call("back");
  std::get<CallParameters>(impatient.parameters).timeout = fixed(10 * kMillisecond);
  sketch.service("front", {impatient});
  sketch.service("back", {work(fixed(50 * kMillisecond)), fail(1)});
  World world(sketch.scenario);
  const Result result = world.run(1, 0);
  ASSERT_EQ(result.failure, "");
  EXPECT_EQ(sample(world, result, "front -> back", "attempts").total, 9);
  EXPECT_EQ(sample(world, result, "front -> back", "timeouts").total, 9);
  EXPECT_EQ(sample(world, result, "front -> back", "errors").total, 0);
  EXPECT_EQ(sample(world, result, "shop -> front", "timeouts").total, 0);
  EXPECT_EQ(sample(world, result, "shop -> front", "errors").total, 9);
}

TEST(World, CountsFailingAttemptsOfATraceAcrossRedeliveriesAndCalls) {
  Sketch sketch(10 * kSecond);
  LoadParameters& load = sketch.producer("shop", 1, {send("orders")}).load;
  load.constant.reset();
  auto rows = std::make_shared<TraceParameters::Rows>();
  rows->at = {0, kSecond, 2 * kSecond};
  rows->columns.emplace_back("fails",
                             std::make_shared<const std::vector<double>>(std::vector{0., 2., 1.}));
  load.trace.emplace().rows = rows;
  sketch.queue("orders");
  FailParameters by_column;
  by_column.share.column = "fails";
  sketch.consumer("worker", "orders", {work(fixed(kMillisecond)), call("flaky")});
  sketch.service("flaky", {{by_column, {}}});
  World world(sketch.scenario);
  const Result result = world.run(1, 0);
  ASSERT_EQ(result.failure, "");
  EXPECT_EQ(ledger(world, result, "orders").receives, 1u + 3 + 2);
  EXPECT_EQ(ledger(world, result, "orders").acknowledged, 3u);
}

TEST(World, LetsAProducerAndAConsumerCallWithoutASlotToGiveAway) {
  Sketch sketch(10 * kSecond);
  sketch.producer("shop", 1,
                  {call("back", Holds::nothing), work(fixed(kMillisecond)), send("orders")});
  sketch.service("back", {work(fixed(kMillisecond))});
  sketch.queue("orders");
  sketch.consumer("worker", "orders", {call("back", Holds::nothing), work(fixed(kMillisecond))});
  World world(sketch.scenario);
  const Result result = world.run(1, 0);
  EXPECT_EQ(sample(world, result, "shop", "success").total, 9);
  EXPECT_EQ(sample(world, result, "worker", "failed").total, 0);
  EXPECT_EQ(sample(world, result, "worker", "handled").total, 9);
}

TEST(World, StopsWhatGoesRoundForEverAtOneInstant) {
  Sketch sketch(10 * kSecond);
  sketch.producer("shop", 1, {send("orders")});
  sketch.queue("orders");
  sketch.consumer("worker", "orders", {fail(1)});
  Limits limits;
  limits.said_at_once = 1'000'000;
  World world(sketch.scenario, {}, limits);
  EXPECT_THAT(world.run(1, 0).failure, HasSubstr("the clock stands still at 1"));
}

TEST(World, StopsWhatGoesRoundForEverBetweenTwoFullQueues) {
  Sketch sketch(10 * kSecond);
  sketch.producer("shop", 1, {send("one")});
  for (const auto& [name, other] : {std::pair{"one", "two"}, std::pair{"two", "one"}}) {
    QueueParameters& queue = sketch.queue(name);
    queue.capacity = Limit{1};
    queue.overflow = Overflow::dead_letter;
    queue.dead_letter = DeadLetterParameters{{other, {}}, 5};
  }
  Limits limits;
  limits.said_at_once = 1'000'000;
  World world(sketch.scenario, {}, limits);
  EXPECT_THAT(world.run(1, 0).failure, HasSubstr("the clock stands still at 3"));
}

TEST(World, StopsAtItsLimits) {
  Sketch sketch(1000 * kSecond);
  sketch.producer("shop", 1000, {send("orders")});
  sketch.queue("orders");
  Limits limits;
  limits.messages = 1000;
  World full(sketch.scenario, {}, limits);
  EXPECT_THAT(full.run(1, 0).failure, HasSubstr("too many messages: 1000"));
  limits = {};
  limits.events = 100'000;
  World busy(sketch.scenario, {}, limits);
  EXPECT_THAT(busy.run(1, 0).failure, HasSubstr("too many events: 100000"));
  limits = {};
  limits.state_changes = 7;
  Sketch flicker(1000 * kSecond);
  LoadParameters& load = flicker.producer("lamp", 1, {}).load;
  load.constant.reset();
  load.mmpp =
      MmppParameters{{{"dim", {Rate{1}, fixed(kSecond)}}, {"bright", {Rate{9}, fixed(kSecond)}}}};
  World flickering(flicker.scenario, {}, limits);
  EXPECT_THAT(flickering.run(1, 0).failure,
              HasSubstr("too many changes of the load's state: 7 of 'lamp', by 7."));
  limits = {};
  const std::atomic<bool> stop = true;
  limits.stop = &stop;
  World stopped(sketch.scenario, {}, limits);
  const Result result = stopped.run(1, 0);
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.failure, "");
}

TEST(World, RunsAgainAfterARunThatWasStopped) {
  Sketch sketch(100 * kSecond);
  sketch.scenario.network = exponential(kMillisecond);
  sketch.producer("shop", 100, {send("orders"), call("back")});
  sketch.queue("orders").visibility = Duration{kSecond};
  sketch.consumer("worker", "orders", {work(exponential(4 * kMillisecond))});
  sketch.service("back", {work(exponential(4 * kMillisecond))});
  std::atomic<bool> stop = false;
  Limits limits;
  limits.stop = &stop;
  World world(sketch.scenario, {}, limits);
  const Result first = world.run(7, 0);
  stop = true;
  EXPECT_TRUE(world.run(7, 1).interrupted);
  stop = false;
  const Result again = world.run(7, 0);
  EXPECT_EQ(again.fingerprint, first.fingerprint);
  EXPECT_EQ(again.failure, "");
}

TEST(World, GivesDrainingUpWhenItsTimeIsOver) {
  Sketch sketch(10 * kSecond);
  sketch.scenario.run.drain.ns = 2 * kSecond;
  sketch.producer("shop", 10, {send("orders")});
  sketch.queue("orders");
  sketch.consumer("worker", "orders", {work(fixed(kSecond))});
  World world(sketch.scenario);
  const Result result = world.run(1, 0);
  ASSERT_EQ(result.failure, "");
  EXPECT_LE(result.ended_at, 12 * kSecond);
  EXPECT_EQ(ledger(world, result, "orders").acknowledged, 11u) << "at 1.1 s, 2.1 s ... 11.1 s";
  EXPECT_EQ(result.open, 99u - 11);
  EXPECT_EQ(sample(world, result, "orders", "drain_time").total,
            std::numeric_limits<double>::infinity());
  EXPECT_EQ(sample(world, result, "shop", "completion").failures, 99u - 11);
}

TEST(World, SaysThatItIsDeterministicOnlyWhereNothingIsDrawn) {
  Sketch sketch(10 * kSecond);
  sketch.producer("shop", 10, {send("orders")});
  sketch.queue("orders");
  EXPECT_TRUE(World(sketch.scenario).plan().deterministic);
  sketch.consumer("worker", "orders", {work(exponential(kSecond))});
  EXPECT_FALSE(World(sketch.scenario).plan().deterministic);
}

TEST(World, DrawsAnUncertainParameterOncePerReplication) {
  Sketch sketch(20 * kSecond);
  sketch.producer("shop", 10, {call("back")});
  Distribution uncertain = fixed(1);
  uncertain.uncertain = Variate::uniform(1e6, 50e6);
  sketch.service("back", {work(uncertain)});
  World world(sketch.scenario);
  const Result first = world.run(1, 0);
  const Result second = world.run(1, 1);
  const Sample& of_first = sample(world, first, "back", "latency");
  const Sample& of_second = sample(world, second, "back", "latency");
  EXPECT_EQ(of_first.min, of_first.max);
  EXPECT_EQ(of_second.min, of_second.max);
  EXPECT_NE(of_first.min, of_second.min);
  EXPECT_GE(of_first.min, 0.001);
  EXPECT_LE(of_first.max, 0.05);
}

TEST(World, MeasuresTheWaitAcrossADrawnNetworkToo) {
  Sketch sketch(20 * kSecond);
  sketch.scenario.network = exponential(10 * kMillisecond);
  sketch.producer("shop", 50, {send("orders", false)});
  sketch.queue("orders");
  ConsumerParameters& worker = sketch.consumer("worker", "orders", {});
  worker.prefetch = 1000;
  World world(sketch.scenario);
  const Result result = world.run(1, 0);
  // Two exponential hops: mean 20 ms, standard deviation 14.1 ms; 999 messages, 4.9 sigma.
  const Sample& wait = sample(world, result, "orders", "wait");
  EXPECT_EQ(wait.n, 999u);
  EXPECT_NEAR(wait.total / wait.weight, 0.020, 4.9 * 0.0142 / std::sqrt(999));
}

}  // namespace
}  // namespace spillway
