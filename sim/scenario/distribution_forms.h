#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

// The parameters of those distributions that are written as a map: `{erlang: {k: 3, mean: 9ms}}`.
// Q is what is drawn: Duration or Size.

namespace spillway {

template <class Q>
struct LognormalForm {
  std::optional<Q> mean, median, sd;
  std::optional<Factor> cv;
  std::optional<Q> p95, p99;

  static constexpr std::string_view name = "lognormal";
  static constexpr std::string_view meaning =
      "The logarithm is normal; two of its six parameters decide it";
  static constexpr auto fields() {
    using F = LognormalForm;
    return Pack{
        Field{&F::mean, "mean", "Mean", kPositive},
        Field{&F::median, "median", "Median", kPositive},
        Field{&F::sd, "sd", "Standard deviation"},
        Field{&F::cv, "cv", "Standard deviation divided by the mean", Bounds{0, 1e3}},
        Field{&F::p95, "p95", "95 % of the values are below", kPositive},
        Field{&F::p99, "p99", "99 % of the values are below", kPositive},
    };
  }
};

template <class Q>
struct GammaForm {
  Q mean;
  Factor cv;

  static constexpr std::string_view name = "gamma";
  static constexpr std::string_view meaning = "Between constant and exponential, or beyond";
  static constexpr auto fields() {
    using F = GammaForm;
    return Pack{
        Field{&F::mean, "mean", "Mean", kAtLeastZero, Need::required},
        Field{&F::cv, "cv", "Standard deviation divided by the mean",
              Bounds{.least = 1e-3, .most = 1e3}, Need::required},
    };
  }
};

template <class Q>
struct ErlangForm {
  Count k = 1;
  Q mean;

  static constexpr std::string_view name = "erlang";
  static constexpr std::string_view meaning = "The sum of k exponentials";
  static constexpr auto fields() {
    using F = ErlangForm;
    return Pack{
        Field{&F::k, "k", "Phases", Bounds{1, 1e6}, Need::required},
        Field{&F::mean, "mean", "Mean of the sum", kAtLeastZero, Need::required},
    };
  }
};

template <class Q>
struct HyperexponentialForm {
  Q mean;
  Factor cv;

  static constexpr std::string_view name = "hyperexponential";
  static constexpr std::string_view meaning =
      "One of two exponentials, each of which carries half of the mean";
  static constexpr auto fields() {
    using F = HyperexponentialForm;
    return Pack{
        Field{&F::mean, "mean", "Mean", kAtLeastZero, Need::required},
        Field{&F::cv, "cv", "Standard deviation divided by the mean", Bounds{1, 1e3},
              Need::required},
    };
  }
};

template <class Q>
struct NormalForm {
  Q mean;
  Q sd;

  static constexpr std::string_view name = "normal";
  static constexpr std::string_view meaning = "Normal, without what would be below 0";
  static constexpr auto fields() {
    using F = NormalForm;
    return Pack{
        Field{&F::mean, "mean", "Mean before the values below 0 are left out", kAtLeastZero,
              Need::required},
        Field{&F::sd, "sd", "Standard deviation before that", kPositive, Need::required},
    };
  }
};

template <class Q>
struct ParetoForm {
  Q scale;
  Factor shape;

  static constexpr std::string_view name = "pareto";
  static constexpr std::string_view meaning = "A power law: P(X > x) = (scale / x)^shape";
  static constexpr auto fields() {
    using F = ParetoForm;
    return Pack{
        Field{&F::scale, "scale", "The least value", kPositive, Need::required},
        Field{&F::shape, "shape", "The smaller, the heavier the tail; the mean is infinite up to 1",
              Bounds{.least = 1e-2, .most = 1e3}, Need::required},
    };
  }
};

template <class Q>
struct WeibullForm {
  Factor shape;
  Q scale;

  static constexpr std::string_view name = "weibull";
  static constexpr std::string_view meaning = "P(X > x) = exp(-(x / scale)^shape)";
  static constexpr auto fields() {
    using F = WeibullForm;
    return Pack{
        Field{&F::shape, "shape", "1 is exponential; below 1 the tail is heavier",
              Bounds{.least = 1e-2, .most = 1e3}, Need::required},
        Field{&F::scale, "scale", "63 % of the values are below", kPositive, Need::required},
    };
  }
};

template <class Q>
struct EmpiricalForm {
  std::string file;
  std::string column;
  std::optional<std::string> unit;

  static constexpr std::string_view name = "empirical";
  static constexpr std::string_view meaning = "A measured sample, interpolated";
  static constexpr auto fields() {
    using F = EmpiricalForm;
    return Pack{
        Field{&F::file, "file", "A .csv or .csv.gz file beside the scenario, with a header line",
              kAtLeastZero, Need::required},
        Field{&F::column, "column", "The column that holds the values", kAtLeastZero,
              Need::required},
        Field{&F::unit, "unit",
              std::same_as<Q, Size>
                  ? "Their unit, such as kB; default: B"
                  : "Their unit: ns, us, ms or s; default: the end of the column's name, as in "
                    "service_ms"},
    };
  }
};

struct DistributionKind {
  std::string_view name;
  std::string_view example;
  std::string_view meaning;
};

/// All kinds: a distribution's map has the key of exactly one of them.
inline constexpr std::array<DistributionKind, 14> kDistributionKinds{{
    {"constant", "{constant: 8ms}", "Always the same; a bare duration says the same"},
    {"exponential", "{exponential: 25ms}", "Exponential, by its mean"},
    {"uniform", "{uniform: [10ms, 30ms]}", "Any value between the two is as likely"},
    {"lognormal", "{lognormal: {mean: 40ms, p99: 200ms}}", LognormalForm<Duration>::meaning},
    {"gamma", "{gamma: {mean: 20ms, cv: 0.5}}", GammaForm<Duration>::meaning},
    {"erlang", "{erlang: {k: 3, mean: 9ms}}", ErlangForm<Duration>::meaning},
    {"hyperexponential", "{hyperexponential: {mean: 20ms, cv: 4}}",
     HyperexponentialForm<Duration>::meaning},
    {"normal", "{normal: {mean: 20ms, sd: 5ms}}", NormalForm<Duration>::meaning},
    {"pareto", "{pareto: {scale: 2ms, shape: 1.7}}", ParetoForm<Duration>::meaning},
    {"weibull", "{weibull: {shape: 0.7, scale: 10ms}}", WeibullForm<Duration>::meaning},
    {"mixture", "{mixture: {90%: {exponential: 8ms}, 10%: 200ms}}",
     "One of several, drawn for each value; the shares add up to 100 %. Equal ones as a list: "
     "`[50%: 8ms, 50%: 90ms]`"},
    {"empirical", "{empirical: {file: f.csv, column: service_ms}}",
     EmpiricalForm<Duration>::meaning},
    {"column", "{column: service, unit: ms}", "The value in the message's row of the trace"},
    {"uncertain", "{uncertain: {uniform: [10ms, 40ms]}}",
     "A value not known for sure: drawn once per replication"},
}};

inline constexpr auto kDistributionNames = [] {
  std::array<std::string_view, kDistributionKinds.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kDistributionKinds[i].name;
  return names;
}();

/// The distributions with a map of parameters; the others have forms of their own.
template <class Q>
using DistributionForms =
    Pack<LognormalForm<Q>, GammaForm<Q>, ErlangForm<Q>, HyperexponentialForm<Q>, NormalForm<Q>,
         ParetoForm<Q>, WeibullForm<Q>, EmpiricalForm<Q>>;

}  // namespace spillway
