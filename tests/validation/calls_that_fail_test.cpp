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
  for (const Diagnostic& diagnostic : file.diagnostics) {
    if (diagnostic.code != "overload") ADD_FAILURE() << render(diagnostic);
  }
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

/// What an M/D/1 queue has for its workload where nothing ends it: from an empty queue, levels are
/// crossed upwards as often as downwards, so that its share below x is that of an empty queue times
///   G(x) = sum over k <= x / work of (rate (k work - x))^k / k! e^(rate (x - k work)).
/// Holds below any level at which arrivals begin to be sent away, and above capacity.
/// Source: A. K. Erlang, 1909; level crossing: P. H. Brill, Level Crossing Methods, 2008.
double below_per_empty(double x, double rate, double work) {
  double sum = 0;
  double factorial = 1;
  for (int k = 0; k * work <= x * (1 + 1e-12); ++k) {
    if (k > 0) factorial *= k;
    const double to_come = rate * (k * work - x);
    sum += std::pow(to_come, k) / factorial * std::exp(-to_come);
  }
  return sum;
}

// A server of 10/s is offered 15/s that wait for 300 ms. A deadline that travels lets begin what
// comes to a workload below 300 ms, and in time ends what comes to one below 200 ms. All workloads
// are an empty server (a share of 1 / (1 + 1.5 G(0.3))) or a busy one, which does 10/s of those
// that begin; so of all 65.4 % begin and 25.1 % are answered, where 66.7 % could be done. 40
// replications of 500 s after 10 s, 300,000 requests, seed 2026, chosen before the first run: four
// figures and |t| of 39 degrees of freedom above 4, so a correct program fails with probability
// below 0.11 %.
TEST(CallsThatFailInTheory, DeadlinesThatTravelLetBeginWhatTheWorkloadLeavesTimeFor) {
  const ExperimentSummary summary = run_text(R"(scenario: hurried
question: What does a deadline that travels spare?
run: {duration: 510s, warmup: 10s, replications: 40, seed: 2026}
producers: {p: {load: {poisson: 15/s}, does: [{call: a, deadline: 300ms, travels: true}]}}
services:
  a: {concurrency: 1000, does: [{call: b}]}
  b: {does: [{work: 100ms}]}
)");
  const VariantSummary& variant = summary.variants.front();
  const double before_deadline = below_per_empty(0.3, 15, 0.1);
  const double in_time = below_per_empty(0.2, 15, 0.1);
  const double empty = 1 / (1 + 1.5 * before_deadline);
  EXPECT_NEAR(empty * before_deadline, 0.654, 5e-4);
  EXPECT_NEAR(empty * in_time, 0.251, 5e-4);
  expect_figure(variant, summary.confidence, {"p", "success", {}, ""}, empty * in_time, 0.02);
  expect_figure(variant, summary.confidence, {"b", "utilization", {}, ""}, 1 - empty, 0.01);
  expect_figure(variant, summary.confidence, {"b", "wasted", {}, ""}, 1 - in_time / before_deadline,
                0.01);
  expect_figure(variant, summary.confidence, {"b", "cancelled", {}, ""},
                15 * 500 * (1 - empty * before_deadline), 0.01);
}

// The same where the deadline does not travel: the line grows by half a request's work for each,
// and only the first are answered in time. From an empty server upwards each level is crossed once
// more upwards than downwards, so that it spends U(x) = M G(x) - integral of G up to x at or below
// x, M = 1 / (15 (1 - s)) of it empty; s is the probability that a busy period ends, s = e^(-1.5 (1
// - s)). The 15 U(0.2) = 7.08 requests that come then are answered. 1000 replications of 20 s, seed
// 2026, chosen before the first run; at 20 s the line is 100 requests long, and one replication in
// 10^37 would see it below two again. |t| above 4: a correct program fails with probability 7e-5.
TEST(CallsThatFailInTheory, DeadlinesThatStayAreKeptByTheFirstOfAnOverloadOnly) {
  const ExperimentSummary summary = run_text(R"(scenario: overload
question: How many are answered before the line is too long?
run: {duration: 20s, replications: 1000, seed: 2026}
producers: {p: {load: {poisson: 15/s}, does: [{call: a, deadline: 300ms}]}}
services:
  a: {concurrency: 1000, does: [{call: b}]}
  b: {does: [{work: 100ms}]}
)");
  double ends = 0.5;
  for (int i = 0; i < 200; ++i) ends = std::exp(-1.5 * (1 - ends));
  const double empty = 1 / (15 * (1 - ends));
  // The integral of G: of e^15x up to 0.2, and of its second term from 0.1 on.
  const double integral = (std::exp(3.0) - 1) / 15 - (0.5 * std::exp(1.5) + 1) / 15;
  const double answered = 15 * (empty * below_per_empty(0.2, 15, 0.1) - integral);
  EXPECT_NEAR(answered, 7.08, 0.01);
  const VariantSummary& variant = summary.variants.front();
  const Figure* success = variant.find({"p", "success", {}, ""});
  ASSERT_NE(success, nullptr);
  expect_figure(variant, summary.confidence, {"p", "success", {}, ""}, answered / (15 * 20), 0.05);
  expect_figure(variant, summary.confidence, {"a", "wasted", {}, ""}, 1 - answered / (15 * 20),
                0.01);
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
