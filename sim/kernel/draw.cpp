#include "sim/kernel/draw.h"

#include <algorithm>
#include <cmath>

#include "sim/kernel/elementary.h"
#include "sim/kernel/line.h"
#include "sim/kernel/math.h"

namespace spillway {
namespace {

// Sub-draws: 0 is inversion's; gamma takes 1 for a shape below 1, then 2, 3, then 4, 5 and so on,
// two an attempt; erlang takes 1 .. k.
constexpr std::uint32_t kBoostSub = 1;
constexpr std::uint32_t kFirstAttemptSub = 2;

/// Marsaglia and Tsang reject at most one attempt in 20, so 64 attempts fail once in 1e83 draws.
constexpr std::uint32_t kMostAttempts = 64;

/// The numbers of one address, computed when asked for.
struct Addressed {
  const DrawSource& source;
  std::uint32_t ordinal;

  double operator()(std::uint32_t sub) const {
    return elementary::open_uniform(
        philox_bits(sub == 0 ? source.inversion() : source.further(sub), ordinal));
  }
  double normal(std::uint32_t sub) const { return math::normal_quantile((*this)(sub)); }
};

/// The same, the first ones taken from lines computed before.
struct Prepared {
  static constexpr std::uint32_t kSubs = 4;
  Addressed addressed;
  const double (*lines)[kLineLength];
  const double* normals;  ///< of the first attempt

  double operator()(std::uint32_t sub) const {
    return sub < kSubs ? lines[sub][addressed.ordinal % kLineLength] : addressed(sub);
  }
  double normal(std::uint32_t sub) const {
    return sub == kFirstAttemptSub ? normals[addressed.ordinal % kLineLength]
                                   : addressed.normal(sub);
  }
};

/// The next numbers of a stream, whatever their sub-draw.
struct InOrder {
  Mrg32k3a& stream;

  double operator()(std::uint32_t) const { return 1.0 - stream.next(); }
  double normal(std::uint32_t sub) const { return math::normal_quantile((*this)(sub)); }
};

/// A gamma variable of scale 1.
///
/// Source: G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26
/// (2000) 363-372; a shape below 1 by their section 6.
template <class Numbers>
double gamma_value(double shape, const Numbers& numbers) {
  const double boosted = shape < 1 ? shape + 1 : shape;
  const double d = boosted - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  double result = d;
  for (std::uint32_t attempt = 0; attempt < kMostAttempts; ++attempt) {
    const std::uint32_t sub = kFirstAttemptSub + 2 * attempt;
    const double x = -numbers.normal(sub);
    const double u = numbers(sub + 1);
    const double root = 1.0 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double x2 = x * x;
    if (u < 1.0 - 0.0331 * x2 * x2 ||
        -elementary::negative_log(u) < 0.5 * x2 + d * (1.0 - v - elementary::negative_log(v))) {
      result = d * v;
      break;
    }
  }
  return shape < 1 ? result * math::exp(-elementary::negative_log(numbers(kBoostSub)) / shape)
                   : result;
}

template <class Numbers>
double erlang_value(double mean, double phases, const Numbers& numbers) {
  const auto k = static_cast<std::uint32_t>(phases);
  double sum = 0;
  for (std::uint32_t sub = 1; sub <= k; ++sub) sum += elementary::negative_log(numbers(sub));
  return mean / phases * sum;
}

double uniform_scale(const Variate& v) { return -v.times * (v.b - v.a); }

double uniform_shift(const Variate& v) { return v.times * v.b + v.plus; }

double row(const std::vector<double>& rows, std::uint32_t ordinal) {
  return rows[ordinal < rows.size() ? ordinal : ordinal % rows.size()];
}

/// The sample's quantile at 1 - u.
double empirical_value(const std::vector<double>& sorted, double u) {
  if (sorted.size() == 1) return sorted[0];
  const double position = (1.0 - u) * static_cast<double>(sorted.size() - 1);
  const std::size_t i = std::min(static_cast<std::size_t>(position), sorted.size() - 2);
  return sorted[i] + (position - static_cast<double>(i)) * (sorted[i + 1] - sorted[i]);
}

struct Choice {
  std::size_t part;
  double number;
};

/// One number picks the part and, stretched, is the part's own.
Choice choose(const Variate& v, double u) {
  std::size_t i = 0;
  while (i + 1 < v.parts.size() && u >= v.weights[i]) u -= v.weights[i++];
  return {i, std::clamp(u / v.weights[i], 0x1p-53, 1.0 - 0x1p-53)};
}

/// times * x + plus, where u is the probability that x is exceeded.
template <class Numbers>
double value(const Variate& v, double u, std::uint32_t ordinal, const Numbers& numbers) {
  double x = 0;
  switch (v.kind) {
    case VariateKind::constant:
      x = v.a;
      break;
    case VariateKind::uniform:
      x = v.b - (v.b - v.a) * u;
      break;
    case VariateKind::exponential:
      return v.times * v.a * elementary::negative_log(u) + v.plus;
    case VariateKind::erlang:
      x = erlang_value(v.a, v.b, numbers);
      break;
    case VariateKind::gamma:
      x = v.a * gamma_value(v.b, numbers);
      break;
    case VariateKind::lognormal:
      x = elementary::bounded_exponential(v.a - v.b * math::normal_quantile(u));
      break;
    case VariateKind::normal:
      x = std::max(0.0, v.a - v.b * math::normal_quantile(v.c * u));
      break;
    case VariateKind::pareto:
      x = v.a * math::exp(elementary::negative_log(u) / v.b);
      break;
    case VariateKind::weibull:
      x = elementary::scaled_power(elementary::negative_log(u), 1.0 / v.b, v.a);
      break;
    case VariateKind::hyperexponential:
    case VariateKind::mixture: {
      const Choice choice = choose(v, u);
      x = value(v.parts[choice.part], choice.number, ordinal, numbers);
      break;
    }
    case VariateKind::empirical:
      x = empirical_value(*v.table, u);
      break;
    case VariateKind::column:
      x = (*v.table)[ordinal % v.table->size()];
      break;
    case VariateKind::unit:
      x = u * 0x1p53;
      break;
  }
  return v.times * x + v.plus;
}

// The same a line at a time, before `times` and `plus`.

void erlang_line(const Variate& v, const DrawSource& source, std::uint32_t line, double* out) {
  double sums[kLineLength] = {};
  const auto phases = static_cast<std::uint32_t>(v.b);
  for (std::uint32_t sub = 1; sub <= phases; ++sub) {
    line_kernels().exponentials(source.further(sub), line, out);
    for (std::size_t i = 0; i < kLineLength; ++i) sums[i] += out[i];
  }
  for (std::size_t i = 0; i < kLineLength; ++i) out[i] = v.a / v.b * sums[i];
}

void gamma_line(const Variate& v, const DrawSource& source, std::uint32_t line, double* out) {
  double numbers[Prepared::kSubs][kLineLength];
  for (std::uint32_t sub = v.b < 1 ? kBoostSub : kFirstAttemptSub; sub < Prepared::kSubs; ++sub) {
    line_kernels().uniforms(source.further(sub), line, numbers[sub]);
  }
  double normals[kLineLength];
  line_kernels().normal_quantiles(numbers[kFirstAttemptSub], normals);
  const std::uint32_t first = line * static_cast<std::uint32_t>(kLineLength);
  for (std::uint32_t i = 0; i < kLineLength; ++i) {
    out[i] = v.a * gamma_value(v.b, Prepared{{source, first + i}, numbers, normals});
  }
}

void hyperexponential_line(const Variate& v, const DrawSource& source, std::uint32_t line,
                           double* out) {
  double means[kLineLength];
  line_kernels().uniforms(source.inversion(), line, out);
  for (std::size_t i = 0; i < kLineLength; ++i) {
    const Choice choice = choose(v, out[i]);
    out[i] = choice.number;
    means[i] = v.parts[choice.part].a;
  }
  line_kernels().negative_logs(out, out);
  for (std::size_t i = 0; i < kLineLength; ++i) out[i] *= means[i];
}

/// Inversion needs sub-draw 0; the others' own numbers begin at 1.
bool inverts(VariateKind kind) { return kind != VariateKind::gamma && kind != VariateKind::erlang; }

}  // namespace

std::int64_t draw(const Variate& variate, const DrawSource& source, std::uint32_t ordinal) {
  const Addressed numbers{source, ordinal};
  const double u = inverts(variate.kind) ? numbers(0) : 0.5;
  return elementary::to_count(value(variate, u, ordinal, numbers));
}

void draw_line(const Variate& v, const DrawSource& source, std::uint32_t line, std::int64_t* out) {
  const LineKernels& kernels = line_kernels();
  const PhiloxSequence& sequence = source.inversion();
  double x[kLineLength];
  switch (v.kind) {
    case VariateKind::exponential:
      kernels.exponentials(sequence, line, x);
      return kernels.counts(x, v.times * v.a, v.plus, out);
    case VariateKind::uniform:
      kernels.uniforms(sequence, line, x);
      return kernels.counts(x, uniform_scale(v), uniform_shift(v), out);
    case VariateKind::unit:
      kernels.uniforms(sequence, line, x);
      return kernels.counts(x, v.times * 0x1p53, v.plus, out);
    case VariateKind::lognormal:
      kernels.uniforms(sequence, line, x);
      kernels.normal_quantiles(x, x);
      for (double& value : x) value = v.a - v.b * value;
      kernels.exponential_functions(x, x);
      break;
    case VariateKind::normal:
      kernels.uniforms(sequence, line, x);
      for (double& value : x) value *= v.c;
      kernels.normal_quantiles(x, x);
      for (double& value : x) value = std::max(0.0, v.a - v.b * value);
      break;
    case VariateKind::pareto:
      kernels.uniforms(sequence, line, x);
      kernels.powers(x, -1.0 / v.b, v.a, x);
      break;
    case VariateKind::weibull:
      kernels.exponentials(sequence, line, x);
      kernels.powers(x, 1.0 / v.b, v.a, x);
      break;
    case VariateKind::erlang:
      erlang_line(v, source, line, x);
      break;
    case VariateKind::gamma:
      gamma_line(v, source, line, x);
      break;
    case VariateKind::hyperexponential:
      hyperexponential_line(v, source, line, x);
      break;
    case VariateKind::constant:
    case VariateKind::mixture:
    case VariateKind::empirical:
    case VariateKind::column: {
      kernels.uniforms(sequence, line, x);
      std::uint32_t ordinal = line * static_cast<std::uint32_t>(kLineLength);
      for (double& each : x) {
        each = value(v, each, ordinal, Addressed{source, ordinal});
        ++ordinal;
      }
      return kernels.counts(x, 1, 0, out);
    }
  }
  kernels.counts(x, v.times, v.plus, out);
}

std::int64_t draw_row(const Variate& column, std::uint32_t ordinal) {
  return elementary::to_count(column.times * row(*column.table, ordinal) + column.plus);
}

std::int64_t draw_in_order(const Variate& v, Mrg32k3a& stream, std::uint32_t ordinal) {
  if (v.kind == VariateKind::exponential) {
    return elementary::to_count(v.times * v.a * -math::log1p(-stream.next()) + v.plus);
  }
  const InOrder numbers{stream};
  const double u = inverts(v.kind) ? numbers(0) : 0.5;
  return elementary::to_count(value(v, u, ordinal, numbers));
}

}  // namespace spillway
