#include "analysis/cli/progress.h"

#include <gtest/gtest.h>

namespace spillway::cli {
namespace {

TEST(Progress, SaysTheTimeLeftInUnitsThatReadWell) {
  EXPECT_EQ(time_left(0.4), "0 s");
  EXPECT_EQ(time_left(89), "89 s");
  EXPECT_EQ(time_left(90), "2 min");
  EXPECT_EQ(time_left(60 * 60), "60 min");
  EXPECT_EQ(time_left(3 * 60 * 60), "3 h");
}

}  // namespace
}  // namespace spillway::cli
