#include "analysis/report/depth_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analysis/report/sample_summary.h"

namespace spillway::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(DepthChart, KeepsEveryPeakWhenItIsNarrow) {
  EXPECT_THAT(greatest_of_spans({0, 9, 0, 0, 1, 2}, 3), ElementsAre(9, 0, 2));
}

TEST(DepthChart, StretchesFewValuesOverManyColumns) {
  EXPECT_THAT(greatest_of_spans({1, 2}, 4), ElementsAre(1, 1, 2, 2));
}

TEST(DepthChart, FillsAnAreaFromBelow) {
  EXPECT_THAT(draw_area({0, 4, 8, 12, 16}, 16, 2, true), ElementsAre("   ▄█", " ▄███"));
  EXPECT_THAT(draw_area({0, 1, 2, 3}, 3, 1, false), ElementsAre(" .:#"));
}

TEST(DepthChart, ShowsAQueueThatIsNearlyButNotEmpty) {
  EXPECT_THAT(draw_area({0.5, 1, 100}, 100, 1, true), ElementsAre(" ▁█"));
}

TEST(DepthChart, GivesTheSameQueueOneScaleInAllVariants) {
  ExperimentSummary summary = sale();
  VariantSummary half = async_variant();
  half.variant = "half";
  for (double& value : half.series[0].mean) value /= 2;
  summary.variants.push_back(half);
  const std::string text = draw_depths(summary, {.columns = 80});
  EXPECT_THAT(text, HasSubstr("half   orders-queue depth  2340 ┤"));
  EXPECT_THAT(text, Not(HasSubstr("1170")));
}

TEST(DepthChart, ShowsAnswersOfAllVariantsWhereSomeFailed) {
  const std::string text = draw_depths(outage(), {.columns = 80});
  EXPECT_THAT(text, HasSubstr("sync   shop goodput  100/s ┤"));
  EXPECT_THAT(text, HasSubstr("async  shop goodput  100/s ┤"));
  EXPECT_THAT(text, Not(HasSubstr("shop failed")));
  EXPECT_THAT(text, HasSubstr(" hangs "));
}

TEST(DepthChart, ReadsARateByItsMean) {
  EXPECT_THAT(mean_of_spans({0, 9, 0, 0, 1, 2}, 3), ElementsAre(4.5, 0, 1.5));
  EXPECT_THAT(mean_of_spans({1, 2}, 4), ElementsAre(1, 1, 2, 2));
  EXPECT_THAT(mean_of_spans({}, 2), ElementsAre(0, 0));
}

TEST(DepthChart, MarksWindowsBelow) {
  EXPECT_THAT(draw_depths(sale(), {.columns = 80}), HasSubstr(" sale ─"));
}

TEST(DepthChart, LeavesEmptyQueuesOut) {
  ExperimentSummary summary = sale();
  for (double& value : summary.variants[1].series[0].mean) value = 0;
  EXPECT_EQ(draw_depths(summary, {}), "");
}

}  // namespace
}  // namespace spillway::report
