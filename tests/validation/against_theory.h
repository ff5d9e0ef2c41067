#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "analysis/experiment/annotate.h"
#include "analysis/experiment/experiment.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// Runs the first variant of a scenario. A finding about it is a failure, except an overload.
inline VariantSummary run_text(const std::string& text) {
  const ScenarioFile file = load_scenario_text(text, "scenario.yaml");
  for (const Diagnostic& diagnostic : file.diagnostics) {
    if (diagnostic.code != "overload") ADD_FAILURE() << render(diagnostic);
  }
  return run_experiment(file, {}).variants.at(0);
}

/// Compares a figure with what theory says: within 4 standard errors, and known to `widest` of it.
inline void expect_figure(const VariantSummary& variant, const MetricName& name, double theory,
                          double widest) {
  const Figure* found = variant.find(name);
  ASSERT_NE(found, nullptr) << to_string(name);
  Figure figure = *found;
  figure.theory = theory;
  const auto distance = standard_errors_from_theory(figure, variant.replications, 0.95);
  ASSERT_TRUE(distance.has_value()) << to_string(name) << ": " << figure.why;
  EXPECT_LT(std::abs(*distance), 4)
      << to_string(name) << ": " << *figure.mean << ", theory " << theory;
  EXPECT_LT(*figure.high - *figure.low, 2 * widest * theory) << to_string(name);
}

}  // namespace spillway
