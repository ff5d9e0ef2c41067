#pragma once

#include <string>

#include "analysis/experiment/summary.h"
#include "analysis/report/text_layout.h"

namespace spillway::report {

/// Says where the messages of each channel went, summed over replications: in one line when all of
/// them were acknowledged, else as a table of the places that are not empty.
std::string print_ledgers(const ExperimentSummary& summary, const TextStyle& style);

}  // namespace spillway::report
