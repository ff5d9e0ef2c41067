#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/theory/recognise.h"
#include "sim/scenario/scenario.h"

namespace spillway::theory {

/// Replaces one place of a text; it must be there.
inline std::string changed(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// What theory says of a scenario without variants, by the figures' names.
inline std::map<std::string, TheoryFigure> theory_by_name(const std::string& text) {
  const ScenarioFile file = load_scenario_text(text, "text.yaml");
  std::map<std::string, TheoryFigure> by_name;
  if (file.variants.size() != 1) {
    ADD_FAILURE() << "not a scenario of one variant:\n" << text;
    for (const Diagnostic& diagnostic : file.diagnostics)
      ADD_FAILURE() << diagnostic.path << ": " << diagnostic.message;
    return by_name;
  }
  for (TheoryFigure& figure : theory_of(file.variants.front())) {
    const std::string name = to_string(figure.name);
    EXPECT_FALSE(by_name.contains(name)) << name << " is said twice";
    by_name.emplace(name, std::move(figure));
  }
  return by_name;
}

}  // namespace spillway::theory
