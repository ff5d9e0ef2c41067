#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/experiment/summary.h"

namespace spillway::report {

/// A line of the table of figures: one metric, with each variant's figure.
struct FigureRow {
  std::string component;
  std::string label;                   ///< `latency p99 @sale`
  std::vector<const Figure*> figures;  ///< by variant; nullptr where the variant has none
};

/// Chooses the figures that answer: for each component the few that matter, over the whole run and
/// the named windows, and what objectives ask for. Left out is what reads as another line, what
/// nowhere happened, and of a window what may be as over the whole run. Void variants have no
/// figures.
///
/// Components go from producers to consumers.
std::vector<FigureRow> choose_figures(const ExperimentSummary& summary);

/// Whether some variant's producer had messages that failed or were never answered.
bool some_fail(const ExperimentSummary& summary);

/// What a reader has to know of latencies then.
inline constexpr std::string_view kLatenciesWithFailures =
    "Latency and completion leave out what failed; objectives count that as never.";

/// Every figure there is.
std::vector<FigureRow> all_figures(const ExperimentSummary& summary);

}  // namespace spillway::report
