#include "sim/flow/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Timeline, HasAWarmUpAndOneSegmentWithoutWindows) {
  const Timeline timeline(0, 100, {});
  EXPECT_EQ(timeline.segments(), 2u);
  EXPECT_EQ(timeline.begin_of(1), 0);
  EXPECT_EQ(timeline.segment_of(0), 1u) << "an empty warm-up holds no instant";
  EXPECT_EQ(timeline.segment_of(99), 1u);
  EXPECT_EQ(timeline.segment_of(5000), 1u) << "the drain belongs to the last";
  ASSERT_EQ(timeline.windows().size(), 1u);
  EXPECT_EQ(timeline.windows()[0].name, "");
  EXPECT_THAT(timeline.windows()[0].segments, ElementsAre(1u));
}

TEST(Timeline, KeepsTheWarmUpOutOfTheWholeRun) {
  const Timeline timeline(20, 100, {});
  EXPECT_EQ(timeline.segment_of(19), 0u);
  EXPECT_EQ(timeline.segment_of(20), 1u);
  EXPECT_THAT(timeline.windows()[0].segments, ElementsAre(1u));
}

TEST(Timeline, CutsAtTheEndsOfOverlappingWindows) {
  const Timeline timeline(10, 100, {{"a", {{20, 60}}, {}}, {"b", {{50, 80}}, {}}});
  EXPECT_EQ(timeline.segments(), 6u);  // [0 10) [10 20) [20 50) [50 60) [60 80) [80 100)
  EXPECT_THAT(timeline.windows()[0].segments, ElementsAre(1u, 2u, 3u, 4u, 5u));
  EXPECT_THAT(timeline.windows()[1].segments, ElementsAre(2u, 3u));
  EXPECT_THAT(timeline.windows()[2].segments, ElementsAre(3u, 4u));
  EXPECT_EQ(timeline.segment_of(49), 2u);
  EXPECT_EQ(timeline.segment_of(50), 3u);
  EXPECT_EQ(timeline.segment_of(100), 5u);
  EXPECT_EQ(timeline.end_of(2), 50);
  EXPECT_EQ(timeline.end_of(5), kNever) << "the drain belongs to the last";
}

TEST(Timeline, ClipsWindowsToWhatIsMeasured) {
  const Timeline timeline(10, 100, {{"early", {{0, 30}}, {}}, {"late", {{90, 400}}, {}}});
  EXPECT_THAT(timeline.windows()[1].spans, ElementsAre(std::pair<Time, Time>{10, 30}));
  EXPECT_THAT(timeline.windows()[2].spans, ElementsAre(std::pair<Time, Time>{90, 100}));
}

TEST(Timeline, LetsAWindowHaveSeveralSpans) {
  const Timeline timeline(0, 100, {{"twice", {{10, 20}, {50, 60}}, {}}});
  EXPECT_THAT(timeline.windows()[1].segments, ElementsAre(2u, 4u));
}

TEST(Timeline, LeavesAWindowInTheWarmUpWithoutSegments) {
  const Timeline timeline(50, 100, {{"gone", {{10, 20}}, {}}});
  EXPECT_THAT(timeline.windows()[1].segments, IsEmpty());
}

}  // namespace
}  // namespace spillway
