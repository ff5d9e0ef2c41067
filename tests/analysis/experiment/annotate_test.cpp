#include "analysis/experiment/annotate.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "analysis/experiment/experiment.h"
#include "sim/kernel/math.h"
#include "sim/scenario/scenario.h"

namespace spillway {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr Statistic kMean{Statistic::Kind::mean, 0};

// M/M/1: the mean latency is 50 ms. A bounded queue of the second server refuses 5 %.
ScenarioFile file() {
  return load_scenario_text(R"(
scenario: two
question: Which figures have theory?
run: {duration: 110s, warmup: 10s}
producers:
  clients: {load: {poisson: 80/s}, does: [{call: server}]}
  others: {load: {poisson: 90/s}, does: [{call: short}]}
services:
  server: {does: [{work: {exponential: 10ms}}]}
  short: {accept_queue: 9, does: [{work: {exponential: 10ms}}]}
objectives:
  quick: clients.latency.mean <= 60ms
  median: others.latency.p50 <= 60ms
  most: others.latency.p99 <= 1s
)",
                            "two.yaml");
}

Figure figure(const std::string& component, double mean, double half) {
  Figure figure;
  figure.name = {component, "latency", kMean, ""};
  figure.unit = "s";
  figure.mean = mean;
  figure.low = mean - half;
  figure.high = mean + half;
  return figure;
}

VariantSummary summary_of(std::vector<Figure> figures) {
  VariantSummary summary;
  summary.variant = "base";
  summary.replications = 30;
  summary.metrics = std::move(figures);
  return summary;
}

TEST(Annotate, TheoryStandsBesideTheFiguresItIsAboutAndNoOthers) {
  VariantSummary summary = summary_of({figure("clients", .0501, .001), figure("nobody", 1, 1)});
  EXPECT_THAT(annotate(summary, file().variants.front()), IsEmpty());
  EXPECT_DOUBLE_EQ(*summary.metrics[0].theory, .05);
  EXPECT_EQ(summary.metrics[0].theory_model, "M/M/1");
  EXPECT_FALSE(summary.metrics[1].theory);
  EXPECT_EQ(summary.metrics[1].theory_model, "");
}

TEST(Annotate, AFigureOverAWindowIsAnotherFigure) {
  Figure windowed = figure("clients", .05, .001);
  windowed.name.window = "sale";
  VariantSummary summary = summary_of({windowed});
  EXPECT_THAT(annotate(summary, file().variants.front()), IsEmpty());
  EXPECT_FALSE(summary.metrics[0].theory);
}

TEST(Annotate, ObjectivesGetTheValueThatCountsFailuresAsInfinite) {
  const ScenarioFile loaded = file();
  const Scenario& scenario = loaded.variants.front();
  VariantSummary summary = summary_of({});
  for (const Objective& objective : scenario.objectives) {
    summary.objectives.push_back({objective, {}, Verdict::undecided, {}, {}, {}});
    summary.objectives.back().figure.name = objective.metric;
  }
  Figure median = figure("others", .04, .01);
  median.name.statistic = {Statistic::Kind::percentile, 50};
  summary.metrics.push_back(median);
  annotate(summary, scenario);
  ASSERT_TRUE(summary.objectives[0].figure.theory && summary.objectives[1].figure.theory);
  EXPECT_DOUBLE_EQ(*summary.objectives[0].figure.theory, .05);
  EXPECT_GT(*summary.objectives[1].figure.theory, *summary.metrics[0].theory);
  // More than 1 % are refused: its p99 is infinite, and no number to stand beside another.
  EXPECT_FALSE(summary.objectives[2].figure.theory);
}

TEST(Annotate, DistanceIsInStandardErrors) {
  Figure one = figure("clients", .06, .004);
  EXPECT_FALSE(standard_errors_from_theory(one, 30, .95));  // no theory yet
  one.theory = .05;
  EXPECT_NEAR(*standard_errors_from_theory(one, 30, .95), 2.5 * 2.045230, 1e-5);
  EXPECT_NEAR(*standard_errors_from_theory(one, 2, .95), 2.5 * 12.706205, 1e-5);
  EXPECT_FALSE(standard_errors_from_theory(one, 1, .95));
  one.theory = .07;
  EXPECT_NEAR(*standard_errors_from_theory(one, 30, .95), -2.5 * 2.045230, 1e-5);
  // A bound cut off at what is possible does not make the simulation surer.
  one.low = *one.mean;
  EXPECT_NEAR(*standard_errors_from_theory(one, 30, .95), -2.5 * 2.045230, 1e-5);
}

TEST(Annotate, WithoutAnySpreadTheValueIsEitherTheSameOrContradicts) {
  Figure sure = figure("clients", 1, 0);
  sure.theory = 1;
  EXPECT_EQ(standard_errors_from_theory(sure, 30, .95), 0);
  sure.theory = .999;
  EXPECT_EQ(standard_errors_from_theory(sure, 30, .95), std::numeric_limits<double>::infinity());
  sure.low = std::nullopt;
  EXPECT_FALSE(standard_errors_from_theory(sure, 30, .95));
}

TEST(Annotate, AContradictionIsAWarningThatNamesBothValues) {
  VariantSummary summary = summary_of({figure("clients", .06, .002)});
  const auto warnings = annotate(summary, file().variants.front());
  ASSERT_EQ(warnings.size(), 1);
  EXPECT_THAT(warnings[0], HasSubstr("clients.latency.mean contradicts theory"));
  EXPECT_THAT(warnings[0], HasSubstr("M/M/1 gives 0.05 s, the simulation 0.06 s"));
  EXPECT_THAT(warnings[0], HasSubstr("10.2 standard errors away"));
}

TEST(Annotate, AWarningNamesItsVariant) {
  VariantSummary summary = summary_of({figure("clients", .06, .002)});
  summary.variant = "async";
  const auto warnings = annotate(summary, file().variants.front());
  ASSERT_EQ(warnings.size(), 1);
  EXPECT_THAT(warnings[0], testing::StartsWith("async: clients.latency.mean"));
}

// What a normal variable does once in 16,000 happens to Student's t far sooner, the sooner the
// fewer the replications. Just within and just beyond are told apart.
TEST(Annotate, FewReplicationsAskForMore) {
  const ScenarioFile loaded = file();
  for (const std::uint32_t replications : {3u, 10u, 30u, 1000u}) {
    const double df = replications - 1;
    const double usual = math::student_t_quantile(.975, df);
    const double seldom = -math::student_t_quantile(math::normal_cdf(-4), df);
    EXPECT_GT(seldom, 4);
    for (const double times : {.999, 1.001}) {
      VariantSummary summary =
          summary_of({figure("clients", .05 + .001 * times, .001 * usual / seldom)});
      summary.replications = replications;
      EXPECT_EQ(annotate(summary, loaded.variants.front()).size(), times > 1 ? 1 : 0)
          << replications;
    }
  }
}

TEST(Annotate, AFluidIsNoContradiction) {
  const ScenarioFile loaded = load_scenario_text(R"(
scenario: spike
question: How deep?
run: {duration: 600s}
producers:
  shop:
    load: {poisson: 100/s}
    profile: {sale: {spike: {at: 100s, for: 100s, times: 8}}}
    does: [{send: orders}]
queues: {orders: {}}
consumers: {workers: {from: orders, instances: 4, does: [{work: {exponential: 10ms}}]}}
)",
                                                 "spike.yaml");
  Figure depth = figure("orders", 40'500, 10);
  depth.name.metric = "depth";
  depth.name.statistic = {Statistic::Kind::max, 0};
  VariantSummary summary = summary_of({depth});
  EXPECT_THAT(annotate(summary, loaded.variants.front()), IsEmpty());
  EXPECT_NEAR(*summary.metrics[0].theory, 40'000, 1e-3);
  EXPECT_EQ(summary.metrics[0].theory_model, "fluid");
}

// A run of 5 s of M/M/1 at 99 % load from an empty server, with a warm-up of 1 ms: its mean lies at
// about a third of the steady state's. 100 replications, seed 1.
TEST(Annotate, AnExperimentFarFromSteadyStateSaysSo) {
  const ScenarioFile loaded = load_scenario_text(R"(
scenario: cold
question: Is a start in the cold a steady state?
run: {duration: 5s, warmup: 1ms, replications: 100}
producers: {clients: {load: {poisson: 990/s}, does: [{call: server}]}}
services: {server: {does: [{work: {exponential: 1ms}}]}}
)",
                                                 "cold.yaml");
  const ExperimentSummary summary = run_experiment(loaded, {});
  EXPECT_THAT(summary.warnings,
              testing::Contains(HasSubstr("clients.latency.mean contradicts theory")));
}

// The fluid of a spike, simulated: 40,000 messages pile up. The number there at the spike's end is
// 80,000 arrivals less 40,000 services, whose standard deviation is sqrt(120,000) = 346; the mean
// of 30 replications has 63. It is within five of those, but once in 1.7 million; 6 messages more
// are for what the fluid leaves out: four in service, one (geometric, ratio 400/800) that the
// greatest depth lies above the last, and one that the start of the spike loses. Seed 1.
TEST(Annotate, ASimulatedSpikeIsAsDeepAsItsFluid) {
  const ScenarioFile loaded = load_scenario_text(R"(
scenario: spike
question: How deep?
run: {duration: 400s}
producers:
  shop:
    load: {poisson: 100/s}
    profile: {sale: {spike: {at: 100s, for: 100s, times: 8}}}
    does: [{send: orders}]
queues: {orders: {}}
consumers: {workers: {from: orders, instances: 4, does: [{work: {exponential: 10ms}}]}}
)",
                                                 "spike.yaml");
  const ExperimentSummary summary = run_experiment(loaded, {});
  const VariantSummary& variant = summary.variants.front();
  const Figure* depth = variant.find({"orders", "depth", {Statistic::Kind::max, 0}, "sale"});
  ASSERT_TRUE(depth != nullptr && depth->theory && depth->mean);
  EXPECT_NEAR(*depth->mean, *depth->theory, 5 * 63 + 6);
  // Drain time: 40,000 messages at a drift of 300/s; its variance is 40,000 (100 + 400) / 300^3 +
  // 346^2 / 300^2 = 2.07 s^2, so the mean of 30 has a standard deviation of 0.26 s.
  const Figure* drained = variant.find({"orders", "drain_time", {}, "sale"});
  ASSERT_TRUE(drained != nullptr && drained->theory && drained->mean);
  EXPECT_NEAR(*drained->mean, *drained->theory, 5 * .27);
}

}  // namespace
}  // namespace spillway
