#pragma once

#include <string>

#include "analysis/experiment/summary.h"

namespace spillway::report {

/// Writes a run as JSON, for programs: SI base units, every figure with its interval, and its
/// reason in `why` where a number is missing. Infinite numbers are null, and `why` begins with
/// "never".
///
/// The same summary gives the same bytes in every locale: no time stamps, hosts, threads or paths.
/// One line for each figure, objective, ledger and series, so that two results can be compared by
/// `diff`. Only ASCII: other characters are escaped.
std::string to_json(const ExperimentSummary& summary);

}  // namespace spillway::report
