#include "sim/kernel/line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "sim/kernel/buckets.h"
#include "sim/kernel/digest.h"
#include "sim/kernel/elementary.h"
#include "sim/kernel/hash.h"
#include "sim/kernel/math.h"

namespace spillway {
namespace {

using Values = std::array<double, kLineLength>;

constexpr std::array<std::string_view, 3> kNames{"portable", "avx2", "avx512"};

std::array<std::uint64_t, kLineLength> bits(const Values& values) {
  return std::bit_cast<std::array<std::uint64_t, kLineLength>>(values);
}

/// 500 addresses spread over the whole counter.
PhiloxSequence sequence(std::uint64_t i) {
  return {mix64(i), mix64(i + 1000), static_cast<std::uint32_t>(mix64(i + 2000))};
}
std::uint32_t line(std::uint64_t i) { return static_cast<std::uint32_t>(mix64(i + 3000) >> 38); }

class InstructionSet : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    if (line_kernels(GetParam()).name != GetParam()) GTEST_SKIP() << "not on this processor";
  }
  const LineKernels& kernels_ = line_kernels(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Line, InstructionSet, testing::ValuesIn(kNames),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST_P(InstructionSet, GivesTheUniformsAndExponentialsOfTheScalarDefinition) {
  for (std::uint64_t i = 0; i < 500; ++i) {
    Values uniforms, exponentials, uniforms_expected, exponentials_expected;
    kernels_.uniforms(sequence(i), line(i), uniforms.data());
    kernels_.exponentials(sequence(i), line(i), exponentials.data());
    for (std::uint32_t k = 0; k < kLineLength; ++k) {
      const std::uint64_t random =
          philox_bits(sequence(i), line(i) * static_cast<std::uint32_t>(kLineLength) + k);
      uniforms_expected[k] = elementary::open_uniform(random);
      exponentials_expected[k] = -math::log(uniforms_expected[k]);
    }
    ASSERT_EQ(bits(uniforms), bits(uniforms_expected)) << i;
    ASSERT_EQ(bits(exponentials), bits(exponentials_expected)) << i;
  }
}

// Values of every magnitude up to the limit, with atoms at its ends.
TEST_P(InstructionSet, DigestsValuesExactly) {
  for (std::uint64_t i = 0; i < 2'000; ++i) {
    std::array<std::int64_t, kDigestLength> values;
    for (std::size_t k = 0; k < values.size(); ++k) {
      const std::uint64_t random = mix64(i * 1'000 + k);
      values[k] = static_cast<std::int64_t>((random >> 13) >> (random % (1 + i % 52)));
      if (random % 41 == 0) values[k] = kDigestible - 1;
      if (random % 43 == 0) values[k] = 0;
      if (random % 47 == 0) values[k] = 255 + static_cast<std::int64_t>(random >> 63);
      if (i == 0) values[k] = kDigestible - 1;
    }
    Digest digest;
    ASSERT_TRUE(kernels_.digest(values.data(), digest));
    std::uint64_t pages = 0;
    Uint128 sum = 0;
    Uint128 squares = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
      const std::size_t number = buckets::number_of(values[k]);
      ASSERT_EQ(digest.buckets[k], number) << values[k];
      pages |= std::uint64_t{1} << (number / buckets::kInPage);
      sum += static_cast<std::uint64_t>(values[k]);
      squares += Uint128{static_cast<std::uint64_t>(values[k])} * static_cast<Uint128>(values[k]);
    }
    ASSERT_EQ(digest.pages, pages);
    ASSERT_EQ(digest.least, *std::ranges::min_element(values));
    ASSERT_EQ(digest.most, *std::ranges::max_element(values));
    ASSERT_TRUE(digest.sum == sum);
    ASSERT_TRUE(digest.squares == squares);
  }
}

TEST_P(InstructionSet, DigestsNothingBeyondWhatItHolds) {
  for (std::size_t k = 0; k < kDigestLength; ++k) {
    std::array<std::int64_t, kDigestLength> values{};
    Digest digest;
    values[k] = kDigestible - 1;
    EXPECT_TRUE(kernels_.digest(values.data(), digest));
    values[k] = kDigestible;
    EXPECT_FALSE(kernels_.digest(values.data(), digest));
    values[k] = std::numeric_limits<std::int64_t>::max();
    EXPECT_FALSE(kernels_.digest(values.data(), digest));
  }
}

TEST_P(InstructionSet, GivesTheFunctionsOfTheScalarDefinition) {
  for (std::uint64_t i = 0; i < 500; ++i) {
    Values u, found, expected;
    kernels_.uniforms(sequence(i), line(i), u.data());
    if (i % 2 == 1) {  // into the tails, down to 2^-500
      for (double& each : u) each = math::exp(-400 * each);
    }
    kernels_.negative_logs(u.data(), found.data());
    for (std::size_t k = 0; k < kLineLength; ++k) expected[k] = -math::log(u[k]);
    ASSERT_EQ(bits(found), bits(expected)) << i;

    kernels_.normal_quantiles(u.data(), found.data());
    for (std::size_t k = 0; k < kLineLength; ++k) expected[k] = math::normal_quantile(u[k]);
    ASSERT_EQ(bits(found), bits(expected)) << i;

    kernels_.powers(u.data(), -1.7, 3.5, found.data());
    for (std::size_t k = 0; k < kLineLength; ++k) {
      expected[k] = elementary::scaled_power(u[k], -1.7, 3.5);
    }
    ASSERT_EQ(bits(found), bits(expected)) << i;

    Values wide;
    for (std::size_t k = 0; k < kLineLength; ++k) wide[k] = 1600 * u[k] - 800;
    kernels_.exponential_functions(wide.data(), found.data());
    for (std::size_t k = 0; k < kLineLength; ++k) {
      expected[k] = math::exp(std::fmin(709, std::fmax(-708, wide[k])));
    }
    ASSERT_EQ(bits(found), bits(expected)) << i;
  }
}

TEST_P(InstructionSet, RoundsHalfToEvenWithinBounds) {
  const Values in{0.5,          1.5,          2.5,      2.5000001,           -0.5,
                  -7,           0x1p52 - 0.5, 0x1p52,   0x1p53 + 2,          0x1p62,
                  0x1p62 * 1.5, 1e300,        0x1.8p51, 0.49999999999999994, 1e15 + 0.5,
                  1e15 + 1.5};
  constexpr std::int64_t kMost = std::int64_t{1} << 62;
  const std::array<std::int64_t, kLineLength> expected{0,
                                                       2,
                                                       2,
                                                       3,
                                                       0,
                                                       0,
                                                       std::int64_t{1} << 52,
                                                       std::int64_t{1} << 52,
                                                       (std::int64_t{1} << 53) + 2,
                                                       kMost,
                                                       kMost,
                                                       kMost,
                                                       std::int64_t{3} << 50,
                                                       0,
                                                       1'000'000'000'000'000,
                                                       1'000'000'000'000'002};
  std::array<std::int64_t, kLineLength> found;
  kernels_.counts(in.data(), 1, 0, found.data());
  EXPECT_EQ(found, expected);
  kernels_.counts(in.data(), 2, 1, found.data());
  EXPECT_EQ(found[0], 2);
  EXPECT_EQ(found[3], 6);
  EXPECT_EQ(found[4], 0);
}

TEST_P(InstructionSet, RoundsEveryNumberOfALineAlike) {
  // What is below 2^53 goes another way than a line that holds more, or what is no number at all.
  Values in;
  for (std::size_t i = 0; i < kLineLength; ++i) {
    in[i] = (static_cast<double>(i) - 8) * 1.25e6 + 0.5;
  }
  const auto rounded = [&] {
    std::array<std::int64_t, kLineLength> found;
    kernels_.counts(in.data(), 1, 0, found.data());
    return found;
  };
  const auto expected = [&] {
    std::array<std::int64_t, kLineLength> one_by_one;
    std::ranges::transform(in, one_by_one.begin(),
                           [](double x) { return elementary::to_count(x); });
    return one_by_one;
  };
  EXPECT_EQ(rounded(), expected());
  EXPECT_EQ(rounded()[0], 0);
  EXPECT_EQ(rounded()[9], 1'250'000);
  EXPECT_EQ(rounded()[10], 2'500'000);
  for (std::size_t i = 0; i < kLineLength; ++i) {
    for (const double odd : {0x1p52 - 0.5, 0x1p52, 0x1p52 + 1, 0x1p53 - 1, 0x1p53, 0x1p53 + 2,
                             0x1p60, 0x1p63, std::nan("")}) {
      const double before = std::exchange(in[i], odd);
      EXPECT_EQ(rounded(), expected()) << odd << " at " << i;
      in[i] = before;
    }
  }
}

TEST(Line, UniformsStayInsideTheOpenIntervalAndAreSymmetric) {
  EXPECT_EQ(elementary::open_uniform(0), 0x1p-53);
  EXPECT_EQ(elementary::open_uniform(~std::uint64_t{0}), 1 - 0x1p-53);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(1 - elementary::open_uniform(mix64(i)), elementary::open_uniform(~mix64(i)));
  }
}

TEST(Line, AnInstructionSetThatIsUnknownMeansTheBestOne) {
  EXPECT_EQ(line_kernels("portable").name, "portable");
  EXPECT_EQ(line_kernels("mmx").name, line_kernels("").name);
}

}  // namespace
}  // namespace spillway
