// Calls that fail against closed forms: retries, threads that wait for a dependency that hangs,
// and retries that keep an overload going.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "analysis/experiment/annotate.h"
#include "analysis/experiment/experiment.h"
#include "analysis/theory/erlang.h"
#include "analysis/theory/retry.h"
#include "sim/run/world.h"
#include "sim/scenario/scenario.h"

namespace spillway {
namespace {

ExperimentSummary run_text(const std::string& text) {
  const ScenarioFile file = load_scenario_text(text, "failing.yaml");
  for (const Diagnostic& diagnostic : file.diagnostics) ADD_FAILURE() << render(diagnostic);
  return run_experiment(file, {});
}

/// Compares a figure with what theory says: within 4 standard errors, and precisely known.
void expect_figure(const VariantSummary& variant, double confidence, const MetricName& name,
                   double theory, double widest) {
  const Figure* found = variant.find(name);
  ASSERT_NE(found, nullptr) << to_string(name);
  Figure figure = *found;
  figure.theory = theory;
  const auto distance = standard_errors_from_theory(figure, variant.replications, confidence);
  ASSERT_TRUE(distance.has_value()) << to_string(name) << ": " << figure.why;
  EXPECT_LT(std::abs(*distance), 4)
      << variant.variant << " " << to_string(name) << ": " << *figure.mean << ", theory " << theory;
  EXPECT_LT(*figure.high - *figure.low, 2 * widest * theory) << to_string(name);
}

// Each attempt fails with probability p and is made r times more: (1 - p^(r+1)) / (1 - p) attempts
// a request, 1 - p^(r+1) of them successful. 40 replications of 100 s at 100/s, seed 2026, both
// chosen before the first run: 400,000 requests a row. |t| of 39 degrees of freedom exceeds 4 with
// probability 2.7e-4; a correct program fails one of the eight figures with probability at most
// 0.22 %.
TEST(CallsThatFailInTheory, RetriesMultiplyAttemptsAndSuccessesAsTheirSeriesSays) {
  struct Row {
    double failure;
    int retries;
    double attempts;  ///< as published, to the digits given
    double success;
  };
  for (const Row& row : {Row{0.1, 3, 1.111, 0.9999}, Row{0.3, 3, 1.417, 0.9919},
                         Row{0.5, 4, 1.9375, 0.96875}, Row{0.9, 3, 3.439, 0.3439}}) {
    const double attempts = theory::expected_attempts(row.failure, row.retries);
    const double success = theory::success_with_retries(row.failure, row.retries);
    EXPECT_NEAR(attempts, row.attempts, 5e-4);
    EXPECT_NEAR(success, row.success, 5e-5);
    const ExperimentSummary summary = run_text(
        "scenario: retries\nquestion: How many attempts?\n"
        "run: {duration: 100s, replications: 40, seed: 2026}\n"
        "producers: {p: {load: {poisson: 100/s}, does: [{call: s, retry: {attempts: " +
        std::to_string(row.retries + 1) +
        "}}]}}\nservices: {s: {concurrency: 1000, does: [{work: 1ms}, {fail: " +
        std::to_string(row.failure) + "}]}}\n");
    const VariantSummary& variant = summary.variants.front();
    expect_figure(variant, summary.confidence, {"p -> s", "attempts", {}, ""}, 100 * 100 * attempts,
                  0.01);
    expect_figure(variant, summary.confidence, {"p", "success", {}, ""}, success, 0.01);
  }
}

// Little: requests arrive at 20/s, each thread waits until its timeout of 2 s, so 40 wait. With 30
// of them and no line this is Erlang's loss system, whatever the distribution of the time: B(30,
// 40) are refused. 40 replications of 300 s, seed 2026; the first 20 s are warm-up. Three figures
// and |t| of 39 degrees of freedom above 4: a correct program fails with probability below 0.1 %.
TEST(CallsThatFailInTheory, ThreadsThatWaitForAHangingDependencyAreRateTimesTimeout) {
  const ExperimentSummary summary = run_text(R"(scenario: hanging
question: How many threads wait?
run: {duration: 300s, warmup: 20s, replications: 40, seed: 2026}
producers: {p: {load: {poisson: 20/s}, does: [{call: a}]}}
services:
  a: {concurrency: 1000, accept_queue: 0, does: [{call: b, timeout: 2s, cancel: true}]}
  b: {concurrency: 2000, does: [{work: 10ms}]}
faults: {stuck: {hang: b, at: 0s, for: 300s}}
variants:
  enough: {}
  too-few: {a: {concurrency: 30}}
)");
  ASSERT_EQ(summary.variants.size(), 2u);
  constexpr Statistic kMean{Statistic::Kind::mean, 0};
  expect_figure(summary.variants[0], summary.confidence, {"a", "in_service", kMean, ""}, 20 * 2,
                0.02);
  const double refused = theory::erlang_b(30, 40);
  expect_figure(summary.variants[1], summary.confidence, {"a", "in_service", kMean, ""},
                40 * (1 - refused), 0.01);
  expect_figure(summary.variants[1], summary.confidence, {"a", "refused", {}, ""},
                20 * 280 * refused, 0.05);
}

/// In how many of 20 replications nearly all requests succeed long after a hang of 30 s, and in how
/// many nearly none.
struct After {
  int well = 0;
  int badly = 0;
};
After after_a_hang(const std::string& rate, const std::string& call, const std::string& service) {
  const ScenarioFile file = load_scenario_text(
      "run: {duration: 2000s}\n"
      "producers: {p: {load: {poisson: " +
          rate + "}, does: [{call: s, timeout: 1s, retry: {attempts: 4" + call +
          "}]}}\n"
          "services: {s: {" +
          service +
          "does: [{work: {exponential: 100ms}}]}}\n"
          "faults: {stuck: {hang: s, at: 100s, for: 30s}}\n"
          "windows: {late: {at: 1500s, for: 500s}}\n",
      "stuck.yaml");
  for (const Diagnostic& diagnostic : file.diagnostics) {
    if (diagnostic.severity == Severity::error) ADD_FAILURE() << render(diagnostic);
  }
  World world(file.variants.at(0));
  After after;
  for (std::uint32_t replication = 0; replication < 20; ++replication) {
    const Result result = world.run(2026, replication);
    EXPECT_EQ(result.failure, "");
    for (std::size_t i = 0; i < world.plan().metrics.size(); ++i) {
      const MetricKey& key = world.plan().metrics[i];
      if (key.component != "p" || key.metric != "success" ||
          world.plan().windows[key.window].name != "late") {
        continue;
      }
      const double success = result.samples[i].total / result.samples[i].weight;
      after.well += success > 0.95 ? 1 : 0;
      after.badly += success < 0.01 ? 1 : 0;
    }
  }
  return after;
}

// A server of 10/s that works on for callers who have gone, and callers who try four times: what is
// left of a hang drains if rate x 4 < 10, and stays for ever if not. At 2.2/s the 264 requests left
// drain at 1.2/s, in 220 s with a standard deviation of 53 s: 1370 s are enough but for one in
// 10^100. At 2.8/s the line grows by 1.2/s; that it ever empties has a probability of e^-38.
// Source: N. Bronson et al., Metastable failures in distributed systems, HotOS 2021.
TEST(CallsThatFailInTheory, RetriesKeepAnOverloadGoingAboveCapacityByAttempts) {
  EXPECT_EQ(theory::largest_safe_load(10, 4), 2.5);
  const After below = after_a_hang("2.2/s", "}", "");
  EXPECT_EQ(below.well, 20);
  const After above = after_a_hang("2.8/s", "}", "");
  EXPECT_EQ(above.badly, 20);
  // What breaks the loop: to spare abandoned work, a short line, few retries.
  EXPECT_EQ(after_a_hang("2.8/s", "}, cancel: true", "").well, 20);
  EXPECT_EQ(after_a_hang("2.8/s", "}", "accept_queue: 5, ").well, 20);
  EXPECT_EQ(after_a_hang("2.8/s", ", budget: 10%}", "").well, 20);
}

// The call chain of the benchmarks, timeouts armed and cancelled: six times the network and three
// M/M/1 of 1 / (1000 - 700) s make 13 ms; a sojourn of 1 s has a probability of e^-300. Its seed,
// and 20 replications of 50 s, 700,000 requests; |t| of 19 degrees of freedom exceeds 4 with
// probability 7.7e-4.
TEST(CallsThatFailInTheory, CallChainOfTheBenchmarksTakesThirteenMillisecondsAndNoTimeoutRunsOut) {
  const ScenarioFile file =
      load_scenario(std::string(SPILLWAY_SOURCE_DIR) + "/tests/bench/m4.yaml",
                    {{"run.duration=50s", "run.warmup=1s", "run.replications=20"}, {}});
  ASSERT_FALSE(file.variants.empty());
  const ExperimentSummary summary = run_experiment(file, {});
  const VariantSummary& variant = summary.variants.front();
  constexpr Statistic kMean{Statistic::Kind::mean, 0};
  expect_figure(variant, summary.confidence, {"client", "latency", kMean, ""}, 0.013, 0.01);
  for (const char* edge : {"client -> a", "a -> b", "b -> c"}) {
    const Figure* timeouts = variant.find({edge, "timeouts", {}, ""});
    ASSERT_NE(timeouts, nullptr);
    EXPECT_EQ(timeouts->mean, 0);
  }
}

}  // namespace
}  // namespace spillway
