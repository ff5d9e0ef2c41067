#pragma once

#include <string>
#include <string_view>

#include "analysis/experiment/summary.h"

namespace spillway::report {

/// The character that stands before a verdict's word. A met objective that was expected to be
/// missed has one of its own: it is as much of a surprise.
std::string_view mark(const ObjectiveResult& result);

/// What the objective asks for, and what is to be said beside it: `<= 4min, as expected`. The
/// relation is written as given.
std::string wanted(const ObjectiveResult& result, std::string_view relation, bool unicode = true);

/// The verdict on the whole design in one sentence, for somebody who reads nothing else: variants
/// of the same outcome together. What is void or was not run is not spoken of.
std::string verdict_sentence(const ExperimentSummary& summary);

}  // namespace spillway::report
