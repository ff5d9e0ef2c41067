// Leaving the warm-up to the program: `run.warmup: auto`.

#include "analysis/experiment/pilot.h"

#include <gmock/gmock.h>

#include "analysis/experiment/experiment.h"
#include "analysis/stats/warmup.h"
#include "sim/scenario/scenario.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ScenarioFile file(const std::string& warmup, const std::string& rest) {
  ScenarioFile file = load_scenario_text(
      "run: {duration: 600s, replications: 4, seed: 11, warmup: " + warmup + "}\n" + rest,
      "pilot.yaml");
  EXPECT_FALSE(has_errors(file.diagnostics)) << file.diagnostics.front().message;
  return file;
}

/// An M/M/infinity: 40 in service on average, and empty at the start. What is missing of the mean
/// decays as exp(-t / 20 s).
constexpr const char* kFilling =
    "producers: {c: {load: {poisson: 2/s}, does: [call: s]}}\n"
    "services: {s: {concurrency: 1000, does: [work: {exponential: 20s}]}}\n";

/// Four a second come, three are served: the queue grows by one a second.
constexpr const char* kOverloaded =
    "producers: {c: {load: {poisson: 4/s}, does: [send: q]}}\n"
    "queues: {q: {}}\n"
    "consumers: {w: {from: q, does: [work: {exponential: 330ms}]}}\n";

ExperimentSummary run(const ScenarioFile& file, std::uint32_t threads = 1) {
  ExperimentOptions options;
  options.threads = threads;
  return run_experiment(file, options);
}

TEST(WarmupAuto, LeavesOutTheTimeInWhichASystemFills) {
  const ExperimentSummary summary = run(file("auto", kFilling));
  const VariantSummary& variant = summary.variants.at(0);
  EXPECT_TRUE(variant.warmup_found);
  EXPECT_THAT(summary.warnings, IsEmpty());
  // At one time constant 37 % of the level are still missing, at ten 0.005 %. A cut is a multiple
  // of five bins of 1 s.
  EXPECT_GE(variant.plan.warmup, 20 * kSecond);
  EXPECT_LE(variant.plan.warmup, 200 * kSecond);
  EXPECT_EQ(variant.plan.warmup % (5 * kSecond), 0);
}

TEST(WarmupAuto, TheRunIsThatOfTheSameWarmupGiven) {
  const ExperimentSummary found = run(file("auto", kFilling));
  const Time warmup = found.variants.at(0).plan.warmup;
  const ExperimentSummary given = run(file(std::to_string(warmup / kSecond) + "s", kFilling));
  EXPECT_FALSE(given.variants.at(0).warmup_found);
  EXPECT_EQ(found.fingerprint, given.fingerprint);
  const auto& a = found.variants.at(0).metrics;
  const auto& b = given.variants.at(0).metrics;
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].mean, b[i].mean) << to_string(a[i].name);
    EXPECT_EQ(a[i].theory, b[i].theory) << to_string(a[i].name);
  }
}

TEST(WarmupAuto, ClosedFormsApplyAsToAGivenWarmup) {
  const std::string mm1 =
      "producers: {c: {load: {poisson: 8/s}, does: [call: s]}}\n"
      "services: {s: {does: [work: {exponential: 100ms}]}}\n";
  const ExperimentSummary summary = run(file("auto", mm1));
  const VariantSummary& variant = summary.variants.at(0);
  const Figure* latency = variant.find({"c", "latency", {Statistic::Kind::mean, 0}, ""});
  ASSERT_NE(latency, nullptr);
  EXPECT_EQ(latency->theory.has_value(), variant.plan.warmup > 0);
  EXPECT_GT(variant.plan.warmup, 0);
}

TEST(WarmupAuto, ItIsTheLongestCutOfTheAverageLevels) {
  const ScenarioFile scenario = file("auto", kFilling);
  // By hand, from replications 2^31 to 2^31 + 9.
  Scenario bare = scenario.variants.front();
  World world(bare);
  ASSERT_EQ(world.plan().series_step, kSecond);
  const auto& names = world.plan().series;
  const auto index = static_cast<std::size_t>(
      std::ranges::find(names, "s.in_service", &SeriesKey::name) - names.begin());
  std::vector<double> average(600, 0.0);
  for (std::uint32_t i = 0; i < 10; ++i) {
    const Result result = world.run(11, 2147483648U + i);
    for (std::size_t bin = 0; bin < 600; ++bin) average[bin] += result.series[index].mean[bin] / 10;
  }
  const auto cut = stats::mser(average);
  ASSERT_TRUE(cut->steady);
  EXPECT_EQ(run(scenario).variants.at(0).plan.warmup, static_cast<Time>(cut->cut) * kSecond);
}

TEST(WarmupAuto, AnOverloadedQueueHasNoSteadyStateAndIsNamed) {
  const ExperimentSummary summary = run(file("auto", kOverloaded));
  EXPECT_TRUE(summary.variants.at(0).warmup_found);
  EXPECT_EQ(summary.variants.at(0).plan.warmup, 0);
  EXPECT_THAT(summary.warnings,
              ElementsAre("no steady state within the run: q. Means depend on how long the run "
                          "lasts: it is overloaded, or the run is too short"));
}

TEST(WarmupAuto, AQueueThatNothingTakesFromIsNotWaitedFor) {
  const ExperimentSummary summary =
      run(file("auto",
               "producers: {c: {load: {poisson: 4/s}, does: [send: q]}}\n"
               "queues: {q: {dead_letter: {to: bad, after: 1}}, bad: {}}\n"
               "consumers: {w: {from: q, does: [work: {exponential: 50ms}, fail: 0.5]}}\n"));
  EXPECT_THAT(summary.warnings, IsEmpty());
}

TEST(WarmupAuto, WithAProfileThereIsNothingToWaitFor) {
  const ExperimentSummary summary = run(file(
      "auto",
      "producers: {c: {load: {poisson: 4/s}, profile: {rush: {spike: {at: 60s, for: 30s, times: "
      "2}}}, does: [call: s]}}\n"
      "services: {s: {does: [work: {exponential: 50ms}]}}\n"
      "variants: {rising: {}, level: {c: {profile: null}}}\n"));
  EXPECT_THAT(summary.warnings,
              ElementsAre("rising: warmup: auto is 0s: with a profile there is no steady state to "
                          "wait for"));
  EXPECT_EQ(summary.variants.at(0).plan.warmup, 0);
  EXPECT_TRUE(summary.variants.at(0).warmup_found);
}

TEST(WarmupAuto, TheNumberOfThreadsNeverShows) {
  const ScenarioFile scenario =
      file("auto", std::string(kFilling) +
                       "variants: {slow: {}, quick: {s: {does: [work: {exponential: 10s}]}}}\n");
  const ExperimentSummary one = run(scenario, 1);
  EXPECT_NE(one.variants.at(0).plan.warmup, one.variants.at(1).plan.warmup);
  for (const std::uint32_t threads : {2U, 8U}) {
    const ExperimentSummary many = run(scenario, threads);
    EXPECT_EQ(many.fingerprint, one.fingerprint);
    for (std::size_t v = 0; v < one.variants.size(); ++v) {
      EXPECT_EQ(many.variants[v].plan.warmup, one.variants[v].plan.warmup);
      for (std::size_t i = 0; i < one.variants[v].metrics.size(); ++i) {
        EXPECT_EQ(many.variants[v].metrics[i].mean, one.variants[v].metrics[i].mean);
      }
    }
  }
}

TEST(WarmupAuto, APilotThatBreaksOffMakesItsVariantVoidAndNoOther) {
  // 40 in service on average are more than the 30 messages that are allowed here; 4 are not.
  const ScenarioFile scenario =
      file("auto",
           std::string(kFilling) + "variants: {full: {}, empty: {c: {load: {poisson: 0.2/s}}}}\n");
  ExperimentOptions options;
  options.limits.messages = 30;
  for (const std::uint32_t threads : {1U, 8U}) {
    options.threads = threads;
    const ExperimentSummary summary = run_experiment(scenario, options);
    EXPECT_TRUE(summary.partial);
    EXPECT_THAT(summary.variants.at(0).failure,
                testing::StartsWith("pilot, replication 1: too many messages: 30 at once"));
    EXPECT_EQ(summary.variants.at(0).replications, 0U);
    EXPECT_EQ(summary.variants.at(1).failure, "");
    EXPECT_EQ(summary.variants.at(1).replications, 4U);
  }
}

TEST(WarmupAuto, WhatIsInterruptedInThePilotHasNoResults) {
  std::atomic<bool> stop{true};
  ExperimentOptions options;
  options.stop = &stop;
  const ExperimentSummary summary = run_experiment(file("auto", kFilling), options);
  EXPECT_TRUE(summary.partial);
  EXPECT_EQ(summary.variants.at(0).replications, 0U);
  EXPECT_EQ(summary.variants.at(0).planned, 4U);
}

}  // namespace
}  // namespace spillway
