#include "analysis/report/level_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "analysis/report/level_plot.h"
#include "tests/analysis/report/sample_summary.h"

namespace spillway::report {
namespace {

using ::testing::ElementsAre;

bool says(const std::string& drawing, const std::string& text) {
  return drawing.find(text) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& of) {
  std::size_t n = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++n;
  return n;
}

/// So many variants with a queue.
ExperimentSummary queues(std::size_t variants) {
  ExperimentSummary summary = sale();
  summary.variants.clear();
  for (std::size_t i = 0; i < variants; ++i) {
    summary.variants.push_back(async_variant());
    summary.variants.back().variant = "workers-" + std::to_string(100 * (i + 1));
  }
  return summary;
}

TEST(LevelsOfASummary, PutTheVariantsOfALevelTogether) {
  ExperimentSummary summary = queues(3);
  summary.variants[1].failure = "void";
  const std::vector<LevelOverTime> levels = levels_of(summary);
  ASSERT_EQ(levels.size(), 1U);
  EXPECT_EQ(levels[0].name, "orders-queue.depth");
  ASSERT_EQ(levels[0].lines.size(), 2U);
  // The third variant keeps its colour where the second is void.
  EXPECT_EQ(levels[0].lines[1].place, 2U);
}

TEST(LevelsOfASummary, KnowWhatTheyCount) {
  const ExperimentSummary summary = queues(1);
  EXPECT_EQ(meaning_of(levels_of(summary)[0]), "Messages ready to be received");
  EXPECT_EQ(meaning_of({"thing.unheard_of", {}}), "");
}

TEST(LevelsOfASummary, KnowARateFromALevel) {
  const std::vector<LevelOverTime> levels = levels_of(outage());
  ASSERT_EQ(levels.size(), 2U);
  EXPECT_TRUE(is_rate(levels[0]));
  EXPECT_FALSE(is_rate(levels_of(queues(1))[0]));
  EXPECT_EQ(meaning_of(levels[0]), "Messages answered well, a second");
  EXPECT_EQ(meaning_of(levels[1]), "Messages answered with a failure, a second");
}

TEST(CoarserSeries, KeepsExtremesAndAveragesMeans) {
  SeriesSummary series;
  series.mean = {1, 2, 30, 4, 5, 6};
  series.low = {0, 1, 29, 3, 4, 5};
  series.high = {2, 3, 31, 5, 6, 7};
  series.min = {0, 0, 20, 1, 1, 1};
  series.max = {5, 6, 99, 8, 9, 7};
  const SeriesSummary coarse = coarser(series, 2);
  EXPECT_THAT(coarse.mean, ElementsAre(11, 5));
  EXPECT_THAT(coarse.low, ElementsAre(10, 4));
  EXPECT_THAT(coarse.high, ElementsAre(12, 6));
  EXPECT_THAT(coarse.min, ElementsAre(0, 1));
  EXPECT_THAT(coarse.max, ElementsAre(99, 9));
  EXPECT_THAT(coarser(series, 6).mean, ElementsAre(1, 2, 30, 4, 5, 6));
  series.unit = "1/s";
  series.step = 5;
  EXPECT_EQ(coarser(series, 2).unit, "1/s");
  EXPECT_EQ(coarser(series, 2).step, 15);
}

TEST(LevelPlot, HasOneScaleForAllVariants) {
  ExperimentSummary summary = queues(2);
  for (double& value : summary.variants[1].series[0].max) value *= 10;
  const LevelPlot plot = plot_of(levels_of(summary)[0]);
  EXPECT_EQ(plot.level.from, 0);
  EXPECT_EQ(plot.level.until, 30'000);  // 2340 x 1.1 x 10
  EXPECT_EQ(plot.time.from, 0);
  EXPECT_EQ(plot.time.until, 120);
}

TEST(LevelPlot, ShadesTheWarmUpAndEachWindowOnce) {
  ExperimentSummary summary = queues(2);
  for (VariantSummary& variant : summary.variants) {
    variant.plan.windows.push_back({"before", {{10 * kSecond, 30 * kSecond}}, {}});
    variant.plan.windows.push_back({"recovery:sale", {{60 * kSecond, 120 * kSecond}}, {}});
  }
  const LevelPlot plot = plot_of(levels_of(summary)[0]);
  ASSERT_EQ(plot.spans.size(), 2U);
  EXPECT_EQ(plot.spans[0], (ShadedSpan{"warm-up", 0, 10, true}));
  EXPECT_EQ(plot.spans[1], (ShadedSpan{"sale", 30, 60, false}));
}

TEST(LevelFigure, NamesWindowsThatHaveNoTimeOfTheirOwn) {
  ExperimentSummary summary = queues(2);
  EXPECT_FALSE(says(draw_level(levels_of(summary)[0], 0.95).bytes(), "Not shaded"));
  for (VariantSummary& variant : summary.variants) {
    variant.plan.windows.push_back({"crashes", {}, {}});
    variant.plan.windows.push_back({"recovery:crashes", {}, {}});
  }
  EXPECT_TRUE(says(draw_level(levels_of(summary)[0], 0.95).bytes(), "Not shaded: crashes.<"));
}

TEST(LevelPlot, ShowsTheBoundsThatObjectivesSetOnTheLevel) {
  ExperimentSummary summary = queues(2);
  for (VariantSummary& variant : summary.variants) {
    const Figure depth = figure({"orders-queue", "depth", kMax, ""}, "1", 2340, 22);
    variant.objectives.push_back(
        objective("shallow", "", Relation::at_most, 3500, depth, Verdict::met));
    variant.objectives.push_back(objective("far", "", Relation::at_most, 1e6, depth, Verdict::met));
  }
  const LevelPlot plot = plot_of(levels_of(summary)[0]);
  ASSERT_EQ(plot.bounds.size(), 1U);
  EXPECT_EQ(plot.bounds[0].label, "shallow: depth.max ≤ 3500");
  EXPECT_GE(plot.level.until, 3500);
}

TEST(LevelPlot, DrawsALineABandAndARangeForEachVariant) {
  const ExperimentSummary summary = queues(3);
  const LevelOverTime level = levels_of(summary)[0];
  const std::string svg = draw_plot(level, plot_of(level)).bytes();
  EXPECT_EQ(count(svg, "class=\"line v"), 3U);
  EXPECT_EQ(count(svg, "class=\"band v"), 3U);
  EXPECT_EQ(count(svg, "class=\"range v"), 3U);
  EXPECT_TRUE(says(svg, "data-name=\"workers-300\""));
  EXPECT_TRUE(says(svg, "role=\"img\""));
}

TEST(LevelPlot, LeavesTheRangesOutWhereManyVariantsWouldHideOneAnother) {
  const ExperimentSummary summary = queues(7);
  const LevelOverTime level = levels_of(summary)[0];
  const std::string svg = draw_plot(level, plot_of(level)).bytes();
  EXPECT_EQ(count(svg, "class=\"line v"), 7U);
  EXPECT_EQ(count(svg, "class=\"range v"), 0U);
  EXPECT_FALSE(says(draw_level(level, 0.95).bytes(), "least to greatest in any"));
}

TEST(LevelPlot, StandsWhereASeriesIsNotKnown) {
  ExperimentSummary summary = queues(1);
  SeriesSummary& series = summary.variants[0].series[0];
  for (auto* values : {&series.mean, &series.low, &series.high, &series.min, &series.max}) {
    std::ranges::fill(*values, std::numeric_limits<double>::quiet_NaN());
  }
  const std::string drawn = draw_level(levels_of(summary)[0], 0.95).bytes();
  EXPECT_EQ(drawn.find("nan"), std::string::npos);
  EXPECT_TRUE(says(drawn, "<svg"));
}

TEST(LevelFigure, HasALegendPeaksAndTheNumbers) {
  const ExperimentSummary summary = queues(2);
  const std::string drawn = draw_level(levels_of(summary)[0], 0.95).bytes();
  EXPECT_TRUE(says(drawn, "orders-queue: depth"));
  EXPECT_TRUE(says(drawn, "95% confidence of the mean"));
  // The greatest mean, 2340 at 60 s: its bin's middle is at 61 s.
  EXPECT_TRUE(says(drawn, "workers-100 2340\u00a0±50 at 61\u00a0s"));
  EXPECT_TRUE(says(drawn, "sale 30s to 1min"));
  EXPECT_TRUE(says(drawn, "The numbers behind this chart"));
  EXPECT_LE(count(drawn, "<tr>"), 28U);
}

TEST(LevelFigure, TellsTheLeastOfGoodputAfterTheWarmUp) {
  const ExperimentSummary summary = outage();
  const std::vector<LevelOverTime> levels = levels_of(summary);
  const std::string goodput = draw_level(levels[0], 0.95).bytes();
  EXPECT_TRUE(says(goodput, "shop: goodput"));
  EXPECT_TRUE(
      says(goodput, "Least mean: sync 0/s at 52.5\u00a0s; async 100/s\u00a0±2 at 12.5\u00a0s"));
  EXPECT_TRUE(says(goodput, "hangs 50s to 70s"));
  const std::string failed = draw_level(levels[1], 0.95).bytes();
  EXPECT_TRUE(says(failed, "Greatest mean: sync 100/s\u00a0±2 at 52.5\u00a0s; async none."));
  for (const std::string& drawn : {goodput, failed}) {
    EXPECT_TRUE(says(drawn, "Means over bins of 5 s"));
    EXPECT_FALSE(says(drawn, "least to greatest"));
    EXPECT_FALSE(says(drawn, "least – greatest"));
    EXPECT_EQ(count(drawn, "class=\"range"), 0U);
    EXPECT_EQ(count(drawn, "class=\"window\""), 1U);
  }
}

TEST(LevelPlot, ShowsBoundsOfTheSameUnitAlone) {
  ExperimentSummary summary = outage();
  VariantSummary& variant = summary.variants[0];
  variant.objectives = {
      objective("enough", "", Relation::at_least, 90,
                figure({"shop", "goodput", {}, ""}, "1/s", 80), Verdict::missed),
      objective("few", "", Relation::at_most, 50, figure({"shop", "failed", {}, ""}, "1", 2000),
                Verdict::missed),
  };
  const std::vector<LevelOverTime> levels = levels_of(summary);
  ASSERT_EQ(plot_of(levels[0]).bounds.size(), 1U);
  EXPECT_EQ(plot_of(levels[0]).bounds[0].label, "enough: goodput ≥ 90/s");
  EXPECT_TRUE(plot_of(levels[1]).bounds.empty());
}

TEST(LevelFigure, DrawsNoMoreBinsThanAsked) {
  const ExperimentSummary summary = queues(1);
  const LevelOverTime level = levels_of(summary)[0];
  const std::string fine = draw_level(level, 0.95).bytes();
  const std::string coarse = draw_level(level, 0.95, 10).bytes();
  EXPECT_LT(count(coarse, "L"), count(fine, "L") / 2);
  // The peak of all replications stays: 2340 x 1.1 on an axis to 3000 is 34.1 pixels from the top.
  EXPECT_TRUE(says(fine, " 34.1"));
  EXPECT_TRUE(says(coarse, " 34.1"));
}

}  // namespace
}  // namespace spillway::report
