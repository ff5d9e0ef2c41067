// The simulation against measurements on real brokers, seed by seed from the recorded arrivals,
// with the overheads that were measured in the same run as parameters. The scenario says what was
// measured and how.

#include <gtest/gtest.h>

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
  for (std::size_t i = 0; i < std::size(measured); ++i) {
    const Measured& real = measured[i];
    const VariantSummary& variant = summary.variants[i];
    ASSERT_EQ(variant.variant, real.variant);
    EXPECT_TRUE(variant.deterministic);
    EXPECT_EQ(variant.replications, 1u);
    const auto expect_near = [&](const char* what, double simulated, double wanted, double share) {
      EXPECT_NEAR(simulated, wanted, share * wanted) << real.variant << " " << what;
    };
    expect_near("greatest depth", value_of(variant, "queue", "depth", kMax), real.depth_max, 0.03);
    expect_near("drain time", value_of(variant, "queue", "drain_time", kValue, "spike"),
                real.drain_s, 0.05);
    expect_near("p50", value_of(variant, "publisher", "completion", kP50), real.p50_s, 0.03);
    expect_near("p99", value_of(variant, "publisher", "completion", kP99), real.p99_s, 0.03);
  }
}

}  // namespace
}  // namespace spillway
