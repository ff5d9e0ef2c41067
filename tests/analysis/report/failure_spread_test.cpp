#include "analysis/report/failure_spread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "analysis/report/failure_spread_text.h"
#include "tests/analysis/report/sample_summary.h"

namespace spillway::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kNever = std::numeric_limits<double>::infinity();

Figure first_failure(const std::string& edge, double after) {
  Figure result = figure({edge, "first_failure", {}, "stuck"}, "s", after);
  return result;
}

VariantSummary variant(const std::string& name, std::vector<Figure> figures) {
  VariantSummary variant;
  variant.variant = name;
  variant.replications = variant.planned = 30;
  variant.plan.duration = 120 * kSecond;
  variant.plan.windows = {{"", {{0, 120 * kSecond}}, {}},
                          {"stuck", {{30 * kSecond, 60 * kSecond}}, {}}};
  variant.plan.strikes = {{"stuck", {"payments"}}};
  variant.metrics = std::move(figures);
  return variant;
}

ExperimentSummary summary(std::vector<VariantSummary> variants) {
  ExperimentSummary summary;
  summary.scenario = "chain";
  summary.variants = std::move(variants);
  return summary;
}

/// The edges as a tree: two blanks for each step from the fault.
std::vector<std::string> tree_of(const FailureSpread& spread) {
  std::vector<std::string> lines;
  for (const SpreadStep& step : spread.steps) {
    lines.push_back(std::string(2 * step.depth, ' ') + step.edge + (step.by_itself ? " !" : ""));
  }
  return lines;
}

TEST(FailureSpread, PutsEachStepBelowTheOneItFollowsFrom) {
  // Refusals of a full checkout come before the timeouts that filled it: still they follow.
  const ExperimentSummary chain = summary({variant(
      "sync", {first_failure("checkout -> payments", 1), first_failure("shop -> checkout", 0.4),
               first_failure("app -> shop", 2), first_failure("shop -> search", kNever)})});
  const std::vector<FailureSpread> spreads = failure_spreads(chain);
  ASSERT_EQ(spreads.size(), 1u);
  EXPECT_EQ(spreads[0].fault, "stuck");
  EXPECT_THAT(tree_of(spreads[0]),
              ElementsAre("checkout -> payments", "  shop -> checkout", "    app -> shop"));
  EXPECT_EQ(spreads[0].reach[0].failed, 3u);  // payments, checkout, shop
  EXPECT_EQ(spreads[0].reach[0].all, 4u);     // search too
}

TEST(FailureSpread, FollowsFromTheOwnEdgeThatFailedFirst) {
  ExperimentSummary fan =
      summary({variant("only", {first_failure("a -> b", 5), first_failure("b -> c", 3),
                                first_failure("b -> d", 2)})});
  fan.variants[0].plan.strikes = {{"stuck", {"b -> c", "d"}}};
  EXPECT_THAT(tree_of(failure_spreads(fan)[0]), ElementsAre("b -> d", "  a -> b", "b -> c"));
}

TEST(FailureSpread, FollowsFromTheFaultThroughEdgesThatWaitForEver) {
  const ExperimentSummary waiting = summary(
      {variant("only", {first_failure("a -> b", 5), first_failure("b -> c", kNever),
                        first_failure("c -> payments", kNever), first_failure("c -> b", kNever)})});
  EXPECT_THAT(tree_of(failure_spreads(waiting)[0]), ElementsAre("a -> b"));
}

TEST(FailureSpread, SaysWhatNothingExplains) {
  const ExperimentSummary lonely =
      summary({variant("only", {first_failure("a -> b", 5), first_failure("x -> payments", 1)})});
  EXPECT_THAT(tree_of(failure_spreads(lonely)[0]), ElementsAre("x -> payments", "a -> b !"));
}

TEST(FailureSpread, EndsWhereEdgesFollowFromOneAnotherInACircle) {
  const ExperimentSummary circle =
      summary({variant("only", {first_failure("a -> b", 5), first_failure("b -> a", 6)})});
  EXPECT_THAT(tree_of(failure_spreads(circle)[0]), ElementsAre("a -> b !", "  b -> a"));
}

TEST(FailureSpread, ComparesVariants) {
  const ExperimentSummary both =
      summary({variant("sync", {first_failure("shop -> payments", 0.5)}),
               variant("async", {first_failure("shop -> orders", kNever),
                                 first_failure("workers -> payments", 0.25)})});
  const std::vector<FailureSpread> spreads = failure_spreads(both);
  EXPECT_THAT(tree_of(spreads[0]), ElementsAre("workers -> payments", "shop -> payments"));
  EXPECT_EQ(spreads[0].steps[1].after[1], nullptr);
  EXPECT_EQ(reach_text(spreads[0].reach[0]), "1 of 1");
  EXPECT_EQ(reach_text(spreads[0].reach[1]), "1 of 2");
}

TEST(FailureSpread, SaysNothingOfFaultsWithoutAWindowOrAnyEdge) {
  ExperimentSummary random = summary({variant("only", {})});
  EXPECT_THAT(failure_spreads(random), IsEmpty());
  random = summary({variant("only", {first_failure("a -> payments", 1)})});
  random.variants[0].plan.windows.pop_back();
  EXPECT_THAT(failure_spreads(random), IsEmpty());
  random.variants[0].failure = "broken";
  EXPECT_THAT(failure_spreads(random), IsEmpty());
  EXPECT_EQ(print_failure_spreads(random, {}), "");
}

TEST(FailureSpread, ReadsAsATree) {
  const std::string text =
      print_failure_spreads(summary({variant("sync", {first_failure("checkout -> payments", 1),
                                                      first_failure("shop -> checkout", 2.5)})}),
                            {80, false, true});
  EXPECT_THAT(text, HasSubstr("stuck: payments\n"
                              "  checkout -> payments    1 s\n"
                              "    shop -> checkout      2.5 s\n"
                              "  components that failed  2 of 2\n"));
}

}  // namespace
}  // namespace spillway::report
