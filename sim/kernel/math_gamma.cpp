// The gamma and beta families: distribution functions, and their quantiles by Newton's method.

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "sim/kernel/math.h"

namespace spillway::math {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kTiny = 1e-300;
constexpr double kHalfLogTwoPi = 0.9189385332046728;
constexpr double kTwoPi = 6.283185307179586;
constexpr double kStirlingFrom = 12;

/// What Stirling's formula lacks: log_gamma(x) - ((x - 1/2) log x - x + log(2 pi) / 2).
double stirling_rest(double x) {
  if (x < kStirlingFrom) return log_gamma(x) - ((x - 0.5) * log(x) - x + kHalfLogTwoPi);
  static constexpr std::array kSeries{1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                      1.0 / 1188, -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400};
  const double inverse_square = 1.0 / (x * x);
  double sum = 0;
  for (std::size_t i = kSeries.size(); i-- > 0;) sum = sum * inverse_square + kSeries[i];
  return sum / x;
}

/// log_gamma(2 + y). Range: |y| <= 1/2.
double log_gamma_about_two(double y) {
  // (1 - Euler's constant) y + sum of (-1)^k (zeta(k) - 1) y^k / k, k from 2
  static constexpr std::array kZetaLessOne{
      0.6449340668482264,     0.2020569031595943,     0.08232323371113819,   0.03692775514336993,
      0.01734306198444914,    0.008349277381922827,   0.00407735619794434,   0.0020083928260822143,
      0.0009945751278180853,  0.0004941886041194645,  0.0002460865533080483, 0.00012271334757848915,
      6.124813505870483e-05,  3.058823630702049e-05,  1.528225940865187e-05, 7.637197637899763e-06,
      3.81729326499984e-06,   1.908212716553939e-06,  9.539620338727962e-07, 4.769329867878064e-07,
      2.38450502727733e-07,   1.1921992596531106e-07, 5.960818905125948e-08, 2.980350351465228e-08,
      1.4901554828365043e-08, 7.45071178983543e-09,   3.725334024788457e-09, 1.862659723513049e-09,
      9.313274324196682e-10,  4.656629065033784e-10};
  double sum = 0;
  for (std::size_t i = kZetaLessOne.size(); i-- > 0;) {
    const auto k = static_cast<double>(i + 2);
    sum = kZetaLessOne[i] / k - sum * y;
  }
  return y * (0.42278433509846713 + y * sum);
}

/// x log(x / mean) + mean - x without cancellation (Loader's "deviance").
double deviance(double x, double mean) {
  const double difference = x - mean;
  const double v = difference / (x + mean);
  if (v > 0.1 || v < -0.1) return x * log(x / mean) - difference;
  double sum = difference * v;
  double power = 2 * x * v;
  const double v2 = v * v;
  for (int i = 3;; i += 2) {
    power *= v2;
    const double next = sum + power / i;
    if (next == sum) return sum;
    sum = next;
  }
}

/// Both tails of a distribution at x, and the density times x.
struct Tails {
  double lower, upper, slope;
};

/// x^a y^b / B(a, b), y = 1 - x.
double beta_weight(double a, double b, double x, double y) {
  const double n = a + b;
  const double rest = stirling_rest(n) - stirling_rest(a) - stirling_rest(b);
  return exp(rest - deviance(a, n * x) - deviance(b, n * y)) * std::sqrt(a / n * b / kTwoPi);
}

/// I_x(a, b) over its weight. Range: x at most the mean a / (a + b), y = 1 - x.
double beta_fraction(double a, double b, double x, double y) {
  const double below_mean = a * y - b * x;
  double fraction = a / (a + 1) * (below_mean + 1);
  double c = fraction;
  double d = 0;
  for (int i = 1; i < 1'000'000; ++i) {
    const double n = i;
    const double odd = a + 2 * n - 1;
    const double share = n * (b - n) * x / odd;
    const double numerator = (a + n - 1) * (a + b + n - 1) / odd * share * x;
    const double denominator =
        n + share + (a + n) / (a + 2 * n + 1) * (below_mean + 1 + n * (1 + y));
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    const double factor = c * d;
    fraction *= factor;
    if (factor > 1 - kEpsilon && factor < 1 + kEpsilon) break;
  }
  return 1 / fraction;
}

/// Range: 0 < x < 1, y = 1 - x.
Tails beta_tails(double a, double b, double x, double y) {
  const double weight = beta_weight(a, b, x, y);
  if (a * y >= b * x) {
    const double lower = weight * beta_fraction(a, b, x, y);
    return {lower, 1.0 - lower, weight / y};
  }
  const double upper = weight * beta_fraction(b, a, y, x);
  return {1.0 - upper, upper, weight / y};
}

/// Range: 0 < x < infinity.
Tails gamma_tails(double a, double x) {
  const double weight = exp(-deviance(a, x) - stirling_rest(a)) * std::sqrt(a / kTwoPi);
  if (x < a + 1) {
    double term = 1.0 / a;
    double sum = term;
    for (double n = a + 1; term > sum * (kEpsilon / 4); n += 1) {
      term *= x / n;
      sum += term;
    }
    const double lower = weight * sum;
    return {lower, 1.0 - lower, weight};
  }
  double b = x + 1 - a;
  double c = 1 / kTiny;
  double d = 1 / b;
  double fraction = d;
  for (int i = 1; i < 1'000'000; ++i) {
    const double m = i;
    const double numerator = -m * (m - a);
    b += 2;
    d = numerator * d + b;
    d = 1 / (d > kTiny || d < -kTiny ? d : kTiny);
    c = b + numerator / c;
    if (c < kTiny && c > -kTiny) c = kTiny;
    const double factor = d * c;
    fraction *= factor;
    if (factor > 1.0 - kEpsilon && factor < 1.0 + kEpsilon) break;
  }
  const double upper = weight * fraction;
  return {1.0 - upper, upper, weight};
}

/// The x in (0, limit) where the lower tail is p and the upper one q = 1 - p; 0 where it
/// underflows.
///
/// Newton's method on the logarithm of the smaller tail over log x, bisecting where a step leaves
/// the bracket.
template <class Function>
double solve(double p, double q, double start, double limit, Function tails) {
  double low = 0;
  double high = limit;
  double x = start;
  for (int i = 0; i < 400; ++i) {
    const Tails at = tails(x);
    const double found = p <= q ? at.lower : at.upper;
    const double step =
        p <= q ? log(found / p) * found / at.slope : log(q / found) * found / at.slope;
    const bool too_high = p <= q ? found > p : found < q;
    (too_high ? high : low) = x;
    double next = x * exp(-step);
    if (!(next > low && next < high)) {
      if (low > 0)
        next = std::sqrt(low) * std::sqrt(high);
      else
        next = high < 1e-290 ? 0 : high * (high > 1e-10 ? 1e-3 : 1e-30);
      if (high == kInfinity) next = low * 8;
    }
    if (next < std::numeric_limits<double>::min()) return 0;
    const double change = next / x - 1;
    x = next;
    if (change < 4 * kEpsilon && change > -4 * kEpsilon) break;
  }
  return x;
}

/// A beta quantile and its complement, each exact in its own digits.
std::pair<double, double> beta_quantile_pair(double p, double q, double a, double b) {
  const Tails middle = beta_tails(a, b, 0.5, 0.5);
  const bool swapped = p <= q ? middle.lower < p : middle.upper > q;
  if (swapped) {
    std::swap(p, q);
    std::swap(a, b);
  }
  const double mean = a / (a + b);
  const double x = solve(p, q, mean < 0.5 ? mean : 0.5, 0.5 + 1e-9,
                         [a, b](double at) { return beta_tails(a, b, at, 1.0 - at); });
  return swapped ? std::pair{1.0 - x, x} : std::pair{x, 1.0 - x};
}

}  // namespace

double log_gamma(double x) {
  if (!(x > 0)) return x == 0 ? kInfinity : kNan;
  if (x == kInfinity) return x;
  if (x < 0.5) return log_gamma_about_two(x) - log1p(x) - log(x);
  if (x < 1.5) return log_gamma_about_two(x - 1) - log1p(x - 1);
  if (x >= kStirlingFrom) return (x - 0.5) * log(x) - x + kHalfLogTwoPi + stirling_rest(x);
  double product = 1;
  while (x > 2.5) {
    x -= 1;
    product *= x;
  }
  return log_gamma_about_two(x - 2) + log(product);
}

double incomplete_beta(double a, double b, double x) {
  if (!(a > 0 && b > 0) || x != x) return kNan;
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return beta_tails(a, b, x, 1.0 - x).lower;
}

double beta_quantile(double p, double a, double b) {
  if (!(a > 0 && b > 0 && p >= 0 && p <= 1)) return kNan;
  if (p == 0 || p == 1) return p;
  return beta_quantile_pair(p, 1.0 - p, a, b).first;
}

double student_t_quantile(double p, double df) {
  if (!(df > 0 && p >= 0 && p <= 1)) return kNan;
  if (p == 0 || p == 1) return p == 0 ? -kInfinity : kInfinity;
  if (p == 0.5) return 0;
  if (df > 1e8) {  // the first term of the expansion about the normal quantile: the next is 1e-16
    const double z = normal_quantile(p);
    return z + z * (z * z + 1) / (4 * df);
  }
  // t^2 / (df + t^2) is beta distributed (1/2, df/2).
  const double tail = p < 0.5 ? p : 1.0 - p;
  const auto [share, rest] = beta_quantile_pair(1.0 - 2 * tail, 2 * tail, 0.5, df / 2);
  const double t = std::sqrt(df * share / rest);
  return p < 0.5 ? -t : t;
}

double incomplete_gamma(double a, double x) {
  if (!(a > 0) || x != x) return kNan;
  if (x <= 0) return 0;
  return x == kInfinity ? 1 : gamma_tails(a, x).lower;
}

double gamma_quantile(double p, double a) {
  if (!(a > 0 && p >= 0 && p <= 1)) return kNan;
  if (p == 0 || p == 1) return p == 0 ? 0 : kInfinity;
  return solve(p, 1.0 - p, a, kInfinity, [a](double x) { return gamma_tails(a, x); });
}

}  // namespace spillway::math
