// Stale reads from a lagging follower against their closed forms.

#include "analysis/theory/replica_lag.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "analysis/experiment/annotate.h"
#include "analysis/experiment/experiment.h"
#include "sim/scenario/scenario.h"

namespace spillway {
namespace {

// 100 replications of 10 minutes, seed 2026, both chosen before the first run: about six million
// reads and 2.4 million writes a variant. |t| of 99 degrees of freedom exceeds 4 with probability
// 1.2e-4, so a correct program fails one of the five figures with probability below 0.06 %. Each
// half-width of 95 % is below 0.5 % of the figure.
TEST(ReplicaLag, StaleReadsAndUnseenWritesAgreeWithTheirClosedForms) {
  const ScenarioFile file =
      load_scenario(std::string(SPILLWAY_SOURCE_DIR) + "/scenarios/theory/replica-lag.yaml");
  ASSERT_TRUE(file.diagnostics.empty());
  const ExperimentSummary summary = run_experiment(file, {});
  ASSERT_EQ(summary.variants.size(), 3u);
  constexpr double kWrites = 40.0 / 50;  // to each key, a second
  constexpr double kLag = 0.5;           // s
  const auto expect = [&](std::size_t variant, const std::string& metric, Statistic statistic,
                          double theory) {
    const VariantSummary& of = summary.variants[variant];
    const Figure* found = of.find({"profiles", metric, statistic, ""});
    ASSERT_NE(found, nullptr) << metric;
    Figure figure = *found;
    figure.theory = theory;
    const auto distance = standard_errors_from_theory(figure, of.replications, summary.confidence);
    ASSERT_TRUE(distance.has_value()) << of.variant << " " << metric << ": " << figure.why;
    EXPECT_LT(std::abs(*distance), 4)
        << of.variant << " " << metric << ": " << *figure.mean << ", theory " << theory;
    EXPECT_LT(*figure.high - *figure.low, 2 * 0.005 * theory) << of.variant << " " << metric;
  };
  constexpr Statistic kValue{};
  constexpr Statistic kMean{Statistic::Kind::mean, 0};
  expect(0, "stale", kValue, theory::stale_share_exponential(kWrites, kLag));
  expect(0, "staleness", kMean, *theory::mean_unseen_exponential(kWrites, kLag));
  expect(1, "stale", kValue, theory::stale_share_constant(kWrites, kLag));
  // A read of one of three is as stale as a read of the only one.
  expect(2, "stale", kValue, theory::stale_share_exponential(kWrites, kLag));
  // The median of what is unseen: as many writes are seen sooner as later.
  const Figure* median =
      summary.variants[0].find({"profiles", "staleness", {Statistic::Kind::percentile, 50}, ""});
  ASSERT_NE(median, nullptr);
  EXPECT_NEAR(theory::unseen_exponential(kWrites, kLag, *median->mean), 0.5, 0.002);
  EXPECT_EQ(*summary.variants[1].find({"profiles", "staleness", kMean, ""})->mean, kLag);
}

}  // namespace
}  // namespace spillway
