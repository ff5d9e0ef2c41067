#include "analysis/report/chart_path.h"

#include <gtest/gtest.h>

#include <limits>

namespace spillway::report {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr Canvas kCanvas{.width = 100, .height = 10, .greatest = 10, .left = 0, .right = 100};

TEST(LinePath, StandsInTheMiddlesOfItsBins) {
  EXPECT_EQ(line_path({0, 10, 5}, kCanvas), "M16.7 10L50 0L83.3 5");
}

TEST(LinePath, CoversItsPartOfTheWidth) {
  Canvas canvas = kCanvas;
  canvas.left = 50;
  EXPECT_EQ(line_path({0, 10}, canvas), "M62.5 10L87.5 0");
}

TEST(LinePath, LeavesOutWhatLiesWithinALevelStretch) {
  EXPECT_EQ(line_path({3, 3, 3, 3, 7}, kCanvas), "M10 7L70 7L90 3");
  EXPECT_EQ(line_path({3, 3, 3, 3}, kCanvas), "M12.5 7L87.5 7");
}

TEST(LinePath, BreaksWhereNothingIsKnown) {
  EXPECT_EQ(line_path({1, 2, kNone, 2, 1}, kCanvas), "M10 9L30 8M70 8L90 9");
  EXPECT_EQ(line_path({kNone, kNone}, kCanvas), "");
  EXPECT_EQ(line_path({}, kCanvas), "");
}

TEST(LinePath, StaysWithinTheCanvas) { EXPECT_EQ(line_path({-5, 50}, kCanvas), "M25 10L75 0"); }

TEST(BandPath, GoesThereAboveAndBackBelow) {
  EXPECT_EQ(band_path({1, 2}, {3, 5}, kCanvas), "M25 7L75 5L75 8L25 9Z");
}

TEST(BandPath, IsBrokenWhereAnEdgeIsNotKnown) {
  EXPECT_EQ(band_path({1, kNone, 1}, {2, 2, 3}, kCanvas), "M16.7 8L16.7 9ZM83.3 7L83.3 9Z");
  EXPECT_EQ(band_path({}, {}, kCanvas), "");
}

TEST(OneDecimal, WritesNoMoreThanIsNeeded) {
  EXPECT_EQ(one_decimal(12), "12");
  EXPECT_EQ(one_decimal(12.34), "12.3");
  EXPECT_EQ(one_decimal(0.04), "0");
  EXPECT_EQ(one_decimal(-0.04), "0");
  EXPECT_EQ(one_decimal(-3.25), "-3.3");
}

}  // namespace
}  // namespace spillway::report
