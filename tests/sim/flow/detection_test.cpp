#include "sim/flow/detection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

namespace spillway {
namespace {

using Spans = std::vector<std::pair<Time, Time>>;

/// How long it takes, in s, from the beginnings of a window until something is unhealthy.
Sample found(const Spans& window, const Spans& unhealthy) {
  OpenTime spans;
  for (const auto& [from, until] : unhealthy) {
    spans.add(from * kSecond, kNever);
    if (until != kNever) spans.end(until * kSecond);
  }
  Window of{"blip", {}, {}};
  for (const auto& [from, until] : window) {
    of.spans.emplace_back(from * kSecond, until * kSecond);
  }
  return Detection{spans}.sample(of);
}

TEST(Detection, IsFromTheBeginningOfTheWindow) {
  EXPECT_EQ(found({{40, 50}}, {{10, 20}, {46, 55}}).total, 6);
  EXPECT_EQ(found({{40, 50}}, {{52, kNever}}).total, 12) << "also where the window is over then";
  EXPECT_EQ(found({{40, 50}}, {{30, 45}}).total, 0) << "it was so already";
}

TEST(Detection, IsInfiniteWhereItNeverComesAbout) {
  EXPECT_TRUE(std::isinf(found({{40, 50}}, {}).total));
  EXPECT_TRUE(std::isinf(found({{40, 50}}, {{10, 40}}).total)) << "healthy again at that instant";
  EXPECT_EQ(found({{40, 50}}, {}).n, 0U);
}

TEST(Detection, IsTheMeanOverTheTimesThatAreNoticed) {
  const Sample sample = found({{10, 12}, {40, 50}, {70, 80}}, {{44, 60}, {72, 90}});
  EXPECT_EQ(sample.n, 2U) << "the first window has come again before anything was noticed";
  EXPECT_EQ(sample.total, (4.0 + 2.0) / 2);
}

TEST(Detection, IsTakenOverWindowsThatHaveANameOnly) {
  EXPECT_TRUE(Detection::applies(Window{"blip", {}, {}}));
  EXPECT_FALSE(Detection::applies(Window{"", {}, {}}));
}

}  // namespace
}  // namespace spillway
