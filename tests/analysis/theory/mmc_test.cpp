#include "analysis/theory/mmc.h"

#include <gtest/gtest.h>

#include <vector>

#include "analysis/theory/mm1.h"

namespace spillway::theory {
namespace {

TEST(MMc, MeansAndPercentilesOfEightAgainstTen) {
  const auto queue = MMc::of(8, 1, 10);
  ASSERT_TRUE(queue);
  EXPECT_NEAR(queue->mean_in_queue(), 1.6367206, .5e-7);
  EXPECT_NEAR(queue->mean_sojourn(), 1.2045901, .5e-7);
  EXPECT_NEAR(queue->wait_quantile(.90), .704493, .5e-6);
  EXPECT_NEAR(queue->wait_quantile(.95), 1.051066, .5e-6);
  EXPECT_NEAR(queue->wait_quantile(.99), 1.855785, .5e-6);
  EXPECT_NEAR(queue->wait_quantile(.999), 3.007078, .5e-6);
  EXPECT_NEAR(queue->sojourn_quantile(.5), .912145, .5e-6);
  EXPECT_NEAR(queue->sojourn_quantile(.9), 2.624320, .5e-6);
  EXPECT_NEAR(queue->sojourn_quantile(.95), 3.328275, .5e-6);
  EXPECT_NEAR(queue->sojourn_quantile(.99), 4.946111, .5e-6);
  EXPECT_NEAR(queue->sojourn_quantile(.999), 7.250557, .5e-6);
}

TEST(MMc, PercentilesWhereWaitAndServiceHaveTheSameRate) {
  // lambda = 9, c mu = 10, mu = 1: theta equals mu, the removable singularity.
  const auto queue = MMc::of(9, 1, 10);
  ASSERT_TRUE(queue);
  EXPECT_NEAR(queue->wait_quantile(.5), .290775, .5e-6);
  EXPECT_NEAR(queue->wait_quantile(.9), 1.900212, .5e-6);
  EXPECT_NEAR(queue->wait_quantile(.95), 2.593360, .5e-6);
  EXPECT_NEAR(queue->wait_quantile(.99), 4.202798, .5e-6);
  EXPECT_NEAR(queue->wait_quantile(.999), 6.505383, .5e-6);
  EXPECT_NEAR(queue->sojourn_quantile(.5), 1.329092, .5e-6);
  EXPECT_NEAR(queue->sojourn_quantile(.9), 3.510904, .5e-6);
  EXPECT_NEAR(queue->sojourn_quantile(.95), 4.360867, .5e-6);
  EXPECT_NEAR(queue->sojourn_quantile(.99), 6.249877, .5e-6);
  EXPECT_NEAR(queue->sojourn_quantile(.999), 8.841057, .5e-6);
}

TEST(MMc, TheSojournTailIsSmoothAcrossTheSingularity) {
  const auto exactly = MMc::of(9, 1, 10);
  for (const double off : {1e-3, 1e-6, 1e-9, 1e-12}) {
    const auto nearly = MMc::of(9 - off, 1, 10);
    // |d tail / d lambda| is below 2 here.
    EXPECT_NEAR(nearly->sojourn_tail(3), exactly->sojourn_tail(3), 2 * off + 1e-14) << off;
  }
}

TEST(MMc, NinetyAgainstAHundredServers) {
  const auto queue = MMc::of(90, 1, 100);
  ASSERT_TRUE(queue);
  EXPECT_NEAR(queue->mean_in_queue(), 1.9524643, .5e-7);
  EXPECT_NEAR(queue->wait_quantile(.9), .077445, .5e-6);
  EXPECT_NEAR(queue->wait_quantile(.95), .146760, .5e-6);
  EXPECT_NEAR(queue->wait_quantile(.99), .307704, .5e-6);
  EXPECT_NEAR(queue->sojourn_quantile(.99), 4.628989, .5e-6);
}

TEST(MMc, ExceedancesThatDecideHowManyConsumersAreEnough) {
  struct Row {
    double lambda, mu, limit;
    bool sojourn;
    int servers;
    double one_less, exceedance, one_more;
  };
  for (const Row& row : {Row{100, 2, .5, false, 54, .028782, .008674, .002591},
                         {100, 2, 2.5, true, 53, .011420, .008685, .007802},
                         {20, 4, .25, false, 7, .216135, .043869, .008328},
                         {1000, 10, .05, false, 108, .011581, .006014, .003107}}) {
    const auto share = [&](int servers) {
      const auto queue = MMc::of(row.lambda, row.mu, servers);
      return row.sojourn ? queue->sojourn_tail(row.limit) : queue->wait_tail(row.limit);
    };
    EXPECT_NEAR(share(row.servers - 1), row.one_less, .5e-6);
    EXPECT_NEAR(share(row.servers), row.exceedance, .5e-6);
    EXPECT_NEAR(share(row.servers + 1), row.one_more, .5e-6);
  }
}

TEST(MMc, StateProbabilitiesOfThreeServers) {
  // Ciw's test of a capacitated processor sharing node: lambda 10, mu 12, 3 servers.
  const auto queue = MMc::of(10, 12, 3);
  const std::vector<double> expected{.4321329640, .3601108033, .1500461681,
                                     .0416794911, .0115776364, .0032160101};
  for (std::size_t n = 0; n < expected.size(); ++n)
    EXPECT_NEAR(queue->state_probability(n), expected[n], .5e-10) << n;
}

TEST(MMc, GrossAndHarrissEyeClinic) {
  // Six patients an hour, twenty minutes each, three doctors.
  const auto queue = MMc::of(6, 3, 3);
  EXPECT_NEAR(queue->probability_of_waiting(), 4.0 / 9, 1e-14);
  EXPECT_NEAR(queue->mean_in_queue(), 8.0 / 9, 1e-14);
  EXPECT_NEAR(queue->mean_sojourn() * 60, 28.89, .005);
}

TEST(MMc, TheQueueingPackagesTwoServers) {
  const auto queue = MMc::of(5, 10, 2);
  EXPECT_NEAR(queue->mean_in_queue(), .0333333, .5e-7);
  EXPECT_NEAR(queue->mean_sojourn(), .1066667, .5e-7);
}

TEST(MMc, OneServerIsMM1) {
  const auto many = MMc::of(.8, 1, 1);
  const auto one = MM1::of(.8, 1);
  EXPECT_NEAR(many->mean_sojourn(), one->mean_sojourn(), 1e-12);
  EXPECT_NEAR(many->sojourn_quantile(.99), one->sojourn_quantile(.99), 1e-10);
  EXPECT_NEAR(many->wait_quantile(.99), one->wait_quantile(.99), 1e-10);
  EXPECT_NEAR(many->state_probability(3), one->state_probability(3), 1e-14);
}

TEST(MMc, StatesAddUpToOneForAThousandServers) {
  const auto queue = MMc::of(950, 1, 1000);
  double total = 0;
  for (std::size_t n = 800; n < 1400; ++n) total += queue->state_probability(n);
  EXPECT_NEAR(total, 1, 1e-5);  // Poisson(950) is 4.9 standard deviations above 800
}

TEST(MMc, AnUnstableQueueHasNoSteadyState) {
  EXPECT_FALSE(MMc::of(10, 1, 10));
  EXPECT_FALSE(MMc::of(11, 1, 10));
  EXPECT_FALSE(MMc::of(1, 1, 0));
  EXPECT_FALSE(MMc::of(0, 1, 2));
}

}  // namespace
}  // namespace spillway::theory
