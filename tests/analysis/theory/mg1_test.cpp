#include "analysis/theory/mg1.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/theory/md1.h"
#include "analysis/theory/mm1.h"
#include "analysis/theory/mph1.h"

namespace spillway::theory {
namespace {

TEST(MG1, PollaczekAndKhinchinesMeanWait) {
  EXPECT_NEAR(MG1::of(.8, 1, 4)->mean_wait(), 10, 1e-12);
  EXPECT_NEAR(MG1::of(.7, 1, .25)->mean_wait(), 1.458333, .5e-6);
  EXPECT_NEAR(MG1::of(.9, 1, 0)->mean_wait(), 4.5, 1e-12);
  EXPECT_NEAR(MG1::of(.9, 1, 1)->mean_in_system(), MM1::of(.9, 1)->mean_in_system(), 1e-12);
  EXPECT_FALSE(MG1::of(1, 1, 1));
  EXPECT_FALSE(MG1::of(.5, 1, -1));
}

TEST(MD1, PercentilesOfTheWait) {
  struct Row {
    double load, p50, p90, p95, p99, p999;
  };
  for (const Row& row : {Row{.5, 0, 1.515745, 2.050638, 3.336256, 5.168385},
                         {.8, 1.275940, 5.011511, 6.620325, 10.355887, 15.700268},
                         {.9, 3.013048, 10.782505, 14.128674, 21.898237, 33.013970}}) {
    const auto queue = MD1::of(row.load, 1);
    ASSERT_TRUE(queue);
    EXPECT_NEAR(queue->wait_quantile(.5), row.p50, .5e-6);
    EXPECT_NEAR(queue->wait_quantile(.9), row.p90, .5e-6);
    EXPECT_NEAR(queue->wait_quantile(.95), row.p95, .5e-6);
    EXPECT_NEAR(queue->wait_quantile(.99), row.p99, .5e-6);
    EXPECT_NEAR(queue->wait_quantile(.999), row.p999, .5e-6);
    EXPECT_NEAR(queue->sojourn_quantile(.99), row.p99 + 1, .5e-6);
  }
}

TEST(MD1, AgreesWithErlangsSeriesWhileThatStillHasDigits) {
  // P(W <= t) = (1 - rho) sum over j <= t of e^(lambda (t - j)) (-lambda (t - j))^j / j!, D = 1.
  for (const double load : {.1, .5, .8, .95}) {
    const auto queue = MD1::of(load, 1);
    for (double t = 0; t < 6; t += .37) {
      double cdf = 0;
      double factorial = 1;
      for (int j = 0; j <= static_cast<int>(t); ++j) {
        if (j > 0) factorial *= j;
        cdf += std::exp(load * (t - j)) * std::pow(-load * (t - j), j) / factorial;
      }
      EXPECT_NEAR(1 - queue->wait_tail(t), (1 - load) * cdf, 1e-10) << load << " at " << t;
    }
  }
}

TEST(MD1, TheTailIntegratesToTheMeanAtNinetyFivePercentLoad) {
  // Trapezoids on pieces that end at multiples of D, where the density jumps; error below h^2.
  const auto queue = MD1::of(.475, 2);
  double sum = queue->wait_tail(0) / 2;
  constexpr double kStep = .01;
  for (int i = 1; i < 80'000; ++i) sum += queue->wait_tail(i * kStep);
  EXPECT_NEAR(sum * kStep, queue->mean_wait(), 1e-4);
  EXPECT_NEAR(queue->mean_wait(), MG1::of(.475, 2, 0)->mean_wait(), 1e-12);
}

TEST(MD1, FarTailsFallByTheRootOfTheirEquation) {
  // P(W > t) ~ C e^(-eta t) where lambda (e^(eta D) - 1) = eta.
  const double load = .8;
  const auto queue = MD1::of(load, 1);
  const double eta = std::log(queue->wait_tail(300) / queue->wait_tail(301));
  EXPECT_NEAR(load * (std::exp(eta) - 1), eta, 1e-10);
}

TEST(MD1, StatesAddUpToTheMeanNumber) {
  for (const double load : {.01, .5, .9, .99}) {
    const auto queue = MD1::of(load, 1);
    EXPECT_NEAR(queue->state_tail(0), load, 1e-11);
    double mean = 0;
    for (std::size_t n = 0; n < 5000; ++n) mean += queue->state_tail(n);
    EXPECT_NEAR(mean / queue->mean_in_system(), 1, 1e-9) << load;
  }
}

TEST(MD1, AnUnstableQueueHasNoSteadyState) {
  EXPECT_FALSE(MD1::of(1, 1));
  EXPECT_FALSE(MD1::of(3, 1));
  EXPECT_FALSE(MD1::of(0, 1));
}

TEST(MPH1, OnePhaseIsMM1) {
  const auto phases = MPH1::of(.9, erlang_phases(1, 1));
  const auto queue = MM1::of(.9, 1);
  ASSERT_TRUE(phases);
  for (const double p : {.2, .5, .9, .99, .999}) {
    EXPECT_NEAR(phases->wait_quantile(p), queue->wait_quantile(p), 1e-9);
    EXPECT_NEAR(phases->sojourn_quantile(p), queue->sojourn_quantile(p), 1e-9);
  }
}

TEST(MPH1, MeansArePollaczekAndKhinchines) {
  for (const double load : {.3, .8, .98}) {
    const PhaseType erlang = erlang_phases(4, 1);
    EXPECT_NEAR(erlang.scv(), .25, 1e-14);
    EXPECT_NEAR(MPH1::of(load, erlang)->mean_wait() / MG1::of(load, 1, .25)->mean_wait(), 1, 1e-9);
    const PhaseType hyper = hyperexponential_phases(.9, .5, 5.5);
    EXPECT_NEAR(hyper.mean(), 1, 1e-14);
    const double scv = hyper.scv();
    EXPECT_NEAR(scv, 2 * (.9 * .25 + .1 * 30.25) - 1, 1e-13);
    const auto queue = MPH1::of(load, hyper);
    EXPECT_NEAR(queue->mean_wait() / MG1::of(load, 1, scv)->mean_wait(), 1, 1e-9);
    EXPECT_NEAR(queue->mean_sojourn(), queue->mean_wait() + 1, 1e-9 * queue->mean_wait() + 1e-9);
  }
}

TEST(MPH1, TwoErlangPhasesMatchTheTransformInverted) {
  // W*(s) = (1 - rho) (s + 2 mu)^2 / ((s + r1) (s + r2)), r the roots of
  // r^2 - (4 mu - lambda) r + 4 mu (mu - lambda) = 0; each pole gives an exponential.
  const double lambda = .8;
  const double mu = 1;
  const double half = (4 * mu - lambda) / 2;
  const double root = std::sqrt(half * half - 4 * mu * (mu - lambda));
  const double r1 = half - root;
  const double r2 = half + root;
  const auto tail = [&](double t) {
    const double w1 = (2 * mu - r1) * (2 * mu - r1) / (r2 - r1) / r1;
    const double w2 = (2 * mu - r2) * (2 * mu - r2) / (r1 - r2) / r2;
    return (1 - lambda / mu) * (w1 * std::exp(-r1 * t) + w2 * std::exp(-r2 * t));
  };
  const auto queue = MPH1::of(lambda, erlang_phases(2, 1));
  for (const double t : {0.0, .1, 1.0, 5.0, 20.0, 60.0})
    EXPECT_NEAR(queue->wait_tail(t), tail(t), 1e-12) << t;
}

TEST(MPH1, ManyPhasesComeCloseToAConstantService) {
  const auto nearly = MPH1::of(.8, erlang_phases(200, 1));
  const auto constant = MD1::of(.8, 1);
  EXPECT_NEAR(nearly->wait_quantile(.99) / constant->wait_quantile(.99), 1, .01);
}

TEST(MPH1, PhasesThatMakeNoSenseOrOverloadGiveNoAnswer) {
  EXPECT_FALSE(MPH1::of(1, erlang_phases(3, 1)));
  EXPECT_FALSE(MPH1::of(0, erlang_phases(3, 1)));
  EXPECT_FALSE(MPH1::of(.5, PhaseType{}));
  EXPECT_FALSE(MPH1::of(.5, PhaseType{{1}, {1}, {{.5}}}));  // goes back to itself
  EXPECT_FALSE(MPH1::of(.5, PhaseType{{.4}, {1}, {{0}}}));  // starts nowhere
  EXPECT_FALSE(MPH1::of(.5, PhaseType{{1, 0}, {1, 1}, {{0, 2}, {0, 0}}}));
}

}  // namespace
}  // namespace spillway::theory
