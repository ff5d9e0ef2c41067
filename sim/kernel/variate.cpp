#include "sim/kernel/variate.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/kernel/math.h"

namespace spillway {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kMostErlangPhases = 16;

struct Moments {
  double mean, variance;
};

/// The normal distribution above 0: with h the density over the probability above, alpha the
/// distance of 0 in standard deviations, mean + sd h and sd^2 (1 + alpha h - h^2).
Moments truncated_normal(double mean, double sd, double above) {
  const double alpha = -mean / sd;
  const double h = 0.3989422804014327 * math::exp(-0.5 * alpha * alpha) / above;
  return {mean + sd * h, sd * sd * (1.0 + (alpha - h) * h)};
}

/// Gamma(1 + 1 / shape) and its second moment's Gamma(1 + 2 / shape).
Moments weibull_moments(double shape, double scale) {
  const double first = math::exp(math::log_gamma(1.0 + 1.0 / shape));
  const double second = math::exp(math::log_gamma(1.0 + 2.0 / shape));
  return {scale * first, scale * scale * (second - first * first)};
}

Moments pareto_moments(double scale, double shape) {
  const double mean = shape > 1 ? scale * shape / (shape - 1) : kInfinity;
  const double below = shape - 1;
  return {mean, shape > 2 ? scale * scale * shape / (below * below * (shape - 2)) : kInfinity};
}

Moments lognormal_moments(double mu, double sigma) {
  const double mean = math::exp(mu + 0.5 * sigma * sigma);
  return {mean, mean * mean * (math::exp(sigma * sigma) - 1.0)};
}

/// Of the sample as it stands.
Moments column_moments(const std::vector<double>& rows) {
  const auto count = static_cast<double>(rows.size());
  double sum = 0;
  for (const double row : rows) sum += row;
  const double mean = sum / count;
  double squares = 0;
  for (const double row : rows) squares += (row - mean) * (row - mean);
  return {mean, squares / count};
}

/// Of the piecewise uniform density between the sorted sample's neighbours.
Moments empirical_moments(const std::vector<double>& sorted) {
  if (sorted.size() == 1) return {sorted[0], 0};
  const auto pieces = static_cast<double>(sorted.size() - 1);
  double sum = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) sum += 0.5 * (sorted[i - 1] + sorted[i]);
  const double mean = sum / pieces;
  double squares = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const double low = sorted[i - 1] - mean;
    const double high = sorted[i] - mean;
    squares += (low * low + low * high + high * high) / 3.0;
  }
  return {mean, squares / pieces};
}

Moments mixture_moments(const Variate& variate) {
  double mean = 0;
  for (std::size_t i = 0; i < variate.parts.size(); ++i) {
    mean += variate.weights[i] * variate.parts[i].mean();
  }
  if (mean == kInfinity) return {mean, kInfinity};
  double variance = 0;
  for (std::size_t i = 0; i < variate.parts.size(); ++i) {
    const double distance = variate.parts[i].mean() - mean;
    variance += variate.weights[i] * (variate.parts[i].variance() + distance * distance);
  }
  return {mean, variance};
}

/// Before `times` and `plus`.
Moments moments(const Variate& v) {
  switch (v.kind) {
    case VariateKind::constant:
      return {v.a, 0};
    case VariateKind::uniform:
      return {0.5 * (v.a + v.b), (v.b - v.a) * (v.b - v.a) / 12.0};
    case VariateKind::exponential:
      return {v.a, v.a * v.a};
    case VariateKind::erlang:
      return {v.a, v.a * v.a / v.b};
    case VariateKind::gamma:
      return {v.a * v.b, v.a * v.a * v.b};
    case VariateKind::lognormal:
      return lognormal_moments(v.a, v.b);
    case VariateKind::normal:
      return truncated_normal(v.a, v.b, v.c);
    case VariateKind::pareto:
      return pareto_moments(v.a, v.b);
    case VariateKind::weibull:
      return weibull_moments(v.b, v.a);
    case VariateKind::hyperexponential:
    case VariateKind::mixture:
      return mixture_moments(v);
    case VariateKind::empirical:
      return empirical_moments(*v.table);
    case VariateKind::column:
      return column_moments(*v.table);
    case VariateKind::unit:
      return {0x1p52, 0x1p106 / 12.0};
  }
  return {0, 0};
}

/// Before `times` and `plus`.
double least(const Variate& v) {
  switch (v.kind) {
    case VariateKind::constant:
    case VariateKind::uniform:
    case VariateKind::pareto:
      return v.a;
    case VariateKind::lognormal:
      return v.b > 0 ? 0 : math::exp(v.a);
    case VariateKind::empirical:
    case VariateKind::column:
      return *std::min_element(v.table->begin(), v.table->end());
    case VariateKind::hyperexponential:
    case VariateKind::mixture: {
      double result = kInfinity;
      for (const Variate& part : v.parts) result = std::min(result, part.minimum());
      return result;
    }
    case VariateKind::exponential:
    case VariateKind::erlang:
    case VariateKind::gamma:
    case VariateKind::normal:
    case VariateKind::weibull:
    case VariateKind::unit:
      return 0;
  }
  return 0;
}

Variate make(VariateKind kind, double a, double b = 0, double c = 0) {
  Variate result;
  result.kind = kind;
  result.a = a;
  result.b = b;
  result.c = c;
  return result;
}

Variate make(VariateKind kind, std::vector<double> table) {
  assert(!table.empty());
  Variate result;
  result.kind = kind;
  result.table = std::make_shared<const std::vector<double>>(std::move(table));
  return result;
}

}  // namespace

Variate Variate::constant(double x) { return make(VariateKind::constant, x); }

Variate Variate::uniform(double low, double high) {
  assert(low <= high);
  return make(VariateKind::uniform, low, high);
}

Variate Variate::exponential(double mean) {
  assert(mean >= 0);
  return make(VariateKind::exponential, mean);
}

Variate Variate::erlang(int k, double mean) {
  assert(k >= 1);
  assert(mean >= 0);
  if (k > kMostErlangPhases) return make(VariateKind::gamma, mean / k, k);
  return make(VariateKind::erlang, mean, k);
}

Variate Variate::gamma(double mean, double cv) {
  assert(mean >= 0);
  assert(cv > 0);
  return make(VariateKind::gamma, mean * cv * cv, 1.0 / (cv * cv));
}

Variate Variate::hyperexponential(double mean, double cv) {
  assert(mean >= 0);
  assert(cv >= 1);
  const double square = cv * cv;
  const double excess = std::sqrt((square - 1) / (square + 1));
  const double often = 0.5 * (1 + excess);
  // 1 - excess without cancellation, so that a large cv keeps its digits.
  const double seldom = 1.0 / ((square + 1) * (1 + excess));
  Variate result =
      mixture({often, seldom}, {exponential(0.5 * mean / often), exponential(0.5 * mean / seldom)});
  result.kind = VariateKind::hyperexponential;
  return result;
}

Variate Variate::lognormal(double mu, double sigma) {
  assert(sigma >= 0);
  return make(VariateKind::lognormal, mu, sigma);
}

Variate Variate::normal(double mean, double sd) {
  assert(sd > 0);
  assert(mean >= -30 * sd);
  return make(VariateKind::normal, mean, sd, math::normal_cdf(mean / sd));
}

Variate Variate::pareto(double scale, double shape) {
  assert(scale >= 0);
  assert(shape > 0);
  return make(VariateKind::pareto, scale, shape);
}

Variate Variate::weibull(double shape, double scale) {
  assert(scale >= 0);
  assert(shape > 0);
  return make(VariateKind::weibull, scale, shape);
}

Variate Variate::mixture(std::vector<double> weights, std::vector<Variate> parts) {
  assert(weights.size() == parts.size());
  Variate result;
  result.kind = VariateKind::mixture;
  double sum = 0;
  for (const double weight : weights) {
    assert(weight >= 0);
    sum += weight;
  }
  assert(sum > 0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) continue;
    result.weights.push_back(weights[i] / sum);
    result.parts.push_back(std::move(parts[i]));
  }
  return result;
}

Variate Variate::empirical(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return make(VariateKind::empirical, std::move(values));
}

Variate Variate::column(std::vector<double> values) {
  return make(VariateKind::column, std::move(values));
}

Variate Variate::unit() { return make(VariateKind::unit, 0); }

double Variate::mean() const { return times == 0 ? plus : times * moments(*this).mean + plus; }

double Variate::variance() const {
  return times == 0 ? 0 : times * times * moments(*this).variance;
}

double Variate::minimum() const { return std::max(0.0, times * least(*this) + plus); }

}  // namespace spillway
