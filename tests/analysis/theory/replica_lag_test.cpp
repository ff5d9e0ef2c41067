#include "analysis/theory/replica_lag.h"

#include <gtest/gtest.h>

namespace spillway::theory {
namespace {

TEST(ReplicaLag, StaleShareGrowsFromNoneToAll) {
  EXPECT_EQ(stale_share_exponential(0, 5), 0);
  EXPECT_DOUBLE_EQ(stale_share_exponential(2, 0.5), 0.5);
  EXPECT_NEAR(stale_share_exponential(1e9, 1), 1, 1e-8);
  EXPECT_NEAR(stale_share_constant(2, 0.5), 0.63212055882855767, 1e-15);
  // A short lag of either kind is the same to first order.
  EXPECT_NEAR(stale_share_constant(1, 1e-6) / stale_share_exponential(1, 1e-6), 1, 1e-6);
}

TEST(ReplicaLag, MeanIsTheIntegralOfWhatIsUnseen) {
  for (const double writes : {0.0, 0.3, 2.0, 40.0, 1000.0}) {
    constexpr double kLag = 0.25;
    // Simpson's rule; beyond 20 lags less than e^-20 is left.
    constexpr int kSteps = 400'000;
    constexpr double kWidth = 20 * kLag / kSteps;
    double sum = 0;
    for (int i = 0; i <= kSteps; ++i) {
      const double weight = i == 0 || i == kSteps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * unseen_exponential(writes, kLag, i * kWidth);
    }
    EXPECT_NEAR(*mean_unseen_exponential(writes, kLag), sum * kWidth / 3, 1e-8) << writes;
  }
}

TEST(ReplicaLag, WithoutLaterWritesAWriteIsUnseenForItsLag) {
  EXPECT_DOUBLE_EQ(*mean_unseen_exponential(0, 0.08), 0.08);
  EXPECT_DOUBLE_EQ(unseen_exponential(0, 0.08, 0.08), std::exp(-1));
  EXPECT_DOUBLE_EQ(own_write_missed(0.08, 0.16), std::exp(-2));
}

TEST(ReplicaLag, RefusesWhatItsSumWouldTakeTooLongFor) {
  EXPECT_TRUE(mean_unseen_exponential(1e6, 1).has_value());
  EXPECT_FALSE(mean_unseen_exponential(1.1e6, 1).has_value());
  EXPECT_FALSE(mean_unseen_exponential(-1, 1).has_value());
}

}  // namespace
}  // namespace spillway::theory
