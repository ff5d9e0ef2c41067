#include "sim/kernel/variate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "sim/kernel/math.h"
#include "sim/kernel/site.h"

// Every kind against its cumulative distribution function, written down here once more. Samples:
// 200,000 draws of seed 1 in units of 1e9, so that rounding to integers does not show.
//
// Levels: 1e-6 each. Kolmogorov-Smirnov: sqrt(n) D < sqrt(log(2 / 1e-6) / 2) = 2.694 (Massart's
// bound, for every n). Mean: within 4.892 exact standard errors. Variance: within 4.892 standard
// errors sqrt((m4 - s^4) / n), m4 the sample's; left out where the fourth moment is infinite.

namespace spillway {
namespace {

constexpr double kUnit = 1e9;
constexpr std::uint32_t kDraws = 200'000;
constexpr double kLimitKs = 2.694;
constexpr double kLimitZ = 4.892;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Case {
  std::string name;
  Variate variate;
  std::function<double(double)> cdf;  // of the draw divided by kUnit
  bool fourth_moment = true;
  bool jumps = false;  // a value of positive probability
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

Variate times(double factor, double plus, Variate variate) {
  variate.times = factor;
  variate.plus = plus;
  return variate;
}

double exponential_cdf(double x, double mean) { return x < 0 ? 0 : -std::expm1(-x / mean); }

double hyperexponential_cdf(double x) {  // mean 2, cv 3
  const double p = (1 + std::sqrt(8.0 / 10)) / 2;
  return p * exponential_cdf(x, 1 / p) + (1 - p) * exponential_cdf(x, 1 / (1 - p));
}

double normal_cdf(double x, double mean, double sd) {
  return x < 0 ? 0
               : 1 - std::erfc((x - mean) / sd / std::sqrt(2.0)) /
                         std::erfc(-mean / sd / std::sqrt(2.0));
}

double lognormal_cdf(double x, double mu, double sigma) {
  return x <= 0 ? 0 : std::erfc(-(std::log(x) - mu) / sigma / std::sqrt(2.0)) / 2;
}

double empirical_cdf(double x) {  // of 1, 2, 4, 8, 8
  if (x < 1) return 0;
  if (x < 2) return (x - 1) / 4;
  if (x < 4) return 0.25 + (x - 2) / 8;
  return x < 8 ? 0.5 + (x - 4) / 16 : 1;
}

std::vector<Case> cases() {
  const double log_unit = std::log(kUnit);
  return {
      {"uniform", Variate::uniform(2 * kUnit, 5 * kUnit),
       [](double x) { return std::clamp((x - 2) / 3, 0.0, 1.0); }},
      {"exponential", Variate::exponential(2 * kUnit),
       [](double x) { return exponential_cdf(x, 2); }},
      {"shifted_exponential", times(3, kUnit, Variate::exponential(2 * kUnit)),
       [](double x) { return exponential_cdf(x - 1, 6); }},
      {"erlang3", Variate::erlang(3, 2 * kUnit),
       [](double x) { return math::incomplete_gamma(3, 1.5 * x); }},
      {"erlang25", Variate::erlang(25, 2 * kUnit),
       [](double x) { return math::incomplete_gamma(25, 12.5 * x); }},
      {"gamma_cv_half", Variate::gamma(2 * kUnit, 0.5),
       [](double x) { return math::incomplete_gamma(4, 2 * x); }},
      {"gamma_cv_2", Variate::gamma(2 * kUnit, 2),
       [](double x) { return math::incomplete_gamma(0.25, x / 8); }},
      {"hyperexponential", Variate::hyperexponential(2 * kUnit, 3), hyperexponential_cdf},
      {"lognormal", Variate::lognormal(log_unit + 0.3, 0.5),
       [](double x) { return lognormal_cdf(x, 0.3, 0.5); }},
      {"normal", Variate::normal(2 * kUnit, 0.3 * kUnit),
       [](double x) { return normal_cdf(x, 2, 0.3); }},
      {"normal_cut", Variate::normal(-1 * kUnit, 2 * kUnit),
       [](double x) { return normal_cdf(x, -1, 2); }},
      {"pareto", Variate::pareto(2 * kUnit, 6),
       [](double x) { return x < 2 ? 0 : 1 - std::pow(2 / x, 6); }},
      {"pareto_heavy", Variate::pareto(2 * kUnit, 2.5),
       [](double x) { return x < 2 ? 0 : 1 - std::pow(2 / x, 2.5); }, false},
      {"weibull_long", Variate::weibull(0.8, 2 * kUnit),
       [](double x) { return x < 0 ? 0 : -std::expm1(-std::pow(x / 2, 0.8)); }},
      {"weibull_short", Variate::weibull(3, 2 * kUnit),
       [](double x) { return x < 0 ? 0 : -std::expm1(-std::pow(x / 2, 3)); }},
      {"mixture",
       Variate::mixture({7, 0, 2, 1}, {Variate::exponential(kUnit), Variate::constant(50 * kUnit),
                                       Variate::uniform(kUnit, 3 * kUnit),
                                       times(2, 0, Variate::erlang(2, 2 * kUnit))}),
       [](double x) {
         return 0.7 * exponential_cdf(x, 1) + 0.2 * std::clamp((x - 1) / 2, 0.0, 1.0) +
                0.1 * math::incomplete_gamma(2, x / 2);
       }},
      {"empirical", Variate::empirical({8 * kUnit, kUnit, 2 * kUnit, 8 * kUnit, 4 * kUnit}),
       empirical_cdf, true, true},
      {"empirical_without_ties", Variate::empirical({kUnit, 4 * kUnit, 2 * kUnit}),
       [](double x) {
         return x < 2 ? std::max(0.0, (x - 1) / 2) : std::min(1.0, 0.5 + (x - 2) / 4);
       }},
      {"unit", times(kUnit * 0x1p-53, 0, Variate::unit()),
       [](double x) { return std::clamp(x, 0.0, 1.0); }},
  };
}

std::vector<double> sample(const Variate& variate) {
  Site site("variate_test", variate);
  site.begin(1, 0);
  std::vector<double> values;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    values.push_back(static_cast<double>(site.at(i, 0)) / kUnit);
  }
  return values;
}

class Kind : public testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(Variate, Kind, testing::ValuesIn(cases()),
                         [](const auto& parameter) { return parameter.param.name; });

TEST_P(Kind, IsDistributedAsItsCdfSays) {
  const Case& each = GetParam();
  std::vector<double> values = sample(each.variate);
  std::sort(values.begin(), values.end());
  double distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto n = static_cast<double>(kDraws);
    const double below = each.cdf(std::nextafter(values[i], -kInfinity));
    const double up_to = each.cdf(values[i]);
    const auto rank = static_cast<double>(i);
    // Of equal values (an atom), the first sees the share below and the last the share up to it.
    if (i == 0 || values[i - 1] < values[i])
      distance = std::max(distance, std::fabs(below - rank / n));
    if (i + 1 == values.size() || values[i + 1] > values[i]) {
      distance = std::max(distance, std::fabs((rank + 1) / n - up_to));
    }
  }
  EXPECT_LT(std::sqrt(kDraws) * distance, kLimitKs);
}

TEST_P(Kind, HasTheMeanAndTheVarianceItStates) {
  const Case& each = GetParam();
  const std::vector<double> values = sample(each.variate);
  const double mean = each.variate.mean() / kUnit;
  const double variance = each.variate.variance() / kUnit / kUnit;
  double sum = 0, squares = 0, fourths = 0;
  for (const double value : values) {
    const double square = (value - mean) * (value - mean);
    sum += value;
    squares += square;
    fourths += square * square;
  }
  EXPECT_NEAR(sum / kDraws, mean, kLimitZ * std::sqrt(variance / kDraws));
  if (!each.fourth_moment) return;
  const double spread = fourths / kDraws - variance * variance;
  EXPECT_NEAR(squares / kDraws, variance, kLimitZ * std::sqrt(spread / kDraws));
}

/// mean = integral of 1 - F, variance + mean^2 = integral of 2 x (1 - F), by the trapezoidal rule
/// in log x, whose error falls with its step (1/500) like that of the cdf's corners: 1e-5
/// relatively.
TEST_P(Kind, HasTheMomentsOfItsCdf) {
  const Case& each = GetParam();
  if (!each.fourth_moment || each.jumps) return;  // what the grid cannot see would count
  double first = 0, second = 0;
  const double step = 1.0 / 500;
  for (int i = -15'000; i < 5'000; ++i) {
    const double x = std::exp(i * step);
    const double above = (1 - each.cdf(x)) * x * step;
    first += above;
    second += 2 * x * above;
  }
  EXPECT_NEAR(each.variate.mean() / kUnit / first, 1, 1e-5);
  const double variance = each.variate.variance() / kUnit / kUnit;
  EXPECT_NEAR((variance + first * first) / second, 1, 1e-5);
}

TEST_P(Kind, IsNeverBelowItsMinimum) {
  const Case& each = GetParam();
  const std::vector<double> values = sample(each.variate);
  const double least = *std::min_element(values.begin(), values.end());
  const double minimum = each.variate.minimum() / kUnit;
  EXPECT_GE(least, minimum - 1e-9);
  // Nor is it a loose bound: nothing lies between the two.
  EXPECT_EQ(each.cdf(std::nextafter(minimum, -1)), 0);
  EXPECT_GT(each.cdf(minimum + 1e-3), 0);
}

TEST(Variate, AConstantIsRoundedHalfToEvenAndKeptWithinBounds) {
  const auto value = [](Variate variate) { return Site("constant", std::move(variate)).at(0, 0); };
  EXPECT_EQ(value(Variate::constant(2.5)), 2);
  EXPECT_EQ(value(Variate::constant(3.5)), 4);
  EXPECT_EQ(value(times(2, 1, Variate::constant(1.7))), 4);
  EXPECT_EQ(value(Variate::constant(-4)), 0);
  EXPECT_EQ(value(Variate::constant(1e300)), std::int64_t{1} << 62);
  EXPECT_EQ(Variate::constant(7).mean(), 7);
  EXPECT_EQ(Variate::constant(7).variance(), 0);
  EXPECT_EQ(Variate::constant(-7).minimum(), 0);
}

TEST(Variate, AColumnGivesItsRowsAndBeginsAgain) {
  Site site("column", times(2, 1, Variate::column({10, 30, 20})));
  site.begin(1, 0);
  EXPECT_EQ(site.at(2, 9), 41);
  EXPECT_EQ(site.at(0, 0), 21);
  EXPECT_EQ(site.at(1, 5), 61);
  EXPECT_EQ(site.at(3, 0), 21);
  EXPECT_EQ(site.at(4'294'967'295, 0), 21);  // 2^32 - 1 is a multiple of 3
  EXPECT_EQ(site.variate().mean(), 41);
  EXPECT_DOUBLE_EQ(site.variate().variance(), 4 * 200.0 / 3);
  EXPECT_EQ(site.variate().minimum(), 21);
}

TEST(Variate, AUnitIsBelowPTimes2To53WithProbabilityP) {
  Site site("unit", Variate::unit());
  site.begin(1, 0);
  for (const double p : {0.0, 0.01, 0.5, 1.0}) {
    const auto threshold = static_cast<std::int64_t>(p * 0x1p53);
    int happened = 0;
    for (std::uint32_t i = 0; i < kDraws; ++i) happened += site.at(i, 0) < threshold;
    EXPECT_NEAR(happened, p * kDraws, kLimitZ * std::sqrt(p * (1 - p) * kDraws)) << p;
  }
}

TEST(Variate, AHeavyTailHasInfiniteMoments) {
  EXPECT_EQ(Variate::pareto(1, 1).mean(), kInfinity);
  EXPECT_EQ(Variate::pareto(1, 0.4).mean(), kInfinity);
  EXPECT_EQ(Variate::pareto(1, 0.4).variance(), kInfinity);
  EXPECT_EQ(Variate::pareto(1, 2).mean(), 2);
  EXPECT_EQ(Variate::pareto(1, 2).variance(), kInfinity);
  EXPECT_EQ(Variate::mixture({1, 1}, {Variate::constant(1), Variate::pareto(1, 1)}).variance(),
            kInfinity);
  EXPECT_EQ(times(0, 3, Variate::pareto(1, 1)).mean(), 3);
}

TEST(Variate, AHyperexponentialHasTheCoefficientOfVariationAskedFor) {
  for (const double cv : {1.0, 1.5, 4.0, 100.0}) {
    const Variate variate = Variate::hyperexponential(5, cv);
    EXPECT_NEAR(variate.mean(), 5, 1e-12) << cv;
    EXPECT_NEAR(std::sqrt(variate.variance()) / 5 / cv, 1, 1e-12) << cv;
  }
}

TEST(Variate, ATruncatedNormalKeepsItsMomentsWhereLittleIsLeft) {
  // mean -10 sd: mpmath 1.3, 50 digits.
  const Variate variate = Variate::normal(-10, 1);
  EXPECT_NEAR(variate.mean() / 0.09809323396251196, 1, 1e-11);
  EXPECT_NEAR(variate.variance() / 0.009445377825656262, 1, 1e-9);
}

/// All kinds invert from above, so one message is slow, or fast, in every variant of a model.
TEST(Variate, EveryKindOfInversionRanksTheMessagesAlike) {
  const auto order = [](const Variate& variate) {
    Site site("rank", variate);
    site.begin(1, 0);
    std::vector<std::uint32_t> result(1000);
    for (std::uint32_t i = 0; i < 1000; ++i) result[i] = i;
    std::vector<std::int64_t> values;
    for (std::uint32_t i = 0; i < 1000; ++i) values.push_back(site.at(i, 0));
    std::sort(result.begin(), result.end(),
              [&](auto a, auto b) { return std::pair{values[a], a} < std::pair{values[b], b}; });
    return result;
  };
  const auto expected = order(Variate::exponential(kUnit));
  EXPECT_EQ(order(Variate::uniform(0, kUnit)), expected);
  EXPECT_EQ(order(Variate::lognormal(20, 1)), expected);
  EXPECT_EQ(order(Variate::normal(kUnit, kUnit)), expected);
  EXPECT_EQ(order(Variate::pareto(kUnit, 2)), expected);
  EXPECT_EQ(order(Variate::weibull(2, kUnit)), expected);
  EXPECT_EQ(order(Variate::empirical({0, kUnit, 3 * kUnit})), expected);
}

}  // namespace
}  // namespace spillway
