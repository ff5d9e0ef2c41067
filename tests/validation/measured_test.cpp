// The simulation against measurements on real brokers, seed by seed from the recorded arrivals,
// with the overheads that were measured in the same run as parameters. The scenario says what was
// measured and how.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "analysis/experiment/experiment.h"
#include "sim/scenario/scenario.h"

namespace spillway {
namespace {

ExperimentSummary run_measured(const std::string& name) {
  const ScenarioFile file =
      load_scenario(std::string(SPILLWAY_SOURCE_DIR) + "/scenarios/measured/" + name);
  EXPECT_TRUE(file.diagnostics.empty());
  return run_experiment(file, {});
}

double value_of(const VariantSummary& variant, const std::string& component,
                const std::string& metric, Statistic statistic, const std::string& window = "") {
  const Figure* figure = variant.find({component, metric, statistic, window});
  EXPECT_NE(figure, nullptr) << component << "." << metric;
  EXPECT_TRUE(figure != nullptr && figure->mean.has_value()) << component << "." << metric;
  return figure != nullptr ? figure->mean.value_or(std::nan("")) : std::nan("");
}

/// A replay draws nothing, so that one replication says all.
const VariantSummary& replay(const ExperimentSummary& summary, const std::string& name) {
  const auto found = std::ranges::find(summary.variants, name, &VariantSummary::variant);
  if (found == summary.variants.end()) {
    ADD_FAILURE() << "no variant " << name;
    return summary.variants.front();
  }
  EXPECT_EQ(found->failure, "");
  EXPECT_TRUE(found->deterministic);
  EXPECT_EQ(found->replications, 1u);
  return *found;
}

void expect_near(const std::string& what, double simulated, double measured, double share,
                 double at_least = 0) {
  EXPECT_NEAR(simulated, measured, std::max(share * measured, at_least)) << what;
}

constexpr Statistic kMean{Statistic::Kind::mean, 0};
constexpr Statistic kMax{Statistic::Kind::max, 0};
constexpr Statistic kP50{Statistic::Kind::percentile, 50};
constexpr Statistic kP99{Statistic::Kind::percentile, 99};
constexpr Statistic kValue{};

// RabbitMQ 3.10.8, spike of 300/s for 15 s into four consumers of 25 ms. Nothing is drawn: the
// replay has one outcome, and the tolerances are for what the model leaves out (single pauses of
// the machine), not for chance.
TEST(Measured, SpikeIsBufferedAsOnTheRealBroker) {
  struct Measured {
    const char* variant;
    double depth_max, drain_s, p50_s, p99_s;
  };
  const Measured measured[] = {
      {"seed1", 2331, 26.236, 4.819265, 15.289747},
      {"seed2", 2282, 25.962, 4.308671, 15.219812},
      {"seed3", 2478, 29.341, 5.557463, 16.812895},
  };
  const ExperimentSummary summary = run_measured("e1.yaml");
  ASSERT_EQ(summary.variants.size(), std::size(measured));
  for (const Measured& real : measured) {
    SCOPED_TRACE(real.variant);
    const VariantSummary& variant = replay(summary, real.variant);
    expect_near("greatest depth", value_of(variant, "queue", "depth", kMax), real.depth_max, 0.03);
    expect_near("drain time", value_of(variant, "queue", "drain_time", kValue, "spike"),
                real.drain_s, 0.05);
    expect_near("p50", value_of(variant, "publisher", "completion", kP50), real.p50_s, 0.03);
    expect_near("p99", value_of(variant, "publisher", "completion", kP99), real.p99_s, 0.03);
  }
}

// RabbitMQ 3.10.8, all four consumers cut off for 20 s at 80/s. The median stands on the steep
// flank between messages that waited and those that did not, and is not compared. In seed3 the
// machine was busiest: a first in, first out model of that trace is 5.1 % below the mean, too.
TEST(Measured, OutageOfTheConsumersFillsTheQueueAsOnTheRealBroker) {
  struct Measured {
    const char* variant;
    double depth_max, drain_s, mean_s, p99_s;
  };
  const Measured measured[] = {
      {"seed1", 1683, 22.056, 5.608738, 19.77199},
      {"seed2", 1588, 22.645, 5.336968, 19.585241},
      {"seed3", 1642, 26.801, 6.087513, 19.639736},
  };
  const ExperimentSummary summary = run_measured("e2.yaml");
  ASSERT_EQ(summary.variants.size(), std::size(measured));
  for (const Measured& real : measured) {
    SCOPED_TRACE(real.variant);
    const VariantSummary& variant = replay(summary, real.variant);
    expect_near("greatest depth", value_of(variant, "queue", "depth", kMax), real.depth_max, 0.05);
    expect_near("drain time", value_of(variant, "queue", "drain_time", kValue, "cut-off"),
                real.drain_s, 0.05);
    expect_near("mean", value_of(variant, "publisher", "completion", kMean), real.mean_s, 0.07);
    expect_near("p99", value_of(variant, "publisher", "completion", kP99), real.p99_s, 0.05);
    EXPECT_EQ(value_of(variant, "publisher", "completed", kValue), 1) << "nothing was lost";
  }
}

// Node 20, three services in a chain of calls, the last of which hangs for 20 s. Which failure a
// client saw is told by where it came from: see the scenario.
TEST(Measured, HangingServiceFailsItsCallersAsTheRealOnesDid) {
  struct Measured {
    const char* variant;
    double ok_200, answered_502, refused_503, timed_out_504;
    double timeouts_of_a, timeouts_of_b, refused_by_c, success_in_stall;
  };
  const Measured measured[] = {
      {"no-timeout-seed1", 5131, 0, 1933, 0, 0, 0, 0, 0.0379},
      {"no-timeout-seed2", 5107, 0, 1912, 0, 0, 0, 0, 0.0378},
      {"no-timeout-seed3", 5121, 0, 1992, 0, 0, 0, 0, 0.0378},
      {"timeout1s-seed1", 5056, 1529, 399, 80, 80, 80, 1529, 0.0015},
      {"timeout1s-seed2", 5030, 1552, 357, 80, 80, 80, 1552, 0},
      {"timeout1s-seed3", 5049, 1595, 389, 80, 80, 80, 1595, 0.0019},
  };
  const ExperimentSummary summary = run_measured("e6.yaml");
  ASSERT_EQ(summary.variants.size(), std::size(measured));
  for (const Measured& real : measured) {
    SCOPED_TRACE(real.variant);
    const VariantSummary& variant = replay(summary, real.variant);
    const auto count = [&](const char* component, const char* metric) {
      return value_of(variant, component, metric, kValue);
    };
    const double requests = count("client", "sent");
    const double ok = requests - count("client -> A", "errors");
    const double refused = count("A", "refused");
    const double timed_out = count("A -> B", "timeouts");
    const double answered = count("A -> B", "errors");
    EXPECT_EQ(ok + refused + timed_out + answered, requests) << "each request is of one kind";
    expect_near("200", ok, real.ok_200, 0.03, 10);
    expect_near("502", answered, real.answered_502, 0.03, 10);
    expect_near("503", refused, real.refused_503, 0.03, 10);
    expect_near("504", timed_out, real.timed_out_504, 0.03, 10);
    expect_near("timeouts of A -> B", timed_out, real.timeouts_of_a, 0, 2);
    expect_near("timeouts of B -> C", count("B -> C", "timeouts"), real.timeouts_of_b, 0, 2);
    expect_near("refused by C", count("C", "refused"), real.refused_by_c, 0.03, 10);
    expect_near("success in the stall", value_of(variant, "client", "success", kValue, "stall"),
                real.success_in_stall, 0, 0.005);
  }
}

// The same chain with RabbitMQ 3.10.8 between A and B. The measured backlog counts what B worked
// on, too: 16 messages. The drain was measured at 3.8 to 5.7 s, for want of processors; the model
// has its nominal parameters, and is held to what they say as a fluid.
TEST(Measured, QueueBeforeAHangingServiceKeepsItsCallersAvailable) {
  struct Measured {
    const char* variant;
    double backlog;
  };
  const Measured measured[] = {{"seed1", 2012}, {"seed2", 1989}, {"seed3", 2067}};
  const double fluid_drain_s = 100 * 20 / (16 / 0.020 - 100);
  const ExperimentSummary summary = run_measured("e6-async.yaml");
  ASSERT_EQ(summary.variants.size(), std::size(measured));
  for (const Measured& real : measured) {
    SCOPED_TRACE(real.variant);
    const VariantSummary& variant = replay(summary, real.variant);
    EXPECT_EQ(value_of(variant, "client", "success", kValue, "stall"), 1);
    EXPECT_EQ(value_of(variant, "client", "completed", kValue), 1);
    expect_near("backlog", value_of(variant, "requests", "depth", kMax), real.backlog, 0.05);
    expect_near("drain time", value_of(variant, "requests", "drain_time", kValue, "stall"),
                fluid_drain_s, 0.05);
  }
}

// RabbitMQ and Redis: 60 writes a second to 200 keys, shown by one consumer of 8 ms. In seed1
// nothing is drawn. In seed2 the reads are, 30 x 9000 of them: the share of stale ones has a
// standard error of 0.0001. The tolerances are for what the model leaves out, single pauses of the
// machine: they make what was measured staler than what is simulated.
TEST(Measured, ProjectionIsAsStaleAsTheRealOne) {
  struct Measured {
    const char* variant;
    double mean_s, p50_s, stale;
    bool deterministic;
  };
  const Measured measured[] = {
      {"seed1", 0.018363, 0.013331, 0.0056, true},
      {"seed2", 0.019282, 0.013473, 0.0051, false},
  };
  const ExperimentSummary summary = run_measured("e8.yaml");
  ASSERT_EQ(summary.variants.size(), std::size(measured));
  for (std::size_t i = 0; i < std::size(measured); ++i) {
    const Measured& real = measured[i];
    const VariantSummary& variant = summary.variants[i];
    ASSERT_EQ(variant.variant, real.variant);
    EXPECT_EQ(variant.deterministic, real.deterministic);
    EXPECT_NEAR(value_of(variant, "view", "staleness", kMean), real.mean_s, 0.004) << real.variant;
    EXPECT_NEAR(value_of(variant, "view", "staleness", kP50), real.p50_s, 0.001) << real.variant;
    EXPECT_NEAR(value_of(variant, "view", "stale", kValue), real.stale, 0.002) << real.variant;
  }
  // Of seed1 every read was recorded with the version that it found: as many were made here.
  EXPECT_EQ(value_of(summary.variants[0], "view", "reads", kValue), 9026);
  EXPECT_EQ(value_of(summary.variants[0], "source", "writes", kValue), 3632);
  EXPECT_EQ(value_of(summary.variants[1], "source", "writes", kValue), 3597);
}

}  // namespace
}  // namespace spillway
