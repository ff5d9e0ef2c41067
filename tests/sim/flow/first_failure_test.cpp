#include "sim/flow/first_failure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

namespace spillway {
namespace {

/// A run of 100 s with a warm-up of 10 s, and a window that comes at these times.
Timeline with_window(std::vector<std::pair<Time, Time>> spans) {
  return {10 * kSecond, 100 * kSecond, {Window{"blip", std::move(spans), {}}}};
}

/// Failures at these instants; segments are closed as a run closes them.
double first_failure(const Timeline& timeline, const std::vector<Time>& failures) {
  FirstFailure measure;
  measure.begin(timeline, {});
  std::size_t next = 0;
  for (std::uint32_t segment = 0; segment < timeline.segments(); ++segment) {
    const Time end =
        segment + 1 < timeline.segments() ? timeline.begin_of(segment + 1) : timeline.duration();
    for (; next < failures.size() && failures[next] < end; ++next) measure.count(failures[next]);
    measure.mark(end, segment);
  }
  for (; next < failures.size(); ++next) measure.count(failures[next]);
  return measure.sample(timeline.windows().at(1)).total;
}

TEST(FirstFailure, IsTheVeryFirstWhereNothingFailedBefore) {
  const Timeline timeline = with_window({{40 * kSecond, 50 * kSecond}});
  EXPECT_EQ(first_failure(timeline, {42 * kSecond + 500 * kMillisecond, 43 * kSecond}), 2.5);
}

TEST(FirstFailure, IsInfiniteWhereNothingFailsAfterTheWindowBegan) {
  const Timeline timeline = with_window({{40 * kSecond, 50 * kSecond}});
  EXPECT_TRUE(std::isinf(first_failure(timeline, {})));
  EXPECT_TRUE(std::isinf(first_failure(timeline, {20 * kSecond})));
}

TEST(FirstFailure, MayComeAfterTheWindowsEndButNotAfterTheRuns) {
  const Timeline timeline = with_window({{40 * kSecond, 50 * kSecond}});
  EXPECT_EQ(first_failure(timeline, {70 * kSecond}), 30);
  EXPECT_TRUE(std::isinf(first_failure(timeline, {100 * kSecond})));
}

TEST(FirstFailure, TakesMoreInASecondThanInAnySecondBefore) {
  // Two failed in the second from 20 s on; so the third one in a second of the window tells.
  const std::vector<Time> usual = {20 * kSecond, 20 * kSecond + 1, 30 * kSecond};
  const Timeline timeline = with_window({{40 * kSecond, 50 * kSecond}});
  std::vector<Time> failures = usual;
  failures.insert(failures.end(), {41 * kSecond, 41 * kSecond + 1, 42 * kSecond});
  EXPECT_TRUE(std::isinf(first_failure(timeline, failures)));
  failures.insert(failures.end(), {42 * kSecond + 1, 42 * kSecond + kSecond / 2});
  EXPECT_EQ(first_failure(timeline, failures), 2.5);
}

TEST(FirstFailure, DoesNotTakeTheWarmUpForUsual) {
  const Timeline timeline = with_window({{40 * kSecond, 50 * kSecond}});
  EXPECT_EQ(first_failure(timeline, {kSecond, kSecond + 1, 45 * kSecond}), 5);
}

TEST(FirstFailure, IsTheMeanOverTheTimesThatItHappens) {
  const Timeline timeline = with_window(
      {{20 * kSecond, 25 * kSecond}, {40 * kSecond, 45 * kSecond}, {60 * kSecond, 65 * kSecond}});
  // After 1 s, not before it comes again, and after 4 s; the baseline is that before all of them.
  EXPECT_EQ(first_failure(timeline, {21 * kSecond, 64 * kSecond}), 2.5);
}

TEST(FirstFailure, LooksFromTheWindowsBeginningEvenWithinASecond) {
  const Time begin = 40 * kSecond + kSecond / 2;
  const Timeline timeline = with_window({{begin, 50 * kSecond}});
  // One failed in the same second before it began: that is usual, and one more is needed.
  EXPECT_TRUE(std::isinf(first_failure(timeline, {40 * kSecond, begin + 1})));
  EXPECT_EQ(first_failure(timeline, {40 * kSecond, begin, begin + kSecond / 4}), 0.25);
}

TEST(FirstFailure, IsTakenOverWindowsWithANameAlone) {
  EXPECT_TRUE(FirstFailure::applies(Window{"blip", {}, {}}));
  for (const char* name : {"", "before", "recovery", "before:blip"}) {
    EXPECT_FALSE(FirstFailure::applies(Window{name, {}, {}})) << name;
  }
}

}  // namespace
}  // namespace spillway
