#include "analysis/stats/welford.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/analysis/stats/sample.h"

namespace spillway::stats {
namespace {

TEST(Welford, LawsTenDelays) {
  Welford values;
  for (const double value : {1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09})
    values.add(value);
  EXPECT_NEAR(values.mean(), 1.343, 1e-14);
  EXPECT_NEAR(values.variance(), .167512, .5e-6);
  EXPECT_EQ(values.count(), 10U);
}

TEST(Welford, ALargeOffsetCancelsNothing) {
  // The textbook's difference of sums gives 0 or a negative number here.
  Welford values;
  for (const double value : {4.0, 7.0, 13.0, 16.0}) values.add(1e9 + value);
  EXPECT_DOUBLE_EQ(values.variance(), 30);
}

TEST(Welford, MergingIsAddingUpToRounding) {
  Sample sample{7};
  Welford together;
  std::array<Welford, 4> parts;
  for (int i = 0; i < 1000; ++i) {
    const double value = 5 + sample.normal();
    together.add(value);
    parts[i < 3 ? 0U : i < 400 ? 1U : 3U].add(value);  // parts[2] stays empty
  }
  Welford merged;
  for (const Welford& part : parts) merged.merge(part);
  EXPECT_EQ(merged.count(), together.count());
  EXPECT_NEAR(merged.mean(), together.mean(), 1e-13);
  EXPECT_NEAR(merged.variance(), together.variance(), 1e-12);
}

TEST(Welford, MergingInTheSameOrderGivesTheSameBits) {
  Sample sample{8};
  std::array<Welford, 8> parts;
  for (Welford& part : parts)
    for (int i = 0; i < 100; ++i) part.add(sample.exponential(3));
  Welford first;
  Welford second;
  for (const Welford& part : parts) first.merge(part);
  for (const Welford& part : parts) second.merge(part);
  EXPECT_EQ(first.mean(), second.mean());
  EXPECT_EQ(first.squares(), second.squares());
}

TEST(Welford, OneNumberHasNoSpread) {
  Welford values;
  EXPECT_EQ(values.standard_error(), 0);
  values.add(3);
  EXPECT_EQ(values.variance(), 0);
  EXPECT_EQ(values.standard_deviation(), 0);
}

}  // namespace
}  // namespace spillway::stats
