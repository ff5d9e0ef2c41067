#pragma once

#include <string>

#include "analysis/experiment/summary.h"
#include "analysis/report/text_layout.h"

namespace spillway::report {

/// Writes what a run says for a reader at a terminal: the verdicts first, then the variants side by
/// side, how the queues filled, where messages went, and where the figures come from.
///
/// The same summary and style give the same bytes. Names and texts of the scenario never carry
/// control characters to the terminal.
std::string to_text(const ExperimentSummary& summary, const TextStyle& style,
                    bool all_metrics = false);

}  // namespace spillway::report
