#include "analysis/report/text_layout.h"

#include <gtest/gtest.h>

namespace spillway::report {
namespace {

TEST(TextLayout, CountsTerminalColumnsNotBytes) {
  EXPECT_EQ(width_of("±3 ms"), 5U);
  EXPECT_EQ(width_of("注文"), 4U);
}

TEST(TextLayout, CutsWithAnEllipsisThatFits) {
  EXPECT_EQ(cut("confirmed-at-once", 10, {}), "confirmed…");
  EXPECT_EQ(cut("confirmed-at-once", 10, {.unicode = false}), "confirme..");
  EXPECT_EQ(cut("short", 10, {}), "short");
  EXPECT_EQ(width_of(cut("注文注文注文", 6, {})), 5U);
}

TEST(TextLayout, BreaksLinesAtBlanks) {
  EXPECT_EQ(wrap("how long until  it is drained", 10),
            (std::vector<std::string>{"how long", "until it", "is drained"}));
  EXPECT_EQ(wrap("https://example.org/long", 10),
            (std::vector<std::string>{"https://example.org/long"}));
  EXPECT_TRUE(wrap("", 10).empty());
}

TEST(TextLayout, AlignsColumnsAndEndsLinesWithoutBlanks) {
  Table table;
  table.add({{"orders"}, {"1", Tone::plain, true}, {"x"}});
  table.add({{"shop"}, {"120", Tone::plain, true}, {""}});
  EXPECT_EQ(table.print({}), "orders    1  x\nshop    120\n");
  EXPECT_EQ(table.width(), 14U);
}

TEST(TextLayout, ColoursWithoutMovingColumns) {
  Table table;
  table.add({{"a", Tone::bad}, {"b"}});
  EXPECT_EQ(table.print({.colour = true}), "\x1b[31ma\x1b[0m  b\n");
  EXPECT_EQ(table.print({.colour = false}), "a  b\n");
}

TEST(TextLayout, ShrinksAColumnNoFurtherThanAsked) {
  Table table;
  table.add({{"confirmed-at-once"}, {"1 ms"}});
  table.shrink(0, 16, 4, {});
  EXPECT_EQ(table.print({}), "confirmed…  1 ms\n");
  table.shrink(0, 3, 8, {});
  EXPECT_EQ(table.print({}), "confirm…  1 ms\n");
  table.drop(0);
  EXPECT_EQ(table.print({}), "1 ms\n");
}

}  // namespace
}  // namespace spillway::report
