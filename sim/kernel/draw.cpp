#include "sim/kernel/draw.h"

#include <algorithm>
#include <cmath>

#include "sim/kernel/elementary.h"
#include "sim/kernel/hash.h"
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
    return elementary::open_uniform(philox_bits(source.sequence(sub), ordinal));
  }
};

/// The same, the first ones taken from lines computed before.
struct Prepared {
  static constexpr std::uint32_t kSubs = 4;
  Addressed addressed;
  const double (*lines)[kLineLength];

  double operator()(std::uint32_t sub) const {
    return sub < kSubs ? lines[sub][addressed.ordinal % kLineLength] : addressed(sub);
  }
};

/// The next numbers of a stream, whatever their sub-draw.
struct InOrder {
  Mrg32k3a& stream;

  double operator()(std::uint32_t) const { return 1.0 - stream.next(); }
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
    const double x = -math::normal_quantile(numbers(sub));
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

/// The sample's quantile at 1 - u.
double empirical_value(const std::vector<double>& sorted, double u) {
  if (sorted.size() == 1) return sorted[0];
  const double position = (1.0 - u) * static_cast<double>(sorted.size() - 1);
  const std::size_t i = std::min(static_cast<std::size_t>(position), sorted.size() - 2);
  return sorted[i] + (position - static_cast<double>(i)) * (sorted[i + 1] - sorted[i]);
}

template <class Numbers>
double value(const Variate& v, double u, std::uint32_t ordinal, const Numbers& numbers);

/// One number picks the part and, stretched, is the part's own.
template <class Numbers>
double mixture_value(const Variate& v, double u, std::uint32_t ordinal, const Numbers& numbers) {
  std::size_t i = 0;
  while (i + 1 < v.parts.size() && u >= v.weights[i]) u -= v.weights[i++];
  const double stretched = std::clamp(u / v.weights[i], 0x1p-53, 1.0 - 0x1p-53);
  return value(v.parts[i], stretched, ordinal, numbers);
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
      x = v.a * math::exp(math::log(elementary::negative_log(u)) / v.b);
      break;
    case VariateKind::hyperexponential:
    case VariateKind::mixture:
      x = mixture_value(v, u, ordinal, numbers);
      break;
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

/// Inversion needs sub-draw 0; the others' own numbers begin at 1.
bool inverts(VariateKind kind) { return kind != VariateKind::gamma && kind != VariateKind::erlang; }

}  // namespace

PhiloxSequence DrawSource::sequence(std::uint32_t sub) const {
  return {seed, mix64(name ^ mix64((std::uint64_t{lane} << 32) | sub)), replication};
}

std::int64_t draw(const Variate& variate, const DrawSource& source, std::uint32_t ordinal) {
  const Addressed numbers{source, ordinal};
  const double u = inverts(variate.kind) ? numbers(0) : 0.5;
  return elementary::to_count(value(variate, u, ordinal, numbers));
}

void draw_line(const Variate& v, const DrawSource& source, std::uint32_t line, std::int64_t* out) {
  const LineKernels& kernels = line_kernels();
  const std::uint32_t first = line * static_cast<std::uint32_t>(kLineLength);
  double values[kLineLength];
  if (v.kind == VariateKind::exponential) {
    kernels.exponentials(source.sequence(0), line, values);
    kernels.counts(values, v.times * v.a, v.plus, out);
  } else if (v.kind == VariateKind::lognormal) {
    kernels.uniforms(source.sequence(0), line, values);
    kernels.lognormals(values, v.a, v.b, values);
    kernels.counts(values, v.times, v.plus, out);
  } else if (v.kind == VariateKind::erlang) {
    double sums[kLineLength] = {};
    const auto phases = static_cast<std::uint32_t>(v.b);
    for (std::uint32_t sub = 1; sub <= phases; ++sub) {
      kernels.exponentials(source.sequence(sub), line, values);
      for (std::size_t i = 0; i < kLineLength; ++i) sums[i] += values[i];
    }
    for (std::size_t i = 0; i < kLineLength; ++i) values[i] = v.a / v.b * sums[i];
    kernels.counts(values, v.times, v.plus, out);
  } else if (v.kind == VariateKind::gamma) {
    double numbers[Prepared::kSubs][kLineLength];
    for (std::uint32_t sub = v.b < 1 ? kBoostSub : kFirstAttemptSub; sub < Prepared::kSubs; ++sub) {
      kernels.uniforms(source.sequence(sub), line, numbers[sub]);
    }
    for (std::uint32_t i = 0; i < kLineLength; ++i) {
      values[i] = v.a * gamma_value(v.b, Prepared{{source, first + i}, numbers});
    }
    kernels.counts(values, v.times, v.plus, out);
  } else {
    kernels.uniforms(source.sequence(0), line, values);
    for (std::uint32_t i = 0; i < kLineLength; ++i) {
      values[i] = value(v, values[i], first + i, Addressed{source, first + i});
    }
    kernels.counts(values, 1, 0, out);
  }
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
