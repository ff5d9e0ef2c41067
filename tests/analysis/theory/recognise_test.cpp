#include "analysis/theory/recognise.h"

#include <gmock/gmock.h>

#include <cmath>

#include "analysis/theory/finite_source.h"
#include "tests/analysis/theory/scenario_text.h"

namespace spillway::theory {
namespace {

using testing::IsEmpty;

// 80 % load of a server that does 100 a second: W = 1 / (100 - 80) = 50 ms.
const std::string kCall = R"(
scenario: call
question: Does it match?
run: {duration: 110s, warmup: 10s}
producers:
  clients:
    load: {poisson: 80/s}
    does: [{call: server}]
services:
  server:
    does: [{work: {exponential: 10ms}}]
)";

const std::string kSend = R"(
scenario: send
question: Does it match?
run: {duration: 110s, warmup: 10s}
producers:
  clients:
    load: {poisson: 80/s}
    does: [{send: orders}]
queues:
  orders: {}
consumers:
  workers:
    from: orders
    does: [{work: {exponential: 10ms}}]
)";

const std::string kExponential = "{exponential: 10ms}";

TEST(Recognise, OneServerIsMM1AndAllItsFiguresAreNamed) {
  const auto theory = theory_by_name(kCall);
  EXPECT_EQ(theory.size(), 1 + 1 + 4 + 4 + 3 + 4);
  for (const auto& [name, figure] : theory) {
    EXPECT_EQ(figure.model, "M/M/1") << name;
    EXPECT_EQ(figure.value, figure.with_failures) << name;
  }
  EXPECT_DOUBLE_EQ(theory.at("clients.success").value, 1);
  EXPECT_DOUBLE_EQ(theory.at("clients.goodput").value, 80);
  EXPECT_DOUBLE_EQ(theory.at("server.utilization").value, .8);
  EXPECT_DOUBLE_EQ(theory.at("server.in_service.mean").value, .8);
  EXPECT_DOUBLE_EQ(theory.at("server.waiting.mean").value, 3.2);
  for (const char* time : {"clients.latency", "clients.completion", "server.latency"}) {
    const std::string name = time;
    EXPECT_DOUBLE_EQ(theory.at(name + ".mean").value, .05);
    EXPECT_DOUBLE_EQ(theory.at(name + ".p50").value, .0346573590);  // ln 2 / 20, nine digits
    EXPECT_DOUBLE_EQ(theory.at(name + ".p95").value, .149786614);
    EXPECT_DOUBLE_EQ(theory.at(name + ".p99").value, .230258509);
  }
}

TEST(Recognise, InstancesWithLinesOfTheirOwnAreStationsOfTheirOwn) {
  const auto lines = [](const std::string& says, const std::string& load = "{poisson: 320/s}") {
    return theory_by_name(changed(changed(kCall, "{poisson: 80/s}", load), "does: [{work",
                                  "instances: 4\n    " + says + "\n    does: [{work"));
  };
  const auto random = lines("balancing: random");
  EXPECT_EQ(random.at("server.latency.mean").model, "4 x M/M/1");
  EXPECT_DOUBLE_EQ(random.at("server.latency.mean").value, .05);
  EXPECT_DOUBLE_EQ(random.at("server.utilization").value, .8);
  EXPECT_DOUBLE_EQ(random.at("server.in_service.mean").value, 3.2);
  EXPECT_DOUBLE_EQ(random.at("server.waiting.mean").value, 12.8);
  // z = (320 / (320 + 100 (1 - z)))^4 has its root at 0.69394.
  const auto turns = lines("balancing: round_robin");
  EXPECT_NEAR(turns.at("server.latency.mean").value, 1 / (100 * (1 - .6939447)), 1e-6);
  EXPECT_NEAR(turns.at("server.latency.mean").value,
              lines("balancing: round_robin", "{renewal: {erlang: {k: 1, mean: 3125us}}}")
                  .at("server.latency.mean")
                  .value,
              1e-9);
  for (const char* says : {"balancing: least_connections", "balancing: power_of_two",
                           "balancing: random\n    ejection: {}"}) {
    EXPECT_THAT(lines(says), IsEmpty()) << says;
  }
  EXPECT_THAT(lines("balancing: random", "{users: {count: 9, think: 10ms}}"), IsEmpty());
}

TEST(Recognise, AConstantNetworkAddsToWhatTheClientSeesAlone) {
  auto theory = theory_by_name(changed(kCall, "producers:", "network: 2ms\nproducers:"));
  EXPECT_DOUBLE_EQ(theory.at("clients.latency.mean").value, .054);
  EXPECT_DOUBLE_EQ(theory.at("clients.latency.p99").value, .234258509);
  EXPECT_DOUBLE_EQ(theory.at("server.latency.mean").value, .05);
  // A call may say its own.
  theory = theory_by_name(changed(kCall, "{call: server}", "{call: server, network: 3ms}"));
  EXPECT_DOUBLE_EQ(theory.at("clients.latency.mean").value, .056);
}

TEST(Recognise, InstancesTimesConcurrencyAreTheServersOfOneLine) {
  const auto theory = theory_by_name(
      changed(kCall, "does: [{work: " + kExponential,
              "instances: 5\n    concurrency: 2\n    does: [{work: {exponential: 100ms}"));
  EXPECT_EQ(theory.at("clients.latency.mean").model, "M/M/10");
  EXPECT_NEAR(theory.at("clients.latency.mean").value, .12045901, .5e-8);
  EXPECT_NEAR(theory.at("clients.latency.p99").value, .4946111, .5e-7);
  EXPECT_NEAR(theory.at("server.waiting.mean").value, 1.6367206, .5e-7);
  EXPECT_DOUBLE_EQ(theory.at("server.utilization").value, .8);
  EXPECT_DOUBLE_EQ(theory.at("server.in_service.mean").value, 8);
}

TEST(Recognise, ABoundedAcceptQueueLosesAndItsLatencyIsThatOfTheOthers) {
  const auto theory = theory_by_name(
      changed(changed(kCall, "80/s", "90/s"), "does: [{work", "accept_queue: 9\n    does: [{work"));
  const double loss = .0508137313;
  const double accepted = 90 * (1 - loss);
  EXPECT_EQ(theory.at("clients.success").model, "M/M/1/10");
  EXPECT_NEAR(theory.at("clients.success").value, 1 - loss, 1e-9);
  EXPECT_NEAR(theory.at("clients.goodput").value, accepted, 1e-7);
  EXPECT_NEAR(theory.at("server.refused").value, 90 * loss * 100, 1e-5);
  EXPECT_NEAR(theory.at("server.utilization").value, accepted / 100, 1e-8);
  EXPECT_NEAR(theory.at("clients.latency.mean").value, 3.9694406 / accepted, 1e-9);
  // To an objective a refused request is infinitely late: its p95 lies at 0.95 / (1 - loss), and
  // nothing finite above.
  const TheoryFigure& half = theory.at("clients.latency.p50");
  EXPECT_GT(half.with_failures, half.value);
  EXPECT_EQ(theory.at("clients.latency.p95").with_failures, INFINITY);
  EXPECT_EQ(theory.at("clients.latency.mean").with_failures, INFINITY);
}

TEST(Recognise, EachInstanceBringsItsOwnPlacesToTheAcceptQueue) {
  const auto theory = theory_by_name(
      changed(kCall, "does: [{work", "instances: 3\n    accept_queue: 4\n    does: [{work"));
  EXPECT_EQ(theory.at("clients.success").model, "M/M/3/15");
}

TEST(Recognise, ARoomThatNeverFillsIsNone) {
  const auto theory =
      theory_by_name(changed(kCall, "does: [{work", "accept_queue: 1000000\n    does: [{work"));
  EXPECT_EQ(theory.at("clients.success").model, "M/M/1");
  EXPECT_DOUBLE_EQ(theory.at("clients.latency.mean").value, .05);
}

TEST(Recognise, WithoutWaitingAnyWorkIsErlangsLossSystem) {
  const auto theory =
      theory_by_name(changed(changed(kCall, "80/s", "30/s"), "does: [{work: " + kExponential,
                             "concurrency: 5\n    accept_queue: 0\n    does: [{work: 100ms"));
  EXPECT_EQ(theory.at("clients.success").model, "M/G/5/5");
  EXPECT_NEAR(theory.at("clients.success").value, 1 - .110054347826, 1e-9);
  EXPECT_DOUBLE_EQ(theory.at("clients.latency.mean").value, .1);
  EXPECT_FALSE(theory.contains("clients.latency.p99"));
}

TEST(Recognise, ConstantWorkIsMD1) {
  const auto theory = theory_by_name(changed(kCall, kExponential, "10ms"));
  EXPECT_EQ(theory.at("clients.latency.mean").model, "M/D/1");
  EXPECT_DOUBLE_EQ(theory.at("clients.latency.mean").value, .03);
  EXPECT_NEAR(theory.at("clients.latency.p50").value, .02275940, .5e-8);
  EXPECT_NEAR(theory.at("clients.latency.p99").value, .11355887, .5e-8);
}

TEST(Recognise, AnyOtherWorkOfOneServerIsMG1AndHasMeansAlone) {
  for (const char* work :
       {"{lognormal: {mean: 10ms, cv: 2}}", "{gamma: {mean: 10ms, cv: 2}}",
        "{mixture: {40%: {gamma: {mean: 10ms, cv: 2}}, 60%: {gamma: {mean: 10ms, cv: 2}}}}"}) {
    const auto theory = theory_by_name(changed(kCall, kExponential, work));
    ASSERT_TRUE(theory.contains("clients.latency.mean")) << work;
    EXPECT_EQ(theory.at("clients.latency.mean").model, "M/G/1");
    // Pollaczek-Khinchine at rho = .8, c^2 = 4: Wq = 10 services.
    EXPECT_NEAR(theory.at("clients.latency.mean").value, .11, 1e-9);
    EXPECT_FALSE(theory.contains("clients.latency.p50"));
  }
}

TEST(Recognise, WorkOfExponentialPhasesHasPercentiles) {
  auto theory = theory_by_name(changed(kCall, kExponential, "{erlang: {k: 4, mean: 10ms}}"));
  EXPECT_EQ(theory.at("clients.latency.mean").model, "M/PH/1");
  EXPECT_NEAR(theory.at("clients.latency.mean").value, .01 + .8 * 1.25 / (2 * .2) * .01, 1e-9);
  EXPECT_LT(theory.at("clients.latency.p99").value, .230258509);
  theory = theory_by_name(changed(kCall, kExponential, "{hyperexponential: {mean: 10ms, cv: 2}}"));
  EXPECT_EQ(theory.at("clients.latency.mean").model, "M/PH/1");
  EXPECT_NEAR(theory.at("clients.latency.mean").value, .11, 1e-9);
  EXPECT_GT(theory.at("clients.latency.p99").value, .230258509);
  // Phases that are all the same are one exponential again.
  theory = theory_by_name(changed(
      kCall, kExponential, "{mixture: {30%: {exponential: 10ms}, 70%: {exponential: 10ms}}}"));
  EXPECT_NEAR(theory.at("clients.latency.p99").value, .230258509, 1e-9);
}

TEST(Recognise, MoreThanSixteenPhasesAreDrawnAsGammaAndHaveMeansAlone) {
  const auto theory = theory_by_name(changed(kCall, kExponential, "{erlang: {k: 17, mean: 10ms}}"));
  EXPECT_EQ(theory.at("clients.latency.mean").model, "M/G/1");
}

TEST(Recognise, RegularArrivalsWaitLess) {
  auto theory = theory_by_name(changed(kCall, "poisson: 80/s", "constant: 80/s"));
  EXPECT_EQ(theory.at("clients.latency.mean").model, "D/M/1");
  EXPECT_NEAR(theory.at("clients.latency.mean").value, .02692731, .5e-8);
  theory = theory_by_name(changed(kCall, "poisson: 80/s", "renewal: 12.5ms"));
  EXPECT_NEAR(theory.at("clients.latency.mean").value, .02692731, .5e-8);
  theory = theory_by_name(changed(kCall, "poisson: 80/s", "renewal: {erlang: {k: 2, mean: 20ms}}"));
  EXPECT_EQ(theory.at("clients.latency.mean").model, "E2/M/1");
  EXPECT_NEAR(theory.at("clients.latency.mean").value, .01618034, .5e-8);
  theory = theory_by_name(changed(kCall, "poisson: 80/s", "renewal: {exponential: 12.5ms}"));
  EXPECT_EQ(theory.at("clients.latency.mean").model, "M/M/1");
}

TEST(Recognise, UsersWhoThinkAreAFiniteSource) {
  const auto thinking = [](const char* think) {
    return theory_by_name(changed(
        changed(kCall, "poisson: 80/s", std::string("users: {count: 9, think: ") + think + "}"),
        "producers:", "network: 5ms\nproducers:"));
  };
  const auto theory = thinking("{exponential: 90ms}");
  const auto expected = FiniteSource::of(10, 100, 1, 9);
  EXPECT_EQ(theory.at("clients.latency.mean").model, "M/M/1//9");
  EXPECT_NEAR(theory.at("clients.goodput").value, expected->throughput(), 1e-7);
  EXPECT_NEAR(theory.at("clients.latency.mean").value, expected->mean_sojourn() + .01, 1e-9);
  EXPECT_NEAR(theory.at("server.latency.mean").value, expected->mean_sojourn(), 1e-9);
  EXPECT_NEAR(theory.at("server.utilization").value, expected->utilization(), 1e-9);
  EXPECT_NEAR(theory.at("server.waiting.mean").value + theory.at("server.in_service.mean").value,
              expected->mean_in_system(), 1e-8);
  EXPECT_FALSE(theory.contains("clients.latency.p50"));
  // Of the time away only the mean counts.
  const auto fixed = thinking("90ms");
  EXPECT_EQ(fixed.at("clients.goodput").value, theory.at("clients.goodput").value);
}

TEST(Recognise, AQueueAndItsConsumerAreAStationToo) {
  const auto theory = theory_by_name(kSend);
  for (const auto& [name, figure] : theory) EXPECT_EQ(figure.model, "M/M/1") << name;
  EXPECT_EQ(theory.size(), 2 + 4 + 1 + 1 + 4);
  EXPECT_DOUBLE_EQ(theory.at("workers.utilization").value, .8);
  EXPECT_DOUBLE_EQ(theory.at("workers.in_service.mean").value, .8);
  EXPECT_DOUBLE_EQ(theory.at("orders.wait.mean").value, .04);
  EXPECT_DOUBLE_EQ(theory.at("orders.wait.p50").value, .0235001815);  // ln(.8 / .5) / 20
  EXPECT_DOUBLE_EQ(theory.at("orders.depth.mean").value, 3.2);
  EXPECT_DOUBLE_EQ(theory.at("orders.in_flight.mean").value, .8);
  EXPECT_DOUBLE_EQ(theory.at("clients.completion.mean").value, .05);
  EXPECT_DOUBLE_EQ(theory.at("clients.completion.p99").value, .230258509);
}

TEST(Recognise, ConsumersWorkAsManyAsTheyHaveMessagesInHand) {
  auto theory = theory_by_name(
      changed(kSend, "does: [{work: " + kExponential,
              "instances: 5\n    concurrency: 2\n    does: [{work: {exponential: 100ms}"));
  EXPECT_EQ(theory.at("orders.wait.mean").model, "M/M/10");
  EXPECT_NEAR(theory.at("clients.completion.mean").value, .12045901, .5e-8);
  EXPECT_DOUBLE_EQ(theory.at("workers.utilization").value, .8);
  theory = theory_by_name(changed(kSend, "does: [{work: " + kExponential,
                                  "instances: 5\n    concurrency: 4\n    prefetch: 2\n"
                                  "    does: [{work: {exponential: 100ms}"));
  EXPECT_EQ(theory.at("orders.wait.mean").model, "M/M/10");
  EXPECT_DOUBLE_EQ(theory.at("workers.utilization").value, .4);
}

TEST(Recognise, WhatOneInstancePrefetchesHidesTheQueueAndNotTheCompletion) {
  const auto theory =
      theory_by_name(changed(kSend, "    does: [{work", "    prefetch: 10\n    does: [{work"));
  EXPECT_DOUBLE_EQ(theory.at("clients.completion.mean").value, .05);
  EXPECT_DOUBLE_EQ(theory.at("workers.utilization").value, .8);
  EXPECT_FALSE(theory.contains("orders.wait.mean"));
  EXPECT_FALSE(theory.contains("orders.depth.mean"));
}

TEST(Recognise, TheWayToTheQueueAndBackIsPartOfTheService) {
  // 6 ms of work, 2 ms of network each way: M/G/1 with 10 ms and a variance of (6 ms)^2.
  const auto theory = theory_by_name(changed(changed(kSend, kExponential, "{exponential: 6ms}"),
                                             "producers:", "network: 2ms\nproducers:"));
  const double wait = .8 * (1 + .36) / (2 * .2) * .01;
  EXPECT_EQ(theory.at("orders.wait.mean").model, "M/G/1");
  EXPECT_NEAR(theory.at("orders.wait.mean").value, wait + .004, 1e-9);  // from send to receive
  EXPECT_NEAR(theory.at("orders.depth.mean").value, 80 * wait, 1e-7);
  EXPECT_NEAR(theory.at("orders.in_flight.mean").value, .8, 1e-9);
  EXPECT_NEAR(theory.at("workers.utilization").value, .48, 1e-9);
  EXPECT_NEAR(theory.at("clients.completion.mean").value, .002 + wait + .01, 1e-9);
}

TEST(Recognise, ABrokersTimeToDeliverIsPartOfTheServiceAndNotOfTheCompletion) {
  // 4 ms of work, 1 ms of network each way, and 8 ms from acknowledgement to delivery, of which the
  // network is a part: 4 + 2 + (8 - 2) = 12 ms at 80/s would be 96 %.
  const auto theory = theory_by_name(
      changed(changed(changed(kSend, kExponential, "4ms"), "orders: {}", "orders: {delivery: 8ms}"),
              "producers:", "network: 1ms\nproducers:"));
  const double wait = .96 * .012 / (2 * .04);
  EXPECT_EQ(theory.at("orders.wait.mean").model, "M/D/1");
  EXPECT_NEAR(theory.at("orders.wait.mean").value, wait + .002, 1e-9);
  EXPECT_NEAR(theory.at("workers.utilization").value, .32, 1e-9);
  EXPECT_NEAR(theory.at("orders.in_flight.mean").value, .48, 1e-9);
  EXPECT_NEAR(theory.at("clients.completion.mean").value, .001 + wait + .006, 1e-9);
  EXPECT_TRUE(theory.contains("clients.completion.p99"));
}

TEST(Recognise, ACompletionThatMayComeBeforeTheConfirmationHasNoClosedForm) {
  const std::string slow = changed(kSend, "orders: {}", "orders: {confirm: 5ms}");
  auto theory = theory_by_name(slow);
  EXPECT_FALSE(theory.contains("clients.completion.mean"));
  EXPECT_TRUE(theory.contains("orders.wait.mean"));
  theory = theory_by_name(changed(slow, "{send: orders}", "{send: orders, confirm: false}"));
  EXPECT_TRUE(theory.contains("clients.completion.mean"));
  // Work of at least 10 ms always ends later.
  theory = theory_by_name(changed(slow, kExponential, "10ms"));
  EXPECT_TRUE(theory.contains("clients.completion.mean"));
}

TEST(Recognise, PercentilesThatObjectivesNameAreThereToo) {
  const auto theory = theory_by_name(kCall +
                                     "objectives: {quick: clients.latency.p99.9 <= 1s, "
                                     "usual: clients.latency.p99 <= 1s}\n");
  EXPECT_DOUBLE_EQ(theory.at("clients.latency.p99.9").value, .345387764);
}

struct Refusal {
  const char* why;
  std::string from, to;
};

TEST(Recognise, RefusesACallWhereNoClosedFormIsExact) {
  const std::string served = "    does: [{work: {exponential: 10ms}}]\n";
  for (const Refusal& refusal : std::vector<Refusal>{
           {"no warm-up: not a steady state", "warmup: 10s", "warmup: 0s"},
           {"a drain that cuts messages off", "warmup: 10s", "warmup: 10s, drain: 1s"},
           {"as much load as capacity", "80/s", "100/s"},
           {"more load than capacity", "80/s", "120/s"},
           {"no load", "80/s", "0/s"},
           {"a rate that changes", "    does: [{call",
            "    profile: {sale: {spike: {at: 50s, for: 1s, times: 1.1}}}\n    does: [{call"},
           {"bursts", "poisson: 80/s",
            "mmpp: {calm: {rate: 70/s, for: 10s}, busy: {rate: 90/s, for: 10s}}"},
           {"intervals without a known transform", "poisson: 80/s",
            "renewal: {lognormal: {mean: 12.5ms, cv: 0.5}}"},
           {"a constant load that starts at a time", "poisson: 80/s", "constant: 80/s, start: 0s"},
           {"a second producer",
            "services:", "  others: {load: {poisson: 1/s}, does: [{call: server}]}\nservices:"},
           {"a call from elsewhere too", "services:",
            "  others: {load: {poisson: 1/s}, does: [{call: front}]}\nservices:\n"
            "  front: {does: [{choose: {40%: [{call: server}], 60%: [{wait: 1ms}]}}]}"},
           {"two calls", "[{call: server}]", "[{call: server}, {call: server}]"},
           {"work before the call", "[{call: server}]", "[{wait: 1ms}, {call: server}]"},
           {"work after the call", "[{call: server}]", "[{call: server}, {wait: 1ms}]"},
           {"a share of the calls", "[{call: server}]",
            "[{choose: {40%: [{call: server}], 60%: [{wait: 1ms}]}}]"},
           {"a random network", "producers:", "network: {exponential: 1ms}\nproducers:"},
           {"a network that is not known",
            "producers:", "network: {uncertain: {uniform: [1ms, 2ms]}}\nproducers:"},
           {"work that is not known", kExponential,
            "{exponential: {uncertain: {uniform: [5ms, 10ms]}}}"},
           {"two steps", served, "    does: [{work: {exponential: 5ms}}, {work: 1ms}]\n"},
           {"a wait and no work", served, "    does: [{wait: {exponential: 10ms}}]\n"},
           {"an early reply", served, "    does: [{work: {exponential: 10ms}}, {reply: }]\n"},
           {"several servers of constant work", served,
            "    concurrency: 2\n    does: [{work: 10ms}]\n"},
           {"a bounded line before constant work", served,
            "    accept_queue: 5\n    does: [{work: 10ms}]\n"},
           {"infinite variance", kExponential, "{pareto: {scale: 4ms, shape: 1.9}}"},
           {"work near the clock's grain", kExponential, "{exponential: 500ns}"},
       }) {
    EXPECT_THAT(theory_by_name(changed(kCall, refusal.from, refusal.to)), IsEmpty()) << refusal.why;
  }
}

TEST(Recognise, RefusesUsersWhereNoClosedFormIsExact) {
  const std::string users =
      changed(kCall, "poisson: 80/s", "users: {count: 9, think: {exponential: 90ms}}");
  EXPECT_FALSE(theory_by_name(users).empty());
  const std::string served = "    does: [{work: {exponential: 10ms}}]\n";
  for (const Refusal& refusal : std::vector<Refusal>{
           {"work that is not exponential", kExponential, "{erlang: {k: 2, mean: 10ms}}"},
           {"too little room for all", served, "    accept_queue: 7\n" + served},
           {"thinking that is not known", "{exponential: 90ms}",
            "{exponential: {uncertain: {uniform: [50ms, 90ms]}}}"},
           {"thinking without a mean", "{exponential: 90ms}", "{pareto: {scale: 1ms, shape: 0.9}}"},
           {"no warm-up", "warmup: 10s", "warmup: 0s"},
       }) {
    EXPECT_THAT(theory_by_name(changed(users, refusal.from, refusal.to)), IsEmpty()) << refusal.why;
  }
  EXPECT_FALSE(theory_by_name(changed(users, served, "    accept_queue: 8\n" + served)).empty());
}

TEST(Recognise, RefusesAQueueWhereNoClosedFormIsExact) {
  const std::string handled = "    does: [{work: {exponential: 10ms}}]\n";
  for (const Refusal& refusal : std::vector<Refusal>{
           {"no warm-up", "warmup: 10s", "warmup: 0s"},
           {"redelivery after a timeout", "orders: {}", "orders: {visibility: 30s}"},
           {"a bounded queue", "orders: {}", "orders: {capacity: 100}"},
           {"a random time to deliver", "orders: {}", "orders: {delivery: {exponential: 1ms}}"},
           {"two consumers", handled,
            handled + "  helpers: {from: orders, does: [{work: {exponential: 10ms}}]}\n"},
           {"acknowledged before the work", handled, "    ack: before\n" + handled},
           {"instances that keep messages from each other", handled,
            "    instances: 2\n    prefetch: 2\n" + handled},
           {"prefetch that partly hides the network", "producers:", "network: 1ms\nproducers:"},
           {"work that may fail", handled, "    does: [{work: {exponential: 10ms}}, {fail: 1%}]\n"},
           {"a second sender",
            "queues:", "  others: {load: {poisson: 1/s}, does: [{send: orders}]}\nqueues:"},
           {"an outbox that sends there too", "queues:",
            "  others: {load: {poisson: 1/s}, does: [{write: db}]}\nstores: {db: {outbox: {to: "
            "orders, poll: 1s}}}\nqueues:"},
           {"a consumer that remembers", handled, "    idempotent: {}\n" + handled},
           {"steps after the send", "[{send: orders}]", "[{send: orders}, {wait: 1ms}]"},
       }) {
    std::string text = kSend;
    if (refusal.from == "producers:") text = changed(text, handled, "    prefetch: 4\n" + handled);
    EXPECT_THAT(theory_by_name(changed(text, refusal.from, refusal.to)), IsEmpty()) << refusal.why;
  }
}

TEST(Recognise, AFaultSwitchesOffWhatItHits) {
  const auto with = [](const std::string& text, const std::string& hit, const std::string& when) {
    return theory_by_name(text + "faults: {bad: {outage: " + hit + ", " + when + "}}\n");
  };
  const std::string both = changed(kCall, "services:", "services:\n  other: {does: [{work: 1ms}]}");
  for (const char* when : {"at: 50s, for: 1s", "every: {exponential: 20s}, for: 1s"}) {
    EXPECT_THAT(with(both, "server", when), IsEmpty());
    EXPECT_TRUE(with(both, "other", when).contains("clients.latency.p99"));
    EXPECT_THAT(with(kSend, "orders", when), IsEmpty());
    EXPECT_FALSE(with(kSend, "workers", when).contains("orders.wait.mean"));
  }
  // It would begin after the last arrival: it never does.
  EXPECT_TRUE(with(both, "server", "at: 110s, for: 1s").contains("clients.latency.p99"));
}

TEST(Recognise, AQueueThatTakesDeadLettersHasMoreThanOneFeeder) {
  const std::string two =
      changed(kSend, "orders: {}", "orders: {}\n  risky: {dead_letter: {to: orders, after: 2}}");
  const auto theory = theory_by_name(changed(
      two, "consumers:", "consumers:\n  testers: {from: risky, does: [{work: 1ms}, {fail: 1%}]}"));
  EXPECT_THAT(theory, IsEmpty());
}

TEST(Recognise, EachPartOfAScenarioIsMatchedByItself) {
  const auto theory =
      theory_by_name(changed(kCall, "services:",
                             "  shop: {load: {poisson: 5/s}, does: [{call: till}, {call: till}]}\n"
                             "services:\n  till: {does: [{work: 1ms}]}"));
  EXPECT_TRUE(theory.contains("clients.latency.mean"));
  EXPECT_FALSE(theory.contains("shop.latency.mean"));
}

}  // namespace
}  // namespace spillway::theory
