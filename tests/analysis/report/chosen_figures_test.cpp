#include "analysis/report/chosen_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/analysis/report/sample_summary.h"

namespace spillway::report {
namespace {

using ::testing::Contains;
using ::testing::Not;

std::vector<std::string> labels(const std::vector<FigureRow>& rows) {
  std::vector<std::string> all;
  for (const FigureRow& row : rows) all.push_back(row.component + ": " + row.label);
  return all;
}

TEST(ChosenFigures, GoFromProducersToConsumers) {
  std::vector<std::string> components;
  for (const FigureRow& row : choose_figures(sale())) {
    if (components.empty() || components.back() != row.component) {
      components.push_back(row.component);
    }
  }
  EXPECT_EQ(components, (std::vector<std::string>{"shop", "orders", "orders-queue", "workers"}));
}

TEST(ChosenFigures, LeaveOutWhatNeverHappened) {
  ExperimentSummary summary = sale();
  EXPECT_THAT(labels(choose_figures(summary)), Not(Contains("orders-queue: redelivered")));
  for (Figure& one : summary.variants[1].metrics) {
    if (one.name.metric == "redelivered") one.mean = 0.2;
  }
  EXPECT_THAT(labels(choose_figures(summary)), Contains("orders-queue: redelivered"));
}

TEST(ChosenFigures, LeaveCompletionOutWhereNothingIsAsynchronous) {
  ExperimentSummary summary = sale();
  EXPECT_THAT(labels(choose_figures(summary)), Contains("shop: completion p99"));
  summary.variants.pop_back();
  EXPECT_THAT(labels(choose_figures(summary)), Not(Contains("shop: completion p99")));
}

TEST(ChosenFigures, HaveWhatObjectivesAskForEvenIfUnusual) {
  ExperimentSummary summary = sale();
  const MetricName unusual{"workers", "handled", {}, ""};
  EXPECT_THAT(labels(choose_figures(summary)), Not(Contains("workers: handled")));
  summary.variants[1].objectives.push_back(objective("busy", "workers.handled >= 5",
                                                     Relation::at_least, 5,
                                                     figure(unusual, "1", 14400.0), Verdict::met));
  EXPECT_THAT(labels(choose_figures(summary)), Contains("workers: handled"));
}

TEST(ChosenFigures, HaveNoFiguresOfVoidVariants) {
  ExperimentSummary summary = sale();
  summary.variants[1].failure = "void";
  for (const FigureRow& row : choose_figures(summary)) EXPECT_EQ(row.figures[1], nullptr);
}

TEST(ChosenFigures, TellWhatAFaultDidAndWhatItLeftBehind) {
  ExperimentSummary summary = outage();
  const auto rows = labels(choose_figures(summary));
  EXPECT_THAT(rows, Contains("shop: success @hangs"));
  EXPECT_THAT(rows, Contains("shop: success @recovery"));
  EXPECT_THAT(rows, Contains("payments: wasted"));
  EXPECT_THAT(rows, Not(Contains("payments: cancelled")));
  // A recovery that is as good as what came before, or may be, is none.
  for (Figure& one : summary.variants[0].metrics) {
    if (one.name.window == "recovery") one.high = 1;
  }
  EXPECT_THAT(labels(choose_figures(summary)), Not(Contains("shop: success @recovery")));
}

TEST(ChosenFigures, LeaveOutWindowsInWhichThereIsNothing) {
  ExperimentSummary summary = outage();
  EXPECT_THAT(labels(choose_figures(summary)), Not(Contains("shop: latency p99 @hangs")));
  for (Figure& one : summary.variants[1].metrics) {
    if (one.name.metric == "latency" && one.name.window == "hangs") one.mean = 0.2;
  }
  EXPECT_THAT(labels(choose_figures(summary)), Contains("shop: latency p99 @hangs"));
}

TEST(ChosenFigures, LeaveOutWindowsThatMayBeAsTheWholeRun) {
  ExperimentSummary summary = sale();
  EXPECT_THAT(labels(choose_figures(summary)), Contains("shop: latency p99 @sale"));
  // 412 ms ±3 over the whole run.
  for (Figure& one : summary.variants[0].metrics) {
    if (one.name.metric != "latency" || one.name.window != "sale") continue;
    one.mean = 0.417;
    one.low = 0.414;
    one.high = 0.420;
  }
  EXPECT_THAT(labels(choose_figures(summary)), Not(Contains("shop: latency p99 @sale")));
  // How long a window's backlog takes to drain is asked of each window.
  EXPECT_THAT(labels(choose_figures(summary)), Contains("orders-queue: drain_time @sale"));
}

TEST(ChosenFigures, ShowTheEdgesOnWhichSomethingWasLost) {
  ExperimentSummary summary = outage();
  const auto rows = labels(choose_figures(summary));
  EXPECT_THAT(rows, Contains("shop -> payments: attempts"));
  EXPECT_THAT(rows, Contains("shop -> payments: timeouts"));
  EXPECT_THAT(rows, Not(Contains("shop -> payments: errors")));
  EXPECT_THAT(rows, Not(Contains("shop -> log: attempts")));
  EXPECT_EQ(rows.back(), "shop -> payments: timeouts");
}

TEST(ChosenFigures, SayHowOftenAFaultStruckUnlessItIsOnce) {
  ExperimentSummary summary = outage();
  EXPECT_THAT(labels(choose_figures(summary)), Not(Contains("hangs: begun")));
  for (VariantSummary& variant : summary.variants) variant.metrics.back().mean = 3.2;
  EXPECT_THAT(labels(choose_figures(summary)), Contains("hangs: begun"));
}

TEST(ChosenFigures, KnowWhetherMessagesFailed) {
  ExperimentSummary summary = outage();
  EXPECT_TRUE(some_fail(summary));
  summary.variants[0].failure = "void";
  EXPECT_FALSE(some_fail(summary));
}

TEST(ChosenFigures, LeaveOutWhatReadsTheSameAsAnotherLine) {
  ExperimentSummary summary = sale();
  summary.variants.pop_back();
  for (Figure& one : summary.variants[0].metrics) {
    if (one.name.metric == "completion") one.mean = *one.mean + 1e-7;
  }
  EXPECT_THAT(labels(choose_figures(summary)), Not(Contains("shop: completion p99")));
}

TEST(ChosenFigures, AreAllThereWhenAsked) {
  const ExperimentSummary summary = sale();
  const auto all = labels(all_figures(summary));
  EXPECT_THAT(all, Contains("workers: handled"));
  auto unique = all;
  std::ranges::sort(unique);
  EXPECT_EQ(std::ranges::unique(unique).begin(), unique.end());
}

}  // namespace
}  // namespace spillway::report
