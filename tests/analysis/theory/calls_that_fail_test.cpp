// What theory says of calls that time out, of messages that expire, and of calls that fail by a
// probability.

#include <gmock/gmock.h>

#include <cmath>

#include "analysis/theory/erlang_a.h"
#include "analysis/theory/impatient.h"
#include "analysis/theory/mmc.h"
#include "tests/analysis/theory/scenario_text.h"

namespace spillway::theory {
namespace {

using testing::IsEmpty;

TEST(Impatient, PatienceThatRunsInServiceTooIsOneMoreWayOut) {
  // As many leave as come, each way: served, given up, refused.
  const auto balanced = Impatient::of(10, 2, 4, 0.5);
  ASSERT_TRUE(balanced);
  EXPECT_NEAR(balanced->served(), 2 * balanced->mean_in_service() / 10, 1e-12);
  EXPECT_NEAR(balanced->gave_up(),
              0.5 * (balanced->mean_in_service() + balanced->mean_in_queue()) / 10, 1e-12);
  const auto bounded = Impatient::of(10, 2, 4, 0.5, 6);
  ASSERT_TRUE(bounded);
  EXPECT_GT(bounded->refused(), 0.01);
  EXPECT_NEAR(bounded->served(), 2 * bounded->mean_in_service() / 10, 1e-12);
  EXPECT_NEAR(bounded->gave_up(),
              0.5 * (bounded->mean_in_service() + bounded->mean_in_queue()) / 10, 1e-12);
}

TEST(Impatient, WithoutALineTheTwoWaysOutAddUp) {
  // Departures at n (mu + theta) of c slots and no more: Erlang's loss with a load of 12 / (2 + 1).
  const auto loss = Impatient::of(12, 2, 5, 1, 5);
  ASSERT_TRUE(loss);
  const double erlang_b = 0.1990668740;  // B(5, 4)
  EXPECT_NEAR(loss->refused(), erlang_b, 1e-9);
  EXPECT_NEAR(loss->served(), (1 - erlang_b) * 2 / 3, 1e-9);
  EXPECT_NEAR(loss->mean_latency(), 1 / 3.0, 1e-12);
  EXPECT_EQ(loss->mean_in_queue(), 0);
}

TEST(Impatient, OneServerIsSolvedByHand) {
  // Room for two: p1 = λ / (μ + θ) p0 = p0, p2 = λ / (μ + 2 θ) p1 = 0.75 p0.
  const auto one = Impatient::of(3, 2, 1, 1, 2);
  ASSERT_TRUE(one);
  const double p0 = 1 / 2.75;
  EXPECT_NEAR(one->refused(), 0.75 * p0, 1e-12);
  EXPECT_NEAR(one->mean_in_queue(), 0.75 * p0, 1e-12);
  EXPECT_NEAR(one->utilization(), 1.75 * p0, 1e-12);
  // Who finds it empty is served with 2 / 3 after 1 / 3 s. Who finds one waits until that has gone,
  // at 3/s, with patience enough in 3 of 4 cases and then after 1 / 4 s.
  const double straight = p0 * 2 / 3, after_one = p0 * 3 / 4 * 2 / 3;
  EXPECT_NEAR(one->served(), straight + after_one, 1e-12);
  EXPECT_NEAR(one->mean_latency(),
              (straight / 3 + after_one * (1 / 4.0 + 1 / 3.0)) / (straight + after_one), 1e-12);
}

TEST(Impatient, EndlessPatienceIsTheQueueWithout) {
  const auto patient = Impatient::of(8, 1, 10, 1e-5);
  const auto queue = MMc::of(8, 1, 10);
  ASSERT_TRUE(patient && queue);
  EXPECT_NEAR(patient->mean_in_queue(), queue->mean_in_queue(), 1e-3);
  EXPECT_NEAR(patient->mean_latency(), queue->mean_sojourn(), 1e-3);
  EXPECT_NEAR(patient->gave_up(), 0, 1e-4);
}

TEST(Impatient, RefusesWhatIsNoQueue) {
  EXPECT_FALSE(Impatient::of(0, 1, 1, 1));
  EXPECT_FALSE(Impatient::of(1, 0, 1, 1));
  EXPECT_FALSE(Impatient::of(1, 1, 0, 1));
  EXPECT_FALSE(Impatient::of(1, 1, 1, 0));
  EXPECT_FALSE(Impatient::of(1, 1, 2, 1, 1));
  EXPECT_FALSE(Impatient::of(100, 1, 1, 1e-9));
}

const std::string kImpatient = R"(
scenario: call
question: Does it match?
run: {duration: 110s, warmup: 10s}
producers:
  clients:
    load: {poisson: 300/s}
    does: [{call: server, timeout: {exponential: 1s}, cancel: true}]
services:
  server:
    accept_queue: 1
    does: [{work: {exponential: 500ms}}]
)";

TEST(CallsThatFail, AnExponentialTimeoutThatCancelsIsImpatience) {
  const auto theory = theory_by_name(changed(kImpatient, "300/s", "3/s"));
  EXPECT_EQ(theory.size(), 13);
  for (const auto& [name, figure] : theory)
    EXPECT_EQ(figure.model, "M/M/1/2+M until served") << name;
  const auto expected = Impatient::of(3, 2, 1, 1, 2);
  EXPECT_NEAR(theory.at("clients.success").value, expected->served(), 1e-9);
  EXPECT_NEAR(theory.at("clients.goodput").value, 3 * expected->served(), 1e-8);
  EXPECT_NEAR(theory.at("clients.latency.mean").value, expected->mean_latency(), 1e-9);
  EXPECT_EQ(theory.at("clients.latency.mean").with_failures, INFINITY);
  EXPECT_NEAR(theory.at("clients -> server.attempts").value, 300, 1e-6);
  EXPECT_NEAR(theory.at("clients -> server.timeouts").value, 300 * expected->gave_up(), 1e-6);
  EXPECT_NEAR(theory.at("clients -> server.errors").value, 300 * expected->refused(), 1e-6);
  EXPECT_NEAR(theory.at("server.cancelled").value, 300 * expected->gave_up(), 1e-6);
  EXPECT_NEAR(theory.at("server.refused").value, 300 * expected->refused(), 1e-6);
  EXPECT_NEAR(theory.at("server.utilization").value, expected->utilization(), 1e-9);
  EXPECT_NEAR(theory.at("server.waiting.mean").value, expected->mean_in_queue(), 1e-9);
  // It is stable whatever the load.
  const auto endless = theory_by_name(changed(kImpatient, "    accept_queue: 1\n", ""));
  EXPECT_EQ(endless.at("clients.success").model, "M/M/1+M until served");
  EXPECT_FALSE(endless.contains("server.refused"));
  EXPECT_NEAR(endless.at("clients.success").value, 2 / 300.0, 1e-9);
}

struct Refusal {
  const char* why;
  std::string from, to;
};

TEST(CallsThatFail, RefusesPatienceOfAnotherKind) {
  for (const Refusal& refusal : std::vector<Refusal>{
           {"the callee goes on", ", cancel: true", ""},
           {"a timeout that is always the same", "{exponential: 1s}", "1s"},
           {"a timeout that is never below a time", "{exponential: 1s}",
            "{exponential: 1s, plus: 1ms}"},
           {"a timeout that is not known", "{exponential: 1s}",
            "{exponential: {uncertain: {uniform: [1s, 2s]}}}"},
           {"another attempt", "cancel: true", "cancel: true, retry: {attempts: 2}"},
           {"a deadline too", "cancel: true", "cancel: true, deadline: 3s"},
           {"a fallback", "cancel: true", "cancel: true, fallback: [{wait: 1ms}]"},
           {"requests that are on their way", "producers:", "network: 1ms\nproducers:"},
           {"work that is not exponential", "{exponential: 500ms}", "500ms"},
           {"intervals that are not", "poisson: 300/s", "constant: 300/s"},
           {"no warm-up", "warmup: 10s", "warmup: 0s"},
           {"a drain that cuts requests off", "warmup: 10s", "warmup: 10s, drain: 1s"},
           {"another caller",
            "services:", "  others: {load: {poisson: 1/s}, does: [{call: server}]}\nservices:"},
           {"a fault", "services:", "faults: {stuck: {hang: server, at: 20s, for: 1s}}\nservices:"},
       }) {
    EXPECT_THAT(theory_by_name(changed(kImpatient, refusal.from, refusal.to)), IsEmpty())
        << refusal.why;
  }
}

const std::string kExpiring = R"(
scenario: send
question: Does it match?
run: {duration: 110s, warmup: 10s}
producers:
  clients:
    load: {poisson: 40/s}
    message: {ttl: {exponential: 500ms}}
    does: [{send: orders, confirm: false}]
queues:
  orders: {}
consumers:
  workers:
    from: orders
    concurrency: 3
    does: [{work: {exponential: 100ms}}]
)";

TEST(MessagesThatExpire, AreErlangA) {
  const auto theory = theory_by_name(kExpiring);
  EXPECT_EQ(theory.size(), 8);
  for (const auto& [name, figure] : theory) EXPECT_EQ(figure.model, "M/M/3+M") << name;
  const auto expected = ErlangA::of(40, 10, 3, 2);
  EXPECT_NEAR(theory.at("orders.expired").value, 4000 * expected->abandonment(), 1e-5);
  EXPECT_NEAR(theory.at("orders.depth.mean").value, expected->mean_in_queue(), 1e-8);
  EXPECT_NEAR(theory.at("orders.in_flight.mean").value, 3 * expected->utilization(), 1e-8);
  EXPECT_NEAR(theory.at("orders.wait.mean").value, expected->mean_wait_of_served(), 1e-9);
  EXPECT_NEAR(theory.at("workers.utilization").value, expected->utilization(), 1e-9);
  EXPECT_NEAR(theory.at("clients.completed").value, 1 - expected->abandonment(), 1e-9);
  const TheoryFigure& completion = theory.at("clients.completion.mean");
  EXPECT_NEAR(completion.value, expected->mean_wait_of_served() + .1, 1e-9);
  EXPECT_EQ(completion.with_failures, INFINITY);
  // On a way of a tenth of their patience e^-0.1 of the messages live to see the queue.
  const auto far =
      theory_by_name(changed(kExpiring, "confirm: false", "confirm: false, network: 50ms"));
  const auto thinned = ErlangA::of(40 * std::exp(-.1), 10, 3, 2);
  EXPECT_NEAR(far.at("orders.depth.mean").value, thinned->mean_in_queue(), 1e-8);
  EXPECT_NEAR(far.at("orders.expired").value, 4000 - 100 * thinned->throughput(), 1e-5);
  EXPECT_NEAR(far.at("clients.completed").value, thinned->throughput() / 40, 1e-9);
  EXPECT_NEAR(far.at("orders.wait.mean").value, thinned->mean_wait_of_served() + .05, 1e-9);
  EXPECT_NEAR(far.at("clients.completion.mean").value, thinned->mean_wait_of_served() + .15, 1e-9);
}

TEST(MessagesThatExpire, RefuseAnotherPatience) {
  for (const Refusal& refusal : std::vector<Refusal>{
           {"the same for all", "{exponential: 500ms}", "500ms"},
           {"not known", "{exponential: 500ms}", "{exponential: {uncertain: {uniform: [1s, 2s]}}}"},
           {"a way back that takes time", "producers:", "network: 1ms\nproducers:"},
           {"a broker that takes time", "orders: {}", "orders: {delivery: 1ms}"},
           {"a bounded queue", "orders: {}", "orders: {capacity: 100}"},
           {"redelivery", "orders: {}", "orders: {visibility: 30s}"},
           {"a buffer in which nothing expires", "concurrency: 3",
            "concurrency: 3\n    prefetch: 4"},
           {"work that is not exponential", "{exponential: 100ms}", "100ms"},
           {"intervals that are not", "poisson: 40/s", "constant: 40/s"},
           {"no warm-up", "warmup: 10s", "warmup: 0s"},
           {"another sender",
            "queues:", "  others: {load: {poisson: 1/s}, does: [{send: orders}]}\nqueues:"},
           {"a fault", "queues:", "faults: {bad: {outage: orders, at: 20s, for: 1s}}\nqueues:"},
       }) {
    EXPECT_THAT(theory_by_name(changed(kExpiring, refusal.from, refusal.to)), IsEmpty())
        << refusal.why;
  }
}

const std::string kFailing = R"(
scenario: call
question: Does it match?
run: {duration: 100s}
network: 1ms
producers:
  clients:
    load: {poisson: 50/s}
    does: [{call: server, retry: {attempts: 3, backoff: {base: 1s}}}]
services:
  server:
    does: [{work: 2ms}, {fail: 20%}, {work: {lognormal: {mean: 4ms, p99: 20ms}}}]
)";

TEST(CallsThatFail, RetriesOfAFailureByChanceAreAGeometricSeries) {
  auto theory = theory_by_name(kFailing);
  EXPECT_EQ(theory.size(), 5);
  for (const auto& [name, figure] : theory) EXPECT_EQ(figure.model, "independent attempts") << name;
  EXPECT_NEAR(theory.at("clients -> server.attempts").value, 5000 * (1 + .2 + .04), 1e-5);
  EXPECT_NEAR(theory.at("clients -> server.errors").value, 5000 * (.2 + .04 + .008), 1e-5);
  EXPECT_NEAR(theory.at("clients.failed").value, 5000 * .008, 1e-6);
  EXPECT_NEAR(theory.at("clients.success").value, .992, 1e-9);
  EXPECT_NEAR(theory.at("clients.goodput").value, 49.6, 1e-7);
  // An error is not among what is retried.
  theory = theory_by_name(changed(kFailing, "attempts: 3", "attempts: 3, when: [timeout]"));
  EXPECT_NEAR(theory.at("clients -> server.attempts").value, 5000, 1e-5);
  EXPECT_NEAR(theory.at("clients.success").value, .8, 1e-9);
  theory = theory_by_name(changed(kFailing, ", retry: {attempts: 3, backoff: {base: 1s}}", ""));
  EXPECT_NEAR(theory.at("clients.success").value, .8, 1e-9);
}

TEST(CallsThatFail, RefusesFailuresThatDependOnMore) {
  for (const Refusal& refusal : std::vector<Refusal>{
           {"nothing fails", "{fail: 20%}", "{fail: 0%}"},
           {"a timeout", "retry:", "timeout: 1s, retry:"},
           {"a deadline", "retry:", "deadline: 9s, retry:"},
           {"a fallback", "retry:", "fallback: [{wait: 1ms}], retry:"},
           {"a budget", "attempts: 3", "attempts: 3, budget: 10%"},
           {"refusals", "  server:\n", "  server:\n    accept_queue: 9\n"},
           {"more than nine tenths busy", "50/s", "160/s"},
           {"a pause beyond the end", "base: 1s", "base: 200s"},
           {"an early reply", "{fail: 20%}", "{reply: }, {fail: 20%}"},
           {"a call further on", "{fail: 20%}", "{fail: 20%}, {call: next}"},
           {"bursts", "poisson: 50/s",
            "mmpp: {calm: {rate: 40/s, for: 10s}, busy: {rate: 60/s, for: 10s}}"},
           {"a rate that changes", "    does: [{call",
            "    profile: {sale: {spike: {at: 50s, for: 1s, times: 1.1}}}\n    does: [{call"},
           {"a fault", "services:",
            "faults: {bad: {errors: server, share: 10%, at: 20s, for: 1s}}\nservices:"},
       }) {
    std::string text = changed(kFailing, refusal.from, refusal.to);
    if (text.find("call: next") != std::string::npos)
      text = changed(text, "services:", "services:\n  next: {does: [{work: 1ms}]}");
    EXPECT_THAT(theory_by_name(text), IsEmpty()) << refusal.why;
  }
}

}  // namespace
}  // namespace spillway::theory
