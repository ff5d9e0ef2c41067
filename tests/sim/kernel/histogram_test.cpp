#include "sim/kernel/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace spillway {
namespace {

constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();
constexpr double kBucketWidth = 1.0 / 256;

/// Values spread over all octaves, with runs of equal ones.
std::vector<std::int64_t> sample(std::size_t size, std::uint64_t seed, unsigned bits = 50) {
  std::mt19937_64 random(seed);
  std::vector<std::int64_t> values;
  while (values.size() < size) {
    const auto width = 1 + random() % bits;
    const auto value = static_cast<std::int64_t>(random() & ((std::uint64_t{1} << width) - 1));
    const auto times = random() % 10 == 0 ? 1 + random() % 20 : 1;
    for (std::uint64_t i = 0; i < times && values.size() < size; ++i) values.push_back(value);
  }
  return values;
}

Histogram histogram_of(const std::vector<std::int64_t>& values) {
  Histogram histogram;
  for (const std::int64_t value : values) histogram.record(value);
  return histogram;
}

TEST(Histogram, IsZeroWhenEmpty) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.min(), 0);
  EXPECT_EQ(histogram.max(), 0);
  EXPECT_EQ(histogram.mean(), 0);
  EXPECT_EQ(histogram.variance(), 0);
  EXPECT_EQ(histogram.quantile(0.5), 0);
  EXPECT_EQ(histogram.fraction_at_most(5), 0);
  EXPECT_EQ(histogram.quantile_with_failures(0.5, 0), 0);
}

TEST(Histogram, IsExactBelow512) {
  std::vector<std::int64_t> values;
  for (std::int64_t value = 0; value < 512; ++value) values.push_back(value);
  const Histogram histogram = histogram_of(values);
  for (std::size_t rank = 1; rank <= 512; ++rank) {
    const double p = static_cast<double>(rank) / 512;
    EXPECT_EQ(histogram.quantile(p), static_cast<double>(rank - 1));
    EXPECT_EQ(histogram.fraction_at_most(static_cast<std::int64_t>(rank - 1)), p);
  }
}

TEST(Histogram, FindsEachQuantileWithinTheWidthOfABucket) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    std::vector<std::int64_t> values = sample(20'000, seed);
    const Histogram histogram = histogram_of(values);
    std::ranges::sort(values);
    for (const double p : {0.0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
      const double exact_rank = std::ceil(p * static_cast<double>(values.size()) - 1e-9);
      const auto rank = static_cast<std::size_t>(std::max(1.0, exact_rank));
      const auto exact = static_cast<double>(values[rank - 1]);
      EXPECT_NEAR(histogram.quantile(p), exact, exact * kBucketWidth) << "p " << p;
      const double at_most = histogram.fraction_at_most(values[rank - 1]);
      // Not further from the exact share than what shares the value's bucket.
      const double low = exact * (1 - kBucketWidth), high = exact * (1 + kBucketWidth);
      const auto share = [&](double limit) {
        return static_cast<double>(std::ranges::count_if(
                   values,
                   [&](std::int64_t value) { return static_cast<double>(value) <= limit; })) /
               static_cast<double>(values.size());
      };
      EXPECT_GE(at_most, share(low) - 1e-12);
      EXPECT_LE(at_most, share(high) + 1e-12);
    }
  }
}

TEST(Histogram, FindsTheExtremesExactly) {
  const Histogram histogram = histogram_of({1'000'003, 77'777'777, 123'456'789'012'345});
  EXPECT_EQ(histogram.quantile(0), 1'000'003);
  EXPECT_EQ(histogram.quantile(1), 123'456'789'012'345);
  EXPECT_EQ(histogram.fraction_at_most(1'000'002), 0);
  EXPECT_EQ(histogram.fraction_at_most(123'456'789'012'345), 1);
  EXPECT_EQ(histogram.fraction_at_most(-1), 0);
}

TEST(Histogram, FindsAnAtomExactly) {
  Histogram histogram;
  histogram.record(1'000'000'007, 1'000);
  for (const double p : {0.0, 0.3, 0.99, 1.0}) EXPECT_EQ(histogram.quantile(p), 1'000'000'007);
  EXPECT_EQ(histogram.variance(), 0);
  EXPECT_EQ(histogram.mean(), 1'000'000'007);
}

TEST(Histogram, FindsAtomsAtTheExtremesExactlyAlsoAfterMerging) {
  // 30 % at the least, 20 % at the greatest, the rest between and in the same buckets.
  std::vector<Histogram> parts(3);
  std::mt19937_64 random(17);
  for (std::size_t i = 0; i < 9'000; ++i) {
    std::int64_t value = 1'000'001 + static_cast<std::int64_t>(random() % 1'999'998);
    if (i % 10 < 3) value = 1'000'000;
    if (i % 10 >= 8) value = 3'000'000;
    parts[i % 3].record(value);
  }
  Histogram merged;
  for (const std::size_t part : {2U, 0U, 1U}) merged.merge(parts[part]);
  for (const double p : {0.0, 0.1, 0.3}) EXPECT_EQ(merged.quantile(p), 1'000'000) << p;
  for (const double p : {0.8001, 0.9, 1.0}) EXPECT_EQ(merged.quantile(p), 3'000'000) << p;
  EXPECT_GT(merged.quantile(0.3002), 1'000'000);
  EXPECT_LT(merged.quantile(0.7999), 3'000'000);
  EXPECT_DOUBLE_EQ(merged.fraction_at_most(1'000'000), 0.3);
  EXPECT_DOUBLE_EQ(merged.fraction_at_most(2'999'999), 0.8);
  Histogram one, two;
  one.record(1'000'003, 5);
  two.record(1'000'003, 7);
  two.record(1'000'005, 2);
  two.merge(one);
  EXPECT_EQ(two.quantile(12.0 / 14), 1'000'003);
  EXPECT_EQ(two.quantile(12.5 / 14), 1'000'005);
}

TEST(Histogram, TakesAWholeRankForWhatItIsThoughItsProductIsRounded) {
  std::vector<std::int64_t> values;
  for (std::int64_t value = 1; value <= 100; ++value) values.push_back(value);
  const Histogram histogram = histogram_of(values);
  for (int percent = 1; percent <= 100; ++percent) {
    EXPECT_EQ(histogram.quantile(percent / 100.0), percent);
  }
}

TEST(Histogram, CountsFailuresAsInfinite) {
  std::vector<std::int64_t> values;
  for (std::int64_t value = 1; value <= 90; ++value) values.push_back(value);
  const Histogram histogram = histogram_of(values);
  EXPECT_EQ(histogram.quantile_with_failures(0.5, 10), 50);
  EXPECT_EQ(histogram.quantile_with_failures(0.9, 10), 90);
  EXPECT_EQ(histogram.quantile_with_failures(0.91, 10), std::numeric_limits<double>::infinity());
  EXPECT_EQ(histogram.quantile_with_failures(0.5, 0), histogram.quantile(0.5));
  EXPECT_EQ(Histogram().quantile_with_failures(0.01, 1), std::numeric_limits<double>::infinity());
}

TEST(Histogram, RecordsManyAsItRecordsOneByOne) {
  const std::int64_t large = (std::int64_t{1} << 62) - 1;
  std::vector<std::int64_t> many;
  for (std::int64_t i = 0; i < 200; ++i) many.push_back(i * i * i * 1'000'003);
  std::vector<std::vector<std::int64_t>> lists{
      {}, {0}, {5, 5, 1}, many, {(std::int64_t{1} << 61) - 1, 7}, std::vector(64, large)};
  lists.push_back(std::vector(64, (std::int64_t{1} << 61) - 1));
  lists.push_back(std::vector(kDigestLength, kDigestible - 1));
  for (unsigned i = 0; i < 100; ++i) lists.push_back(sample(kDigestLength, i, 1 + i % 51));
  Histogram together, apart;
  for (const auto& values : lists) {
    together.record_all(values);
    for (const std::int64_t value : values) apart.record(value);
    EXPECT_EQ(together, apart) << values.size() << " values";
  }
}

TEST(Histogram, SumsExactly) {
  const std::vector<std::int64_t> values = sample(50'000, 9, 60);
  const Histogram histogram = histogram_of(values);
  Uint128 sum = 0, low = 0;
  std::uint64_t high = 0;
  for (const std::int64_t value : values) {
    const auto size = static_cast<Uint128>(value);
    sum += size;
    low += size * size;
    high += low < size * size ? 1 : 0;
  }
  EXPECT_TRUE(histogram.sum() == sum);
  EXPECT_TRUE((histogram.sum_of_squares() == Histogram::Squares{low, high}));
  EXPECT_EQ(histogram.min(), *std::ranges::min_element(values));
  EXPECT_EQ(histogram.max(), *std::ranges::max_element(values));
}

TEST(Histogram, LosesNothingOfAVarianceFarFromZero) {
  // 10^15 + {0, 1, 2}: a textbook one-pass variance in doubles is pure noise here.
  Histogram histogram;
  for (std::int64_t i = 0; i < 3'000; ++i) histogram.record(1'000'000'000'000'000 + i % 3);
  EXPECT_DOUBLE_EQ(histogram.variance(), 2'000.0 / 2'999);
}

TEST(Histogram, HoldsTheGreatestValuesAndWeightsThereAre) {
  Histogram histogram;
  const std::uint64_t half = std::uint64_t{1} << 62;
  histogram.record(kGreatest, half);
  histogram.record(kGreatest, half);
  histogram.record(0, half);
  EXPECT_EQ(histogram.count(), 3 * half);
  EXPECT_TRUE(histogram.sum() == Uint128{static_cast<std::uint64_t>(kGreatest)} * (2 * half));
  EXPECT_DOUBLE_EQ(histogram.mean(), 0x1p63 * 2 / 3);
  EXPECT_DOUBLE_EQ(histogram.variance(), 0x1p126 * 2 / 9);
  EXPECT_EQ(histogram.quantile(0.3), 0);
  EXPECT_EQ(histogram.quantile(0.4), 0x1p63);
  EXPECT_NEAR(histogram.fraction_at_most(1), 1.0 / 3, 1e-15);
}

TEST(Histogram, CarriesWhenACountOutgrows32Bits) {
  Histogram histogram;
  histogram.record(1'000, 0xffff'ffff);
  histogram.record(1'000);
  histogram.record(1'000);
  std::uint64_t counted = 0;
  histogram.each_bucket([&](std::int64_t low, std::int64_t high, std::uint64_t count) {
    EXPECT_LE(low, 1'000);
    EXPECT_GE(high, 1'000);
    counted += count;
  });
  EXPECT_EQ(counted, 0x1'0000'0001U);
  Histogram twice = histogram;
  twice.merge(histogram);
  EXPECT_EQ(twice.count(), 0x2'0000'0002U);
  counted = 0;
  twice.each_bucket([&](std::int64_t, std::int64_t, std::uint64_t count) { counted += count; });
  EXPECT_EQ(counted, twice.count());
}

TEST(Histogram, WeighsAValueAsThatManyOfIt) {
  std::mt19937_64 random(4);
  Histogram weighted, repeated;
  for (int i = 0; i < 500; ++i) {
    const auto value = static_cast<std::int64_t>(random() >> (1 + random() % 62));
    const auto weight = random() % 50;
    weighted.record(value, weight);
    for (std::uint64_t k = 0; k < weight; ++k) repeated.record(value);
  }
  EXPECT_TRUE(weighted == repeated);
}

TEST(Histogram, MergesExactlyInAnyOrder) {
  const std::vector<std::int64_t> values = sample(30'000, 21, 63);
  std::vector<Histogram> parts(7);
  for (std::size_t i = 0; i < values.size(); ++i) parts[i * i % 7].record(values[i]);
  const Histogram whole = histogram_of(values);
  std::vector<std::size_t> order{0, 1, 2, 3, 4, 5, 6};
  std::mt19937_64 random(8);
  for (int trial = 0; trial < 10; ++trial) {
    std::ranges::shuffle(order, random);
    Histogram merged;
    for (const std::size_t part : order) merged.merge(parts[part]);
    EXPECT_TRUE(merged == whole);
    EXPECT_EQ(merged.variance(), whole.variance());
    EXPECT_EQ(merged.quantile(0.99), whole.quantile(0.99));
  }
}

TEST(Histogram, MergesWithItself) {
  Histogram histogram = histogram_of({3, 1'000'000, 5});
  histogram.merge(histogram);
  EXPECT_TRUE(histogram == histogram_of({3, 3, 1'000'000, 1'000'000, 5, 5}));
}

TEST(Histogram, ForgetsAllWhenCleared) {
  Histogram histogram = histogram_of(sample(1'000, 2));
  histogram.record(7, std::uint64_t{1} << 40);
  histogram.clear();
  EXPECT_TRUE(histogram == Histogram());
  histogram.record(42);
  EXPECT_TRUE(histogram == histogram_of({42}));
}

TEST(Histogram, CoversEveryValueWithOneBucketNotWiderThanPromised) {
  std::mt19937_64 random(6);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<std::int64_t>(random() >> (1 + random() % 63));
    Histogram histogram;
    histogram.record(value);
    int buckets = 0;
    histogram.each_bucket([&](std::int64_t low, std::int64_t high, std::uint64_t count) {
      ++buckets;
      EXPECT_EQ(count, 1U);
      EXPECT_LE(low, value);
      EXPECT_GE(high, value);
      EXPECT_LE(high - low, low / 256);
    });
    ASSERT_EQ(buckets, 1);
  }
}

}  // namespace
}  // namespace spillway
