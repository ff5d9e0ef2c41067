#include "sim/kernel/zipf.h"

#include <gtest/gtest.h>

#include <cmath>

namespace spillway {
namespace {

constexpr double kUnit = 0x1p53;

TEST(Zipf, GivesEachKeyItsShare) {
  const auto thresholds = zipf_thresholds(4, 1);
  ASSERT_EQ(thresholds.size(), 4U);
  const double whole = 1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0;
  EXPECT_NEAR(static_cast<double>(thresholds[0]) / kUnit, 1 / whole, 1e-15);
  EXPECT_NEAR(static_cast<double>(thresholds[1]) / kUnit, 1.5 / whole, 1e-15);
  EXPECT_NEAR(static_cast<double>(thresholds[2]) / kUnit, (1.5 + 1 / 3.0) / whole, 1e-15);
  EXPECT_EQ(thresholds[3], std::int64_t{1} << 53);
  EXPECT_EQ(zipf_thresholds(1, 7.5), (std::vector<std::int64_t>{std::int64_t{1} << 53}));
}

TEST(Zipf, KeepsItsDigitsOverAMillionKeys) {
  // The harmonic number of 10^6, and of 10^3: OEIS A001620 with Euler and Maclaurin's terms.
  const auto thresholds = zipf_thresholds(1'000'000, 1);
  EXPECT_NEAR(static_cast<double>(thresholds[0]) / kUnit, 1 / 14.392726722865723631, 2e-16);
  EXPECT_NEAR(static_cast<double>(thresholds[999]) / kUnit,
              7.4854708605503449127 / 14.392726722865723631, 1e-13);
  EXPECT_EQ(thresholds.back(), std::int64_t{1} << 53);
  for (std::size_t key = 1; key < thresholds.size(); ++key) {
    ASSERT_LT(thresholds[key - 1], thresholds[key]);
  }
}

TEST(Zipf, FindsTheKeyOfADraw) {
  const std::vector<std::int64_t> thresholds{10, 10, 25, 40};
  EXPECT_EQ(place_of_draw(thresholds, 0), 0U);
  EXPECT_EQ(place_of_draw(thresholds, 9), 0U);
  EXPECT_EQ(place_of_draw(thresholds, 10), 2U);
  EXPECT_EQ(place_of_draw(thresholds, 24), 2U);
  EXPECT_EQ(place_of_draw(thresholds, 39), 3U);
}

}  // namespace
}  // namespace spillway
