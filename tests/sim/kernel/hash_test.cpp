#include "sim/kernel/hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace spillway {
namespace {

TEST(Hash, OfNothingIsTheMixedOffsetOfFnv1a) { EXPECT_EQ(hash64(""), mix64(0xcbf29ce484222325U)); }

TEST(Hash, IsTheMixedFnv1aOfPublishedVectors) {
  // 64-bit FNV-1a test vectors of the reference distribution.
  EXPECT_EQ(hash64("a"), mix64(0xaf63dc4c8601ec8cU));
  EXPECT_EQ(hash64("foobar"), mix64(0x85944171f73967e8U));
}

TEST(Hash, Mix64IsThePublishedSplitMix64) {
  // The first outputs of SplitMix64 from state 0 are mix64 of the multiples of its increment.
  EXPECT_EQ(mix64(0), 0xe220a8397b1dcdafU);
  EXPECT_EQ(mix64(0x9e3779b97f4a7c15U), 0x6e789e6aa1b965f4U);
}

TEST(Hash, FlippingOneBitMovesAboutHalfOfTheOthers) {
  // 64 x 4000 flips of 64 bits: the mean's standard deviation is 4 / sqrt(256000) = 0.008.
  double moved = 0;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    for (int bit = 0; bit < 64; ++bit) {
      moved += std::popcount(mix64(i) ^ mix64(i ^ (std::uint64_t{1} << bit)));
    }
  }
  EXPECT_NEAR(moved / (64 * 4000), 32, 5 * 0.008);
}

TEST(Hash, TheLanesBelowALaneNeverCollide) {
  std::vector<std::uint32_t> lanes;
  for (std::uint32_t step = 0; step < 200'000; ++step) lanes.push_back(mix32(17, step));
  std::sort(lanes.begin(), lanes.end());
  EXPECT_EQ(std::adjacent_find(lanes.begin(), lanes.end()), lanes.end());
}

TEST(Hash, TheOrderOfTheStepsToALaneCounts) {
  EXPECT_NE(mix32(1, 2), mix32(2, 1));
  EXPECT_NE(mix32(mix32(0, 1), 2), mix32(mix32(0, 2), 1));
  EXPECT_NE(mix32(0, 0), 0U);
}

}  // namespace
}  // namespace spillway
