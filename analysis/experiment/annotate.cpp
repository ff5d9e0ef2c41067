#include "analysis/experiment/annotate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/theory/recognise.h"
#include "sim/kernel/math.h"

namespace spillway {
namespace {

/// A normal variable is further from its mean than this once in 15,787.
constexpr double kContradiction = 4;

/// Theory is rounded to nine digits.
constexpr double kSame = 1e-8;

std::string contradiction(const Figure& figure, double distance, const std::string& variant) {
  const std::string where = variant == "base" ? "" : variant + ": ";
  const std::string unit = figure.unit == "1" || figure.unit == "share" ? "" : " " + figure.unit;
  return fmt::format(
      "{}{} contradicts theory: {} gives {:.6g}{}, the simulation {:.6g}{}, {:.1f} standard errors "
      "away. Either the run is far from steady state (a longer warmup helps), or its tail is too "
      "heavy for so few messages, or the program is wrong",
      where, to_string(figure.name), figure.theory_model, *figure.theory, unit, *figure.mean, unit,
      distance);
}

}  // namespace

std::optional<double> standard_errors_from_theory(const Figure& figure, std::uint32_t replications,
                                                  double confidence) {
  if (!figure.theory || !figure.mean || !figure.low || !figure.high || replications < 2)
    return std::nullopt;
  if (!std::isfinite(*figure.mean) || !std::isfinite(*figure.theory)) return std::nullopt;
  const double distance = *figure.mean - *figure.theory;
  // A bound may be cut off at what is possible; the other then tells the width.
  const double half = std::max(*figure.high - *figure.mean, *figure.mean - *figure.low);
  if (std::abs(distance) <= kSame * std::abs(*figure.theory)) return 0;
  if (!(half > 0)) return std::copysign(std::numeric_limits<double>::infinity(), distance);
  const double t =
      math::student_t_quantile(0.5 + confidence / 2, static_cast<double>(replications - 1));
  return distance / (half / t);
}

std::vector<std::string> annotate(VariantSummary& summary, const Scenario& scenario) {
  std::vector<std::string> warnings;
  const double confidence = scenario.run.confidence.value;
  for (const theory::TheoryFigure& known : theory::theory_of(scenario)) {
    for (ObjectiveResult& objective : summary.objectives) {
      if (objective.figure.name != known.name || !std::isfinite(known.with_failures)) continue;
      objective.figure.theory = known.with_failures;
      objective.figure.theory_model = known.model;
    }
    for (Figure& figure : summary.metrics) {
      if (figure.name != known.name) continue;
      figure.theory = known.value;
      figure.theory_model = known.model;
      const auto distance = standard_errors_from_theory(figure, summary.replications, confidence);
      if (known.model == "fluid" || !distance) continue;
      const double chance = -math::student_t_quantile(
          math::normal_cdf(-kContradiction), static_cast<double>(summary.replications - 1));
      if (std::abs(*distance) > chance)
        warnings.push_back(contradiction(figure, *distance, summary.variant));
    }
  }
  return warnings;
}

}  // namespace spillway
