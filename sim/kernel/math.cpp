#include "sim/kernel/math.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "sim/kernel/elementary.h"

namespace spillway::math {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kSmallestNormal = std::numeric_limits<double>::min();

/// An unevaluated sum of two doubles, the second small against the first.
struct Pair {
  double high, low;
};

/// The exact product of two doubles (Dekker). Range: |a|, |b| < 2^996, product not near underflow.
Pair exact_product(double a, double b) {
  constexpr double kSplit = 0x1p27 + 1.0;
  const double a_wide = a * kSplit;
  const double a_high = a_wide - (a_wide - a);
  const double a_low = a - a_high;
  const double b_wide = b * kSplit;
  const double b_high = b_wide - (b_wide - b);
  const double b_low = b - b_high;
  const double product = a * b;
  return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

/// The exact sum of two doubles (Knuth).
Pair exact_sum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

/// log(x) to about 70 bits. Range: positive, normal, finite.
Pair precise_log(double x) {
  const auto [k, f] = elementary::reduce(x);
  // log(1 + f) = f - f^2 / 2 + tail: the first two exactly, the tail is small.
  const Pair square = exact_product(f, f);
  const double tail = elementary::log_tail(f, 0.5 * square.high);
  const Pair first = exact_sum(k * elementary::kLog2High, f);
  const Pair second = exact_sum(first.high, -0.5 * square.high);
  const Pair third = exact_sum(second.high, tail);
  const double rest = first.low + second.low + third.low + k * elementary::kLog2Low;
  return exact_sum(third.high, rest - 0.5 * square.low);
}

template <std::size_t n>
double polynomial(const std::array<double, n>& coefficients, double x) {
  double sum = 0;
  for (std::size_t i = n; i-- > 0;) sum = sum * x + coefficients[i];
  return sum;
}

}  // namespace

double log(double x) {
  if (!(x > 0)) return x == 0 ? -kInfinity : kNan;
  if (x < kSmallestNormal) {
    return -elementary::negative_log(x * 0x1p54) -
           54 * (elementary::kLog2High + elementary::kLog2Low);
  }
  return x == kInfinity ? x : -elementary::negative_log(x);
}

double log1p(double x) {
  if (!(x > -1)) return x == -1 ? -kInfinity : kNan;
  if (x > -0.29 && x < 0.41) {  // no reduction: 1 + x is never rounded
    const double half = 0.5 * x * x;
    return x - (half - elementary::log_tail(x, half));
  }
  if (x > 0x1p53) return log(x);
  const double u = 1.0 + x;
  const double lost = x > 1.0 ? 1.0 - (u - x) : x - (u - 1.0);
  return lost / u - elementary::negative_log(u);
}

double exp(double x) {
  if (x > 709.782712893384) return kInfinity;
  if (x < -745.1332191019412) return 0;
  return x == x ? elementary::exponential(x) : x;
}

double pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (!(x >= 0) || y != y) return kNan;
  if (x == 0 || x == kInfinity) return (x == 0) == (y > 0) ? 0 : kInfinity;
  const double scale = x < kSmallestNormal ? 0x1p54 : 1.0;
  Pair logarithm = precise_log(x * scale);
  if (scale != 1.0) {
    logarithm = exact_sum(logarithm.high, -54 * elementary::kLog2High);
    logarithm.low -= 54 * elementary::kLog2Low;
  }
  const double estimate = logarithm.high * y;
  if (estimate > 710) return kInfinity;
  if (estimate < -746) return 0;
  const Pair exponent = exact_product(logarithm.high, y);
  const double power = exp(exponent.high);
  return power == kInfinity ? power : power + power * (exponent.low + logarithm.low * y);
}

double normal_quantile(double p) {
  static constexpr std::array kTail{1.42343711074968357734e0,  4.63033784615654529590e0,
                                    5.76949722146069140550e0,  3.64784832476320460504e0,
                                    1.27045825245236838258e0,  2.41780725177450611770e-1,
                                    2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr std::array kTailBelow{1.0,
                                         2.05319162663775882187e0,
                                         1.67638483018380384940e0,
                                         6.89767334985100004550e-1,
                                         1.48103976427480074590e-1,
                                         1.51986665636164571966e-2,
                                         5.47593808499534494600e-4,
                                         1.05075007164441684324e-9};
  static constexpr std::array kFarTail{6.65790464350110377720e0,  5.46378491116411436990e0,
                                       1.78482653991729133580e0,  2.96560571828504891230e-1,
                                       2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                       2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr std::array kFarTailBelow{1.0,
                                            5.99832206555887937690e-1,
                                            1.36929880922735805310e-1,
                                            1.48753612908506148525e-2,
                                            7.86869131145613259100e-4,
                                            1.84631831751005468180e-5,
                                            1.42151175831644588870e-7,
                                            2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (elementary::is_central(q)) return elementary::central_normal_quantile(q);
  if (!(p > 0 && p < 1)) return p == 0 ? -kInfinity : p == 1 ? kInfinity : kNan;
  const double r = std::sqrt(-log(q < 0 ? p : 1.0 - p));
  const double x = r <= 5 ? polynomial(kTail, r - 1.6) / polynomial(kTailBelow, r - 1.6)
                          : polynomial(kFarTail, r - 5.0) / polynomial(kFarTailBelow, r - 5.0);
  return q < 0 ? -x : x;
}

double normal_cdf(double x) {
  if (x != x) return x;
  if (x < -39) return 0;
  if (x > 39) return 1;
  const Pair square = exact_product(x, x);
  constexpr double kInverseRootTwoPi = 0.3989422804014327;
  const double density = kInverseRootTwoPi * exp(-0.5 * square.high) * (1.0 - 0.5 * square.low);
  if (x > -1.5 && x < 2) {
    double sum = x;
    double term = x;
    for (int i = 3; i < 80; i += 2) {
      term *= square.high / i;
      sum += term;
    }
    return 0.5 + sum * density;
  }
  const double distance = x < 0 ? -x : x;
  double fraction = distance;
  for (int i = 150; i > 0; --i) fraction = distance + i / fraction;
  const double tail = density / fraction;
  return x < 0 ? tail : 1.0 - tail;
}

}  // namespace spillway::math
