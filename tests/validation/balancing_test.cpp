// Instances with lines of their own, against closed forms, from YAML.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/validation/against_theory.h"

namespace spillway {
namespace {

constexpr double kWork = 0.01;  ///< s on average

MetricName latency(Statistic::Kind kind, double percent = 0) {
  return {"api", "latency", {kind, percent}, ""};
}

/// Twenty replications of a Poisson load of `rate` (1/s) on so many instances of one slot.
VariantSummary balanced(const std::string& by, int instances, double rate,
                        const std::string& duration = "520s") {
  return run_text("run: {duration: " + duration +
                  ", warmup: 20s, replications: 20, seed: 2026}\n"
                  "producers: {shop: {load: {poisson: " +
                  std::to_string(rate) +
                  "/s}, does: [{call: api}]}}\n"
                  "services: {api: {instances: " +
                  std::to_string(instances) + ", balancing: " + by +
                  ", does: [{work: {exponential: 10ms}}]}}\n");
}

/// A time inside that is exponential, as in every GI/M/1: its mean and two percentiles.
void expect_exponential(const VariantSummary& variant, double mean) {
  expect_figure(variant, latency(Statistic::Kind::mean), mean, 0.02);
  for (const double percent : {50.0, 99.0}) {
    expect_figure(variant, latency(Statistic::Kind::percentile, percent),
                  -mean * std::log(1 - percent / 100), 0.05);
  }
}

// Poisson arrivals that are split at random are independent Poisson arrivals: four M/M/1.
TEST(Balancing, AtRandomMakesAnMM1OfEachInstance) {
  const VariantSummary variant = balanced("random", 4, 280);
  expect_exponential(variant, 1 / (1 / kWork - 280.0 / 4));
  expect_figure(variant, {"api", "in_service", {Statistic::Kind::mean, 0}, ""}, 280 * kWork, 0.01);
}

/// The mean time inside E_k/M/1. Source: D. Gross, C. M. Harris, Fundamentals of Queueing Theory,
/// ch. 5.3: the root of z = A(mu - mu z), here by iteration. `rate`: of the phases, 1/s.
double erlang_m_1(int k, double rate) {
  const double mu = 1 / kWork;
  double z = 0.5;
  for (int i = 0; i < 1000; ++i) z = std::pow(rate / (rate + mu * (1 - z)), k);
  return 1 / (mu * (1 - z));
}

// Every fourth of Poisson arrivals: intervals are Erlang with four phases.
TEST(Balancing, InTurnsMakesAnErlangM1OfEachInstance) {
  expect_exponential(balanced("round_robin", 4, 280), erlang_m_1(4, 280));
}

/// The mean time inside with the fewer of two among infinitely many servers: the share that has at
/// least i requests is load^(2^i - 1). Source: M. Mitzenmacher, The Power of Two Choices in
/// Randomized Load Balancing, IEEE Transactions on Parallel and Distributed Systems 12 (2001).
double of_two(double load) {
  double inside = 0;
  for (int i = 1; i < 12; ++i) inside += std::pow(load, std::exp2(i) - 1);
  return inside / load * kWork;
}

// The mean differs from that of infinitely many by c / n + O(1 / n^2) (N. Gast, B. Van Houdt, A
// Refined Mean Field Approximation, SIGMETRICS 2018): two sizes take c / n out. At n = 20 it is 6
// %, so a wrong limit shows. 200,000 requests in each of 20 replications: 3 standard errors are 1.5
// %.
TEST(Balancing, OfTwoChoicesHasTheTailOfItsMeanField) {
  const std::array sizes{20, 40};
  std::array<double, 2> means{};
  std::array<double, 2> half_widths{};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const VariantSummary variant =
        balanced("power_of_two", sizes.at(i), 90.0 * sizes.at(i), i == 0 ? "120s" : "80s");
    const Figure* figure = variant.find(latency(Statistic::Kind::mean));
    ASSERT_NE(figure, nullptr);
    means.at(i) = *figure->mean;
    half_widths.at(i) = (*figure->high - *figure->low) / 2;
  }
  const double limit = of_two(0.9);
  const double extrapolated = 2 * means[1] - means[0];
  const double error = std::hypot(2 * half_widths[1], half_widths[0]);
  EXPECT_GT(means[0], means[1]) << "the more servers there are the better it gets";
  EXPECT_GT(means[1], limit);
  EXPECT_LT(error, 0.02 * limit) << "too coarse to tell";
  EXPECT_NEAR(extrapolated, limit, 2 * error + 0.005 * limit);
  // And far from what one choice would have: ten times the work.
  EXPECT_LT(means[1], kWork / (1 - 0.9) / 3);
}

// One line for all is better than any choice among lines: Erlang's C.
TEST(Balancing, IsNeverAsGoodAsOneLine) {
  const VariantSummary least = balanced("least_connections", 4, 280);
  const double a = 2.8;
  double b = 1;
  for (int c = 1; c <= 4; ++c) b = a * b / (c + a * b);
  const double waits = b / (1 - a / 4 * (1 - b));
  const double one_line = kWork + waits / (4 / kWork - 280);
  const Figure* figure = least.find(latency(Statistic::Kind::mean));
  ASSERT_NE(figure, nullptr);
  EXPECT_GT(*figure->low, one_line);
  EXPECT_LT(*figure->high, 1.15 * one_line);
}

}  // namespace
}  // namespace spillway
