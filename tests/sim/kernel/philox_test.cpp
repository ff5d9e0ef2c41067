#include "sim/kernel/philox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace spillway {
namespace {

using Words = std::array<std::uint32_t, 4>;

TEST(Philox, GivesTheKnownAnswersOfRandom123) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, GivesTheSequenceThatTheStandardAsksOfPhilox4x32) {
  // C++26 [rand.predef]: the 10000th output from seed 20111115 is 1955073260.
  Words words{};
  for (std::uint32_t i = 0; i < 2500; ++i) words = philox4x32({i, 0, 0, 0}, {20111115, 0});
  EXPECT_EQ(words[3], 1955073260U);
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {20111115, 0}),
            (Words{3587538684, 1324224816, 3068087177, 2030706281}));
}

TEST(Philox, GivesEachOrdinalBitsOfItsOwn) {
  const PhiloxSequence sequence{42, 0x123456789abcdef0, 3};
  std::vector<std::uint64_t> bits;
  for (std::uint32_t ordinal = 0; ordinal < 4096; ++ordinal) {
    bits.push_back(philox_bits(sequence, ordinal));
  }
  std::sort(bits.begin(), bits.end());
  EXPECT_EQ(std::adjacent_find(bits.begin(), bits.end()), bits.end());
}

TEST(Philox, LaysALineOutAsFirstWordsThenSecondWords) {
  const PhiloxSequence sequence{0x0000000200000001, 0x0000000600000005, 7};
  const Words words = philox4x32({5 * 8 + 3, 7, 5, 6}, {1, 2});
  EXPECT_EQ(philox_bits(sequence, 5 * 16 + 3), (std::uint64_t{words[1]} << 32) | words[0]);
  EXPECT_EQ(philox_bits(sequence, 5 * 16 + 8 + 3), (std::uint64_t{words[3]} << 32) | words[2]);
}

TEST(Philox, EveryPartOfTheAddressCounts) {
  const PhiloxSequence base{1, 1, 1};
  const std::uint64_t bits = philox_bits(base, 16);
  EXPECT_NE(philox_bits({2, 1, 1}, 16), bits);
  EXPECT_NE(philox_bits({1 + (std::uint64_t{1} << 32), 1, 1}, 16), bits);
  EXPECT_NE(philox_bits({1, 2, 1}, 16), bits);
  EXPECT_NE(philox_bits({1, 1 + (std::uint64_t{1} << 32), 1}, 16), bits);
  EXPECT_NE(philox_bits({1, 1, 2}, 16), bits);
  EXPECT_NE(philox_bits(base, 17), bits);
  EXPECT_NE(philox_bits(base, 24), bits);
  EXPECT_NE(philox_bits(base, 32), bits);
}

}  // namespace
}  // namespace spillway
