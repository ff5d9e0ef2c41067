#include "analysis/report/chart_axis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace spillway::report {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> labels(const Axis& axis) {
  std::vector<std::string> all;
  for (const Tick& tick : axis.ticks) all.push_back(tick.label);
  return all;
}

TEST(AxisOfCounts, GoesFromZeroInRoundSteps) {
  EXPECT_THAT(labels(axis_of_counts(84'509)),
              ElementsAre("0", "20 000", "40 000", "60 000", "80 000", "100 000"));
  EXPECT_THAT(labels(axis_of_counts(16)), ElementsAre("0", "5", "10", "15", "20"));
  EXPECT_THAT(labels(axis_of_counts(2600)),
              ElementsAre("0", "500", "1000", "1500", "2000", "2500", "3000"));
}

TEST(AxisOfCounts, EndsAtWhatItShowsWhenThatIsRound) {
  EXPECT_EQ(axis_of_counts(100).until, 100);
  EXPECT_EQ(axis_of_counts(100.001).until, 120);
}

TEST(AxisOfCounts, ShowsFractions) {
  EXPECT_THAT(labels(axis_of_counts(0.4)), ElementsAre("0", "0.1", "0.2", "0.3", "0.4"));
}

TEST(AxisOfCounts, HasRoomWhereNothingWasSeen) {
  for (const double none : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(axis_of_counts(none).until, 1) << none;
  }
}

TEST(AxisOfCounts, CoversAllMagnitudesWithAFewMarks) {
  for (double greatest = 1e-6; greatest < 1e12; greatest *= 1.7) {
    const Axis axis = axis_of_counts(greatest);
    EXPECT_GE(axis.until, greatest);
    EXPECT_LE(axis.until, 2 * greatest);
    EXPECT_GE(axis.ticks.size(), 3U) << greatest;
    EXPECT_LE(axis.ticks.size(), 7U) << greatest;
    EXPECT_EQ(axis.ticks.back().value, axis.until);
  }
}

TEST(AxisOfTime, CountsInUnitsThatClocksHave) {
  const Axis minutes = axis_of_time(0, 1200, 10);
  EXPECT_EQ(minutes.unit, "min");
  EXPECT_THAT(labels(minutes),
              ElementsAre("0", "2", "4", "6", "8", "10", "12", "14", "16", "18", "20"));
  const Axis seconds = axis_of_time(0, 85, 10);
  EXPECT_EQ(seconds.unit, "s");
  EXPECT_THAT(labels(seconds), ElementsAre("0", "10", "20", "30", "40", "50", "60", "70", "80"));
  const Axis day = axis_of_time(0, 86'400);
  EXPECT_EQ(day.unit, "h");
  EXPECT_THAT(labels(day), ElementsAre("0", "3", "6", "9", "12", "15", "18", "21", "24"));
  const Axis week = axis_of_time(0, 7 * 86'400.0);
  EXPECT_EQ(week.unit, "d");
  EXPECT_THAT(labels(week), ElementsAre("0", "1", "2", "3", "4", "5", "6", "7"));
  const Axis instant = axis_of_time(0, 0.04);
  EXPECT_EQ(instant.unit, "ms");
  EXPECT_THAT(labels(instant), ElementsAre("0", "5", "10", "15", "20", "25", "30", "35", "40"));
}

TEST(AxisOfTime, MarksRoundTimesThatLieWithin) {
  const Axis axis = axis_of_time(70, 130);
  EXPECT_THAT(labels(axis), ElementsAre("70", "80", "90", "100", "110", "120", "130"));
  EXPECT_EQ(axis.share_of(70), 0);
  EXPECT_EQ(axis.share_of(130), 1);
}

TEST(AxisOfTime, HasSomeMarksForEverySpan) {
  for (double span = 1e-5; span < 3e9; span *= 1.3) {
    const Axis axis = axis_of_time(0, span, 10);
    EXPECT_GE(axis.ticks.size(), 3U) << span;
    EXPECT_LE(axis.ticks.size(), 11U) << span;
    for (const Tick& tick : axis.ticks) {
      EXPECT_LE(tick.value, span * (1 + 1e-6));
      EXPECT_LE(tick.label.size(), 7U) << tick.label;
    }
  }
}

}  // namespace
}  // namespace spillway::report
