#pragma once

#include <string_view>

#include "analysis/experiment/summary.h"

namespace spillway::report {

/// The verdict as JSON, tables and language say it.
constexpr std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::met:
      return "met";
    case Verdict::missed:
      return "missed";
    case Verdict::undecided:
      break;
  }
  return "undecided";
}

constexpr std::string_view word(Relation relation) {
  switch (relation) {
    case Relation::at_most:
      return "<=";
    case Relation::at_least:
      return ">=";
    case Relation::below:
      return "<";
    case Relation::above:
      break;
  }
  return ">";
}

/// The relation as readers who write no scenarios know it.
constexpr std::string_view sign(Relation relation) {
  switch (relation) {
    case Relation::at_most:
      return "≤";
    case Relation::at_least:
      return "≥";
    case Relation::below:
      return "<";
    case Relation::above:
      break;
  }
  return ">";
}

/// Whether the objective speaks against the design: missed unless that was expected, or met though
/// a miss was expected, which is as much of a surprise.
constexpr bool is_against(const ObjectiveResult& result, bool undecided_counts) {
  switch (result.verdict) {
    case Verdict::met:
      return result.objective.expect_missed;
    case Verdict::missed:
      return !result.objective.expect_missed;
    case Verdict::undecided:
      break;
  }
  return undecided_counts;
}

}  // namespace spillway::report
