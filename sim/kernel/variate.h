#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace spillway {

enum class VariateKind : std::uint8_t {
  constant,          ///< a
  uniform,           ///< between a and b
  exponential,       ///< mean a
  erlang,            ///< mean a, b phases
  gamma,             ///< scale a, shape b
  hyperexponential,  ///< a mixture of two exponentials
  lognormal,         ///< log x is normal: mean a, standard deviation b
  normal,            ///< mean a and standard deviation b before the values below 0 are left out
  pareto,            ///< scale a (the least value), shape b
  weibull,           ///< scale a, shape b
  mixture,           ///< parts, chosen by weights
  empirical,         ///< a sample, interpolated
  column,            ///< the rows of a trace: row = ordinal, from the first again after the last
  unit,  ///< uniform among the integers below 2^53: happens with probability p if < p 2^53
};

/// A distribution, compiled: plain numbers in the unit of what is drawn (ns, bytes, or none).
///
/// A draw is times * x + plus, rounded to the nearest integer (ties to even) within [0, 2^62]. All
/// kinds but mixtures turn one uniform number into x by inversion, from above: the same number
/// gives a large x, or a small one, whatever the kind, so that two variants of a model differ by
/// their distributions only. Erlang and gamma take further numbers of the same address.
///
/// Made by the functions below, which assert their ranges: what a user may get wrong is checked
/// where it is read.
struct Variate {
  VariateKind kind = VariateKind::constant;
  double a = 0, b = 0, c = 0;  ///< as the kind says; c of normal: the probability above 0
  double times = 1;            ///< Range: times >= 0
  double plus = 0;
  std::vector<double> weights;                       ///< of the parts; they sum to 1
  std::vector<Variate> parts;                        ///< mixture and hyperexponential
  std::shared_ptr<const std::vector<double>> table;  ///< empirical: sorted; column: by row

  /// Always x.
  static Variate constant(double x);
  /// Range: low <= high.
  static Variate uniform(double low, double high);
  /// Range: mean >= 0.
  static Variate exponential(double mean);
  /// Sum of k exponentials. Range: k >= 1. From 17 phases on it is drawn as a gamma of shape k.
  static Variate erlang(int k, double mean);
  /// Range: mean >= 0, cv > 0 (standard deviation over mean).
  static Variate gamma(double mean, double cv);
  /// Two exponential branches that carry half of the mean each. Range: mean >= 0, cv >= 1.
  static Variate hyperexponential(double mean, double cv);
  /// Range: sigma >= 0. lognormal.h gives mu and sigma from a mean, a median, a p99...
  static Variate lognormal(double mu, double sigma);
  /// The normal distribution given that it is not negative. Range: sd > 0, mean >= -30 sd.
  static Variate normal(double mean, double sd);
  /// P(X > x) = (scale / x)^shape. Range: scale >= 0, shape > 0.
  static Variate pareto(double scale, double shape);
  /// P(X > x) = exp(-(x / scale)^shape). Range: scale >= 0, shape > 0.
  static Variate weibull(double shape, double scale);
  /// Range: as many weights as parts, all >= 0, one > 0; they are divided by their sum.
  static Variate mixture(std::vector<double> weights, std::vector<Variate> parts);
  /// The sample's quantile function, linear between (i - 1) / (n - 1) and i / (n - 1) (type 7 of
  /// R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American Statistician
  /// 50, 1996). Range: not empty; any order.
  static Variate empirical(std::vector<double> values);
  /// Range: not empty.
  static Variate column(std::vector<double> values);
  static Variate unit();

  /// Mean of a draw before it is rounded and kept within [0, 2^62]; infinite where the integral is.
  double mean() const;

  /// Variance of a draw before it is rounded and kept within bounds. Unit: that of the draw,
  /// squared.
  double variance() const;

  /// The largest value that no draw is below, before rounding; not below 0, as no draw is.
  double minimum() const;
};

}  // namespace spillway
