#pragma once

#include <string>

#include "analysis/experiment/summary.h"
#include "analysis/report/failure_spread.h"
#include "analysis/report/text_layout.h"

namespace spillway::report {

/// How each fault spread, as a tree with the time of the first failure in each variant. Empty
/// without faults that have a window.
std::string print_failure_spreads(const ExperimentSummary& summary, const TextStyle& style);

/// "payments" or "checkout -> payments, checkout -> search".
std::string struck_text(const FailureSpread& spread);

/// "3 of 4"; nothing where the variant has no such fault.
std::string reach_text(const Reach& reach);

}  // namespace spillway::report
