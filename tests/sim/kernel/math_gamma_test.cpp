#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "sim/kernel/math.h"

namespace spillway::math {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double relative_error(double found, double exact) { return std::fabs(found / exact - 1); }

TEST(Math, LogGammaGivesReferenceValuesAlsoNearItsZeros) {
  // mpmath 1.3, 50 digits, at the doubles nearest to the arguments.
  static constexpr std::array<std::array<double, 2>, 14> kValues{{{1e-10, 23.025850929882736},
                                                                  {0.1, 2.252712651734206},
                                                                  {0.5, 0.5723649429247001},
                                                                  {0.999, 0.0005780385328913802},
                                                                  {1.0001, -5.771334222047127e-05},
                                                                  {1.5, -0.12078223763524522},
                                                                  {1.9999, -4.227520877215346e-05},
                                                                  {2.25, 0.1248717148923966},
                                                                  {3, 0.6931471805599453},
                                                                  {7.5, 7.534364236758733},
                                                                  {11.99, 17.477885575426185},
                                                                  {12, 17.502307845873887},
                                                                  {100.5, 361.4355404677776},
                                                                  {1e8, 1742068066.1038346}}};
  for (const auto& [x, value] : kValues) EXPECT_LT(relative_error(log_gamma(x), value), 1e-14) << x;
  EXPECT_EQ(log_gamma(1), 0);
  EXPECT_EQ(log_gamma(2), 0);
  EXPECT_EQ(log_gamma(0), kInfinity);
  EXPECT_TRUE(std::isnan(log_gamma(-0.5)));
}

TEST(Math, IncompleteBetaGivesReferenceValues) {
  // Boost.Math 1.74 over 50-digit floating point.
  static constexpr std::array<std::array<double, 4>, 11> kValues{
      {{0.5, 0.5, 0.1, 0.20483276469913345},
       {2, 3, 0.25, 0.26171875},
       {0.01, 5, 1e-6, 0.88923600831752236},
       {100, 200, 0.3, 0.10884306564490975},
       {1e4, 2e4, 0.335, 0.73013463424357239},
       {1e6, 1e6, 0.5003, 0.80192803715788508},
       {1e6, 3.5, 0.99999, 0.0055694130807935911},
       {3.5, 1e6, 5e-6, 0.81142865757417182},
       {5, 97, 0.0062, 0.00044293484559324855},
       {50, 0.5, 0.01, 7.9982274179048217e-102},
       {1e5, 2e5, 0.32, 3.6872816791630252e-55}}};
  for (const auto& [a, b, x, value] : kValues) {
    EXPECT_LT(relative_error(incomplete_beta(a, b, x), value), 1e-12) << a << " " << b << " " << x;
  }
  EXPECT_EQ(incomplete_beta(2, 3, 0), 0);
  EXPECT_EQ(incomplete_beta(2, 3, 1), 1);
}

TEST(Math, BetaQuantileGivesThePublishedClopperPearsonLimits) {
  // 3 successes of 100, and none of n (one-sided 95 %: 1 - 0.05^(1/n)).
  EXPECT_NEAR(beta_quantile(0.025, 3, 98), 0.006230, 5e-7);
  EXPECT_NEAR(beta_quantile(0.975, 4, 97), 0.085176, 5e-7);
  for (const double n : {100.0, 300.0, 1000.0, 3000.0}) {
    EXPECT_LT(relative_error(beta_quantile(0.95, 1, n), 1 - std::pow(0.05, 1 / n)), 1e-12) << n;
  }
  EXPECT_NEAR(beta_quantile(0.95, 1, 100), 0.029513, 5e-7);
  EXPECT_NEAR(beta_quantile(0.95, 1, 3000), 0.000998, 5e-7);
}

TEST(Math, BetaQuantileUndoesTheIncompleteBeta) {
  // An error of 1e-12 in x moves I by x f(x) / I times as much; a and b say how large that may be.
  for (const double a : {0.05, 0.5, 1.0, 7.0, 300.0}) {
    for (const double b : {0.05, 0.5, 1.0, 7.0, 300.0}) {
      for (const double p : {1e-12, 1e-3, 0.2, 0.5, 0.8, 0.999}) {
        const double x = beta_quantile(p, a, b);
        if (x < 1e-280 || x > 0.9) continue;  // near 1 the double nearest to x is too coarse
        EXPECT_LT(relative_error(incomplete_beta(a, b, x), p), 1e-12 * (1 + a + 10 * b))
            << a << " " << b << " " << p;
      }
    }
  }
  EXPECT_EQ(beta_quantile(0, 2, 3), 0);
  EXPECT_EQ(beta_quantile(1, 2, 3), 1);
  EXPECT_EQ(beta_quantile(1e-9, 1e-3, 1), 0);  // 1e-9000 is below every double
}

TEST(Math, StudentQuantileGivesTheTabulatedValues) {
  static constexpr std::array<std::array<double, 2>, 19> k975{{{1, 12.706205},
                                                               {2, 4.302653},
                                                               {3, 3.182446},
                                                               {4, 2.776445},
                                                               {5, 2.570582},
                                                               {6, 2.446912},
                                                               {7, 2.364624},
                                                               {8, 2.306004},
                                                               {9, 2.262157},
                                                               {10, 2.228139},
                                                               {14, 2.144787},
                                                               {19, 2.093024},
                                                               {24, 2.063899},
                                                               {29, 2.045230},
                                                               {30, 2.042272},
                                                               {49, 2.009575},
                                                               {60, 2.000298},
                                                               {99, 1.984217},
                                                               {120, 1.979930}}};
  for (const auto& [df, t] : k975) EXPECT_NEAR(student_t_quantile(0.975, df), t, 6e-7) << df;
  static constexpr std::array<std::array<double, 2>, 6> k95{{{1, 6.313752},
                                                             {4, 2.131847},
                                                             {9, 1.833113},
                                                             {19, 1.729133},
                                                             {29, 1.699127},
                                                             {99, 1.660391}}};
  for (const auto& [df, t] : k95) EXPECT_NEAR(student_t_quantile(0.95, df), t, 6e-7) << df;
  static constexpr std::array<std::array<double, 2>, 4> k995{
      {{4, 4.604095}, {9, 3.249836}, {19, 2.860935}, {99, 2.626405}}};
  for (const auto& [df, t] : k995) EXPECT_NEAR(student_t_quantile(0.995, df), t, 6e-7) << df;
  EXPECT_NEAR(student_t_quantile(0.9995, 9), 4.780913, 6e-7);
}

TEST(Math, StudentQuantileIsExactForOneAndTwoDegreesOfFreedom) {
  // df = 1: tan(pi (p - 1/2)); df = 2: (2p - 1) / sqrt(2 p (1 - p)).
  for (const double p : {1e-9, 0.01, 0.3, 0.49, 0.6, 0.9, 0.975}) {
    const double pi = 3.141592653589793;
    EXPECT_LT(relative_error(student_t_quantile(p, 1),
                             p < 0.2 ? -1 / std::tan(pi * p) : std::tan(pi * (p - 0.5))),
              1e-12)
        << p;
    EXPECT_LT(relative_error(student_t_quantile(p, 2), (2 * p - 1) / std::sqrt(2 * p * (1 - p))),
              1e-12)
        << p;
  }
}

TEST(Math, StudentQuantileIsAntisymmetricAndTendsToTheNormalOne) {
  EXPECT_EQ(student_t_quantile(0.25, 7), -student_t_quantile(0.75, 7));
  EXPECT_EQ(student_t_quantile(0.5, 7), 0);
  EXPECT_EQ(student_t_quantile(1, 7), kInfinity);
  EXPECT_EQ(student_t_quantile(0.975, kInfinity), normal_quantile(0.975));
  // Both sides of where the expansion takes over.
  EXPECT_LT(relative_error(student_t_quantile(0.975, 0.99e8), student_t_quantile(0.975, 1.01e8)),
            1e-9);
}

TEST(Math, IncompleteGammaGivesReferenceValues) {
  // mpmath 1.3, 50 digits.
  static constexpr std::array<std::array<double, 3>, 10> kValues{
      {{0.5, 0.1, 0.345279153981423},
       {1, 1, 0.6321205588285577},
       {3, 2.5, 0.45618688411667047},
       {10, 20, 0.9950045876916924},
       {10, 2, 4.6498075017263805e-05},
       {100, 90, 0.15822098918643016},
       {100, 130, 0.9972495916326934},
       {1e4, 1.01e4, 0.8413487504471796},
       {1e6, 999000, 0.15865521357430365},
       {0.01, 1e-10, 0.7988610914336052}}};
  for (const auto& [a, x, value] : kValues) {
    EXPECT_LT(relative_error(incomplete_gamma(a, x), value), 1e-12) << a << " " << x;
  }
  EXPECT_EQ(incomplete_gamma(2, 0), 0);
  EXPECT_EQ(incomplete_gamma(2, kInfinity), 1);
}

TEST(Math, GammaQuantileGivesTheTabulatedChiSquareValues) {
  static constexpr std::array<std::array<double, 3>, 7> kValues{{{1, 3.8415, 5e-5},
                                                                 {2, 5.9915, 5e-5},
                                                                 {5, 11.0705, 5e-5},
                                                                 {9, 16.919, 5e-4},
                                                                 {10, 18.307, 5e-4},
                                                                 {30, 43.773, 5e-4},
                                                                 {99, 123.2252, 5e-5}}};
  for (const auto& [df, value, digit] : kValues) {
    EXPECT_NEAR(2 * gamma_quantile(0.95, df / 2), value, digit) << df;
  }
  EXPECT_LT(relative_error(gamma_quantile(0.75, 1), std::log(4.0)), 1e-13);
  EXPECT_EQ(gamma_quantile(0, 3), 0);
  EXPECT_EQ(gamma_quantile(1, 3), kInfinity);
}

}  // namespace
}  // namespace spillway::math
