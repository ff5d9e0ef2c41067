#pragma once

#include <string>
#include <vector>

#include "analysis/experiment/summary.h"
#include "analysis/report/text_layout.h"

namespace spillway::report {

/// Draws how full each queue was over time: the mean over replications as an area, the windows
/// marked below. Queues of the same name have the same scale in all variants, so that they can be
/// compared by eye. Queues that stayed empty are left out.
///
/// Each column shows the greatest value of its span: no peak is lost.
std::string draw_depths(const ExperimentSummary& summary, const TextStyle& style);

/// Whether the level is one that fills and drains (a queue's depth, requests that wait for a
/// service) and did so.
bool is_worth_drawing(const SeriesSummary& series);

/// The greatest of the series' means; 0 when it never rose.
double greatest_mean(const SeriesSummary& series);

/// The values as an area of `height` lines, the first line on top.
std::vector<std::string> draw_area(const std::vector<double>& values, double greatest,
                                   std::size_t height, bool unicode);

/// The values put into `columns` spans, the greatest of each. Unseen ones (NaN) count as 0.
std::vector<double> greatest_of_spans(const std::vector<double>& values, std::size_t columns);

}  // namespace spillway::report
