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
