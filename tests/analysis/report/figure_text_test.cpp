#include "analysis/report/figure_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "analysis/stats/estimate.h"
#include "tests/analysis/report/sample_summary.h"

namespace spillway::report {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string text(const std::string& unit, std::optional<double> mean, double half_width) {
  return print_figure(figure({"a", "b", {}, ""}, unit, mean, half_width));
}

std::string text(const std::string& unit, double mean, double low, double high) {
  Figure one = figure({"a", "b", {}, ""}, unit, mean);
  one.low = low;
  one.high = high;
  return print_figure(one);
}

TEST(FigureText, HasNoMoreDigitsThanItsHalfWidthJustifies) {
  EXPECT_EQ(text("s", 0.41234, 0.0031), "412 ms ±3");
  EXPECT_EQ(text("s", 26.234, 0.81), "26.2 s ±0.8");
  EXPECT_EQ(text("1/s", 104.22, 6.1), "104/s ±6");
  EXPECT_EQ(text("1", 2340.4, 22), "2340 ±20");
  EXPECT_EQ(text("1", 144'003, 120), "144 000 ±100");
}

TEST(FigureText, KeepsTwoDigitsOfAHalfWidthThatBeginsWithOne) {
  EXPECT_EQ(text("s", 4.9, 0.12), "4.90 s ±0.12");
  EXPECT_EQ(text("1", 61.44, 1.26), "61.4 ±1.3");
}

TEST(FigureText, RoundsAHalfWidthOfNinePointSevenUpIntoTheNextPlace) {
  EXPECT_EQ(text("1", 412.3, 9.7), "412 ±10");
}

TEST(FigureText, HasFourDigitsAtMostAndThenLeavesTheHalfWidthOut) {
  EXPECT_EQ(text("s", 0.4123456, 0.0000004), "412.3 ms");
  EXPECT_EQ(text("s", 0.0042, 0.00001), "4.20 ms ±0.01");
}

TEST(FigureText, ShowsAnExactValueWithoutZeros) {
  EXPECT_EQ(text("share", 1.0, 0.0), "100%");
  EXPECT_EQ(text("s", 0.025, 0.0), "25 ms");
  EXPECT_EQ(text("1", 0.0, 0.0), "0");
  EXPECT_EQ(text("1", 32.0, 0.0), "32");
}

TEST(FigureText, NeverRoundsAShareToAllOrNothing) {
  EXPECT_EQ(text("share", 0.99871, 0.00012), "99.87% ±0.01");
  EXPECT_EQ(text("share", 0.999987, 0.000003), "99.9987% ±0.0003");
  EXPECT_EQ(text("share", 0.9999999999, 0.0), ">99.9999%");
  EXPECT_EQ(text("share", 1e-12, 0.0), "<0.000001%");
  EXPECT_EQ(text("share", 0.0, 0.0), "0%");
  EXPECT_EQ(print_value(0.9996, "share"), "99.96%");
}

TEST(FigureText, ChoosesUnitsThatReadWell) {
  EXPECT_EQ(print_value(3.2e-9, "s"), "3.2 ns");
  EXPECT_EQ(print_value(3.2e-6, "s"), "3.2 µs");
  EXPECT_EQ(print_value(3.2e-6, "s", false), "3.2 us");
  EXPECT_EQ(print_value(98.4, "s"), "98.4 s");
  EXPECT_EQ(print_value(214.3, "s"), "3.57 min");
  EXPECT_EQ(print_value(9'000, "s"), "2.5 h");
  EXPECT_EQ(print_value(259'200, "s"), "3 d");
  EXPECT_EQ(print_value(0.05, "1/s"), "3/min");
  EXPECT_EQ(print_value(0.0005, "1/s"), "1.8/h");
  EXPECT_EQ(print_value(2048, "B"), "2 KiB");
  EXPECT_EQ(print_value(61'171.4, "1"), "61 170");
}

TEST(FigureText, CallsAnInfiniteTimeNever) {
  EXPECT_EQ(text("s", kInfinity, 0.0), "never");
  EXPECT_EQ(text("s", kInfinity, 26.2, kInfinity), "never (from 26.2 s)");
  EXPECT_EQ(text("s", 26.2, 24.1, kInfinity), "26.2 s (24.1 to never)");
  EXPECT_EQ(text("1", kInfinity, 0.0), "infinite");
}

TEST(FigureText, WritesTheBoundsOfAnIntervalThatIsNotSymmetric) {
  EXPECT_EQ(text("share", 1.0, 0.9971, 1.0), "100% (99.7–100)");
  EXPECT_EQ(text("share", 0.9, 0.735, 0.979), "90% (74–98)");
}

TEST(FigureText, SaysShortlyWhyAValueIsMissing) {
  Figure none = figure({"a", "b", {}, ""}, "s", std::nullopt);
  none.why = stats::kTooFewMessages;
  EXPECT_EQ(print_figure(none), "– (too few)");
  none.why = stats::kNothingObserved;
  EXPECT_EQ(print_figure(none, false), "- (none seen)");
  none.why = "a reason that nobody would want to read in a table";
  EXPECT_EQ(print_figure(none, false), "- (a reason that nobody wou…)");
  none.why = "\x1b[31m";
  EXPECT_EQ(print_figure(none, false), "- (\\x1b[31m)");
}

TEST(FigureText, ShowsThreeDigitsWithoutAnInterval) {
  Figure one = figure({"a", "b", {}, ""}, "s", 0.0123456);
  one.low = one.high = std::nullopt;
  EXPECT_EQ(print_figure(one), "12.3 ms");
}

TEST(FigureText, WritesBoundsOfObjectivesAsScenariosDo) {
  EXPECT_EQ(print_bound(0.5, "s"), "500ms");
  EXPECT_EQ(print_bound(240, "s"), "4min");
  EXPECT_EQ(print_bound(0.999, "share"), "99.9%");
  EXPECT_EQ(print_bound(15, "1/s"), "15/s");
  EXPECT_EQ(print_bound(0, "1"), "0");
}

TEST(FigureText, GroupsTheDigitsOfLongCounts) {
  EXPECT_EQ(print_count(0), "0");
  EXPECT_EQ(print_count(2340), "2340");
  EXPECT_EQ(print_count(43'201), "43 201");
  EXPECT_EQ(print_count(18'446'744'073'709'551'615U), "18 446 744 073 709 551 615");
}

}  // namespace
}  // namespace spillway::report
