#include "sim/kernel/math.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "sim/kernel/hash.h"

// The references are the C library's long double functions, with 11 bits more on x86-64. A test may
// use what a result may not.

namespace spillway::math {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kTiniest = std::numeric_limits<double>::denorm_min();

/// Pseudo-random numbers of [0, 1), the same in every run.
class Numbers {
 public:
  double next() { return static_cast<double>(mix64(++count_) >> 11) * 0x1p-53; }

 private:
  std::uint64_t count_ = 0;
};

double distance_in_ulps(double found, long double exact) {
  const double rounded = std::fabs(static_cast<double>(exact));
  const auto ulp = static_cast<long double>(std::nextafter(rounded, kInfinity) - rounded);
  return static_cast<double>(std::fabs(static_cast<long double>(found) - exact) / ulp);
}

double relative_error(double found, double exact) { return std::fabs(found / exact - 1); }

TEST(Math, LogIsWithin0Point9UlpOverUniformNumbers) {
  Numbers numbers;
  for (int i = 0; i < 300'000; ++i) {
    const double x = numbers.next() + 0x1p-54;
    ASSERT_LT(distance_in_ulps(log(x), std::log(static_cast<long double>(x))), 0.9) << x;
  }
}

TEST(Math, LogIsWithin0Point9UlpOverAllMagnitudesAndNearOne) {
  Numbers numbers;
  for (int i = 0; i < 200'000; ++i) {
    const double x = std::ldexp(1 + numbers.next(), static_cast<int>(2040 * numbers.next()) - 1020);
    ASSERT_LT(distance_in_ulps(log(x), std::log(static_cast<long double>(x))), 0.9) << x;
    const double near =
        1 + std::ldexp(numbers.next() - 0.5, -static_cast<int>(50 * numbers.next()));
    ASSERT_LE(distance_in_ulps(log(near), std::log(static_cast<long double>(near))), 0.9) << near;
  }
}

TEST(Math, LogHasTheEdgeValuesOfItsRange) {
  EXPECT_EQ(log(1), 0);
  EXPECT_EQ(log(0), -kInfinity);
  EXPECT_EQ(log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(log(-1)));
  EXPECT_TRUE(std::isnan(log(kNan)));
  EXPECT_LT(relative_error(log(kTiniest), -744.4400719213812), 1e-15);
}

TEST(Math, Log1pIsWithin1Point3Ulp) {
  Numbers numbers;
  for (int i = 0; i < 200'000; ++i) {
    const double small = std::ldexp(numbers.next() - 0.5, -static_cast<int>(60 * numbers.next()));
    ASSERT_LT(distance_in_ulps(log1p(small), std::log1p(static_cast<long double>(small))), 1.3)
        << small;
    const double negative = -numbers.next();
    ASSERT_LT(distance_in_ulps(log1p(negative), std::log1p(static_cast<long double>(negative))),
              1.3)
        << negative;
    const double large = std::ldexp(1 + numbers.next(), static_cast<int>(900 * numbers.next()));
    ASSERT_LT(distance_in_ulps(log1p(large), std::log1p(static_cast<long double>(large))), 1.3)
        << large;
  }
  EXPECT_EQ(log1p(0), 0);
  EXPECT_EQ(log1p(kTiniest), kTiniest);
  EXPECT_EQ(log1p(-1), -kInfinity);
  EXPECT_EQ(log1p(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(log1p(-1.5)));
}

TEST(Math, ExpIsWithin0Point9Ulp) {
  Numbers numbers;
  for (int i = 0; i < 300'000; ++i) {
    const double wide = -708 + 1417 * numbers.next();
    ASSERT_LT(distance_in_ulps(exp(wide), std::exp(static_cast<long double>(wide))), 0.9) << wide;
    const double narrow = 2 * numbers.next() - 1;
    ASSERT_LT(distance_in_ulps(exp(narrow), std::exp(static_cast<long double>(narrow))), 0.9)
        << narrow;
  }
}

TEST(Math, ExpHasTheEdgeValuesOfItsRange) {
  EXPECT_EQ(exp(0), 1);
  EXPECT_EQ(exp(710), kInfinity);
  EXPECT_EQ(exp(kInfinity), kInfinity);
  EXPECT_EQ(exp(-746), 0);
  EXPECT_EQ(exp(-kInfinity), 0);
  EXPECT_EQ(exp(-745), kTiniest);
  EXPECT_TRUE(std::isfinite(exp(709.78)));
  EXPECT_TRUE(std::isnan(exp(kNan)));
}

TEST(Math, PowKeepsItsDigitsForLargeExponents) {
  Numbers numbers;
  for (int i = 0; i < 100'000; ++i) {
    const double x = std::ldexp(1 + numbers.next(), static_cast<int>(40 * numbers.next()) - 20);
    const double y = 40 * (numbers.next() - 0.5);
    const long double exact = std::pow(static_cast<long double>(x), static_cast<long double>(y));
    const double bound = 3e-16 + 3e-17 * std::fabs(y * std::log(x));
    ASSERT_LT(std::fabs(static_cast<double>((static_cast<long double>(pow(x, y)) - exact) / exact)),
              bound)
        << x << " " << y;
  }
  // (1 + 2^-20)^(2^20): the logarithm is needed beyond a double's digits.
  EXPECT_LT(relative_error(pow(1 + 0x1p-20, 0x1p20), 2.718280532282396), 5e-16);
}

TEST(Math, PowHasTheEdgeValuesOfItsRange) {
  EXPECT_EQ(pow(0, 2), 0);
  EXPECT_EQ(pow(0, -2), kInfinity);
  EXPECT_EQ(pow(0, 0), 1);
  EXPECT_EQ(pow(kInfinity, 0.5), kInfinity);
  EXPECT_EQ(pow(kInfinity, -0.5), 0);
  EXPECT_EQ(pow(1, kInfinity), 1);
  EXPECT_LT(relative_error(pow(2, 0.5), std::sqrt(2.0)), 3e-16);
  EXPECT_EQ(pow(2, 10), 1024);
  EXPECT_EQ(pow(2, -1074), kTiniest);
  EXPECT_EQ(pow(2, 1024), kInfinity);
  EXPECT_TRUE(std::isnan(pow(-2, 2)));
  EXPECT_TRUE(std::isnan(pow(2, kNan)));
}

TEST(Math, NormalQuantileGivesTheValuesPublishedWithTheAlgorithm) {
  EXPECT_LT(relative_error(normal_quantile(0.25), -0.6744897501960817), 1e-15);
  EXPECT_LT(relative_error(normal_quantile(0.001), -3.090232306167813), 1e-15);
  EXPECT_LT(relative_error(normal_quantile(1e-20), -9.262340089798408), 1e-15);
}

TEST(Math, NormalQuantileGivesTheTabulatedPercentiles) {
  EXPECT_NEAR(normal_quantile(0.9), 1.2815515655, 1e-10);
  EXPECT_NEAR(normal_quantile(0.95), 1.6448536270, 1e-10);
  EXPECT_NEAR(normal_quantile(0.975), 1.9599639845, 1e-10);
  EXPECT_NEAR(normal_quantile(0.99), 2.3263478740, 1e-10);
  EXPECT_NEAR(normal_quantile(0.995), 2.5758293035, 1e-10);
  EXPECT_NEAR(normal_quantile(0.999), 3.0902323062, 1e-10);
}

TEST(Math, NormalQuantileIsAntisymmetricAndHasItsEdgeValues) {
  EXPECT_EQ(normal_quantile(0.5), 0);
  EXPECT_EQ(normal_quantile(0.0625), -normal_quantile(0.9375));
  EXPECT_EQ(normal_quantile(0x1p-40), -normal_quantile(1 - 0x1p-40));
  EXPECT_EQ(normal_quantile(0), -kInfinity);
  EXPECT_EQ(normal_quantile(1), kInfinity);
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(kNan)));
}

TEST(Math, NormalCdfGivesReferenceValuesIntoTheFarTail) {
  // mpmath 1.3, 50 digits.
  static constexpr std::array<std::array<double, 2>, 9> kValues{{{-37.0, 5.725571222524577e-300},
                                                                 {-20.0, 2.7536241186062337e-89},
                                                                 {-5.0, 2.866515718791939e-07},
                                                                 {-2.0001, 0.022744733391410546},
                                                                 {-1.0, 0.15865525393145705},
                                                                 {0.0, 0.5},
                                                                 {0.5, 0.6914624612740131},
                                                                 {1.96, 0.9750021048517795},
                                                                 {3.0, 0.9986501019683699}}};
  for (const auto& [x, probability] : kValues) {
    EXPECT_LT(relative_error(normal_cdf(x), probability), 1e-14) << x;
  }
  EXPECT_EQ(normal_cdf(-kInfinity), 0);
  EXPECT_EQ(normal_cdf(kInfinity), 1);
}

TEST(Math, NormalCdfUndoesTheQuantile) {
  // An error e of the quantile z moves the probability by at most |z| (|z| + 1) e, relatively.
  for (double p = 1e-300; p < 0.5; p *= 3.7) {
    const double z = normal_quantile(p);
    EXPECT_LT(relative_error(normal_cdf(z), p), 1e-14 + (z * z - z) * 1e-15) << p;
  }
}

}  // namespace
}  // namespace spillway::math
