// Faults of the network against closed forms.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "analysis/experiment/annotate.h"
#include "analysis/experiment/experiment.h"
#include "analysis/theory/retry.h"
#include "sim/scenario/scenario.h"

namespace spillway {
namespace {

constexpr Statistic kMean{Statistic::Kind::mean, 0};

/// Compares a figure with what theory says: within 4 standard errors, and precisely known.
void expect_figure(const ExperimentSummary& summary, const MetricName& name, double theory,
                   double widest) {
  const VariantSummary& variant = summary.variants.front();
  const Figure* found = variant.find(name);
  ASSERT_NE(found, nullptr) << to_string(name);
  Figure figure = *found;
  figure.theory = theory;
  const auto distance =
      standard_errors_from_theory(figure, variant.replications, summary.confidence);
  ASSERT_TRUE(distance.has_value()) << to_string(name) << ": " << figure.why;
  EXPECT_LT(std::abs(*distance), 4)
      << to_string(name) << ": " << *figure.mean << ", theory " << theory;
  EXPECT_LT(*figure.high - *figure.low, 2 * widest * theory) << to_string(name);
}

// The call chain of the benchmarks where one reply in ten is lost, its seed, 20 replications of
// 100 s, 800,000 requests. A call has two attempts and is answered but for one time in a hundred,
// so all three are 0.99^3 of the times; a callee that has failed answers so, and nothing is tried
// again. Each call loses 0.1 + 0.1^2 answers; there are 1.1 times as many calls on each hop as on
// the one before. What is answered late was so after one timeout, 1 time in 11, on each hop: it
// took 100, 300 and 900 ms / 11 longer on average. Beside that it takes 3 ms of network and a
// sojourn at each of three M/M/1 of 1000/s with 440/s, 484/s and 532.4/s. (What is tried again
// comes 100 ms later or more, when nothing is left of what there was: the load is as good as
// Poisson. That, and that a request that waited is not lost rather than another, moves the mean by
// less than 0.1 ms.) Nine figures and |t| of 19 degrees of freedom above 4: a correct program fails
// with probability below 0.7 %.
TEST(NetworkFaults, CallChainOfTheBenchmarksLosesRepliesAsTheSeriesSays) {
  const ScenarioFile file =
      load_scenario(std::string(SPILLWAY_SOURCE_DIR) + "/tests/bench/m5.yaml",
                    {{"run.duration=100s", "run.replications=20", "lost.for=100s"}, {}});
  for (const Diagnostic& diagnostic : file.diagnostics) ADD_FAILURE() << render(diagnostic);
  ASSERT_FALSE(file.variants.empty());
  const ExperimentSummary summary = run_experiment(file, {});
  const double requests = 400.0 * 100;
  const double answered = theory::success_with_retries(0.1, 1);
  EXPECT_NEAR(answered, 0.99, 1e-12);
  expect_figure(summary, {"client", "success", {}, ""}, std::pow(answered, 3), 0.001);
  double calls = requests;
  for (const char* edge : {"client -> a", "a -> b", "b -> c"}) {
    expect_figure(summary, {edge, "timeouts", {}, ""}, calls * 0.11, 0.02);
    calls *= theory::expected_attempts(0.1, 1);
    expect_figure(summary, {edge, "attempts", {}, ""}, calls, 0.005);
  }
  expect_figure(summary, {"client -> a", "lost", {}, ""}, requests * 0.11, 0.02);
  double latency = 0.003 + (0.1 + 0.3 + 0.9) / 11;
  for (const double rate : {440.0, 484.0, 532.4}) latency += 1 / (1000 - rate);
  EXPECT_NEAR(latency, 0.127, 5e-4);
  expect_figure(summary, {"client", "latency", kMean, ""}, latency, 0.01);
  // Each answer lost on its way was work for nobody.
  for (const char* service : {"a", "b", "c"}) {
    expect_figure(summary, {service, "wasted", {}, ""}, 0.1, 0.02);
  }
}

// Requests that are lost are no work: attempts are as many, what comes to the callee is 0.8 of
// them. A send tried again after its confirm was lost is a second message: of 1 + 0.2 + 0.04 sent
// for each all are stored. 40 replications of 100 s at 100/s, seed 2026, chosen before the first
// run; eight figures and |t| of 39 degrees of freedom above 4: a correct program fails with
// probability below 0.22 %.
TEST(NetworkFaults, WhatIsLostOnItsWayIsNoWorkAndWhatIsNotConfirmedIsSentTwice) {
  const ScenarioFile file = load_scenario_text(R"(scenario: lossy
question: What arrives?
run: {duration: 100s, replications: 40, seed: 2026}
network: 1ms
producers:
  caller: {load: {poisson: 100/s}, does: [{call: s, timeout: 50ms, retry: {attempts: 3}}]}
  sender: {load: {poisson: 100/s}, does: [{send: q, timeout: 50ms, retry: {attempts: 3}}]}
services: {s: {concurrency: 100, does: [{work: 5ms}]}}
queues: {q: {}}
consumers: {c: {from: q, concurrency: 100, does: [{work: 5ms}]}}
faults:
  there: {loss: {caller -> s: 20%}, direction: request, at: 0s, for: 100s}
  back: {loss: {sender -> q: 20%}, at: 0s, for: 100s}
)",
                                               "lossy.yaml");
  for (const Diagnostic& diagnostic : file.diagnostics) ADD_FAILURE() << render(diagnostic);
  ASSERT_FALSE(file.variants.empty());
  const ExperimentSummary summary = run_experiment(file, {});
  const double attempts = 1e4 * theory::expected_attempts(0.2, 2);
  const double success = theory::success_with_retries(0.2, 2);
  for (const char* edge : {"caller -> s", "sender -> q"}) {
    expect_figure(summary, {edge, "attempts", {}, ""}, attempts, 0.01);
    expect_figure(summary, {edge, "lost", {}, ""}, attempts * 0.2, 0.02);
  }
  expect_figure(summary, {"caller", "success", {}, ""}, success, 0.001);
  expect_figure(summary, {"sender", "success", {}, ""}, success, 0.001);
  expect_figure(summary, {"s", "received", {}, ""}, attempts * 0.8, 0.01);
  expect_figure(summary, {"q", "receives", {}, ""}, attempts, 0.01);
  EXPECT_EQ(summary.variants.front().find({"s", "wasted", {}, ""})->mean, 0);
}

}  // namespace
}  // namespace spillway
