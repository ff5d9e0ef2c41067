#include "sim/kernel/ring.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace spillway {
namespace {

TEST(Ring, BehavesAsADequeUnderRandomUse) {
  Ring<int> ring;
  std::deque<int> expected;
  std::mt19937_64 random(3);
  for (int i = 0; i < 200'000; ++i) {
    const auto draw = random() % 100;
    const bool grow = i / 10'000 % 2 == 0;
    if (draw < (grow ? 60U : 40U)) {
      ring.push_back(i);
      expected.push_back(i);
    } else if (!expected.empty()) {
      ASSERT_EQ(ring.front(), expected.front());
      ring.pop_front();
      expected.pop_front();
    }
    if (i % 50'000 == 49'999) {
      ring.clear();
      expected.clear();
    }
    ASSERT_EQ(ring.size(), expected.size());
    ASSERT_EQ(ring.empty(), expected.empty());
    if (!expected.empty()) {
      const auto position = random() % expected.size();
      ASSERT_EQ(ring[position], expected[position]);
      ASSERT_EQ(ring.back(), expected.back());
    }
  }
}

TEST(Ring, TakesItsOwnFrontWhileItGrows) {
  Ring<int> ring;
  for (int i = 0; i < 8; ++i) ring.push_back(40 + i);
  ASSERT_EQ(ring.size(), ring.capacity());
  ring.push_back(ring.front());
  EXPECT_EQ(ring.back(), 40);
}

TEST(Ring, DoesNotGrowWhileFewPassThrough) {
  Ring<int> ring;
  for (int i = 0; i < 100'000; ++i) {
    ring.push_back(i);
    if (ring.size() > 5) ring.pop_front();
  }
  EXPECT_EQ(ring.capacity(), 8U);
}

}  // namespace
}  // namespace spillway
