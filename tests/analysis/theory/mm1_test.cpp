#include "analysis/theory/mm1.h"

#include <gtest/gtest.h>

#include "analysis/theory/little.h"

namespace spillway::theory {
namespace {

TEST(MM1, MeansAndPercentilesAtNinetyPercentLoad) {
  const auto queue = MM1::of(.9, 1);
  ASSERT_TRUE(queue);
  EXPECT_NEAR(queue->mean_sojourn(), 10, 1e-12);
  EXPECT_NEAR(queue->mean_in_system(), 9, 1e-12);
  EXPECT_NEAR(queue->mean_in_queue(), 8.1, 1e-12);
  EXPECT_NEAR(queue->mean_wait(), 9, 1e-12);
  struct Row {
    double p, sojourn, wait;
  };
  for (const Row& row : {Row{.5, 6.931472, 5.877867},
                         {.9, 23.025851, 21.972246},
                         {.95, 29.957323, 28.903718},
                         {.99, 46.051702, 44.998097},
                         {.999, 69.077553, 68.023948}}) {
    EXPECT_NEAR(queue->sojourn_quantile(row.p), row.sojourn, .5e-6);
    EXPECT_NEAR(queue->wait_quantile(row.p), row.wait, .5e-6);
    EXPECT_NEAR(queue->sojourn_tail(queue->sojourn_quantile(row.p)), 1 - row.p, 1e-12);
    EXPECT_NEAR(queue->wait_tail(queue->wait_quantile(row.p)), 1 - row.p, 1e-12);
  }
}

TEST(MM1, CiwsExampleOfFiveAgainstEight) {
  EXPECT_NEAR(MM1::of(5, 8)->mean_wait(), .208333, .5e-6);
}

TEST(MM1, NobodyWaitsAtPercentilesBelowTheIdleShare) {
  EXPECT_EQ(MM1::of(.3, 1)->wait_quantile(.5), 0);
}

TEST(MM1, StatesAddUpToOneAndToTheirMean) {
  const auto queue = MM1::of(.5, 1);
  double total = 0;
  double mean = 0;
  for (int n = 0; n < 200; ++n) {
    total += queue->state_probability(n);
    mean += n * queue->state_probability(n);
  }
  EXPECT_NEAR(total, 1, 1e-14);
  EXPECT_NEAR(mean, queue->mean_in_system(), 1e-13);
}

TEST(MM1, AnUnstableQueueHasNoSteadyState) {
  EXPECT_FALSE(MM1::of(1, 1));
  EXPECT_FALSE(MM1::of(2, 1));
  EXPECT_FALSE(MM1::of(0, 1));
  EXPECT_FALSE(MM1::of(-1, 1));
  EXPECT_FALSE(MM1::of(1, 0));
}

TEST(Little, TurnsTimesIntoNumbersAndBack) {
  EXPECT_DOUBLE_EQ(little_number(5, 0.25), 1.25);
  EXPECT_DOUBLE_EQ(little_time(5, 1.25), 0.25);
}

}  // namespace
}  // namespace spillway::theory
