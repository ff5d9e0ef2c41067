#include "analysis/report/telling_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analysis/report/sample_summary.h"

namespace spillway::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SeriesSummary series(std::string name, std::vector<double> mean, std::string unit = "1") {
  SeriesSummary one;
  one.name = std::move(name);
  one.unit = std::move(unit);
  one.step = 2;
  one.mean = std::move(mean);
  return one;
}

ExperimentSummary with(std::vector<SeriesSummary> first, std::vector<SeriesSummary> second = {}) {
  ExperimentSummary summary = sale();
  summary.variants[0].series = std::move(first);
  summary.variants[1].series = std::move(second);
  return summary;
}

TEST(TellingSeries, AreDepthsThatRoseAndLongLines) {
  EXPECT_THAT(telling_series(with({series("a.depth", {0, 0.5}), series("b.depth", {0, 0}),
                                   series("c.waiting", {9, 9.5}), series("d.waiting", {9, 10}),
                                   series("e.in_service", {40, 50})})),
              ElementsAre("a.depth", "d.waiting"));
}

TEST(TellingSeries, AreAnswersWhereAFifthFailedForOnce) {
  const SeriesSummary goodput = series("shop.goodput", {100, 100, 80}, "1/s");
  EXPECT_THAT(telling_series(with({goodput, series("shop.failed", {0, 19, 0}, "1/s")})), IsEmpty());
  EXPECT_THAT(telling_series(with({goodput, series("shop.failed", {0, 20, 0}, "1/s")})),
              ElementsAre("shop.failed", "shop.goodput"));
  // Failures alone, and what is called so of something else.
  EXPECT_THAT(telling_series(with({series("shop.goodput", {0, 0, 0}, "1/s"),
                                   series("shop.failed", {5, 5, 5}, "1/s")})),
              ElementsAre("shop.failed", "shop.goodput"));
  EXPECT_THAT(telling_series(with({series("workers.failed", {5, 5, 5}, "1/s")})), IsEmpty());
}

TEST(TellingSeries, TellInAllVariantsWhatTheyTellInOne) {
  ExperimentSummary summary = with({series("a.depth", {0, 0})}, {series("a.depth", {0, 1})});
  EXPECT_THAT(telling_series(summary), ElementsAre("a.depth"));
  summary.variants[1].failure = "void";
  EXPECT_THAT(telling_series(summary), IsEmpty());
}

TEST(TellingSeries, KnowTheirComponentAndMetric) {
  const SeriesSummary one = series("a.b.depth", {});
  EXPECT_EQ(component_of(one), "a.b");
  EXPECT_TRUE(is_of(one, "depth"));
  EXPECT_FALSE(is_of(one, "pth"));
  EXPECT_FALSE(is_of(series("depth", {}), "depth"));
  EXPECT_EQ(greatest_mean(one), 0);
}

}  // namespace
}  // namespace spillway::report
