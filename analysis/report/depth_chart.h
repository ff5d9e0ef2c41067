#pragma once

#include <string>
#include <vector>

#include "analysis/experiment/summary.h"
#include "analysis/report/text_layout.h"

namespace spillway::report {

/// Draws what happened over time: what producers had answered well where some failed, how full each
/// queue was, how many waited for a service. The mean over replications as an area, the windows
/// marked below. What has the same name has the same scale in all variants, so that it can be
/// compared by eye. Queues that stayed empty are left out.
///
/// Each column shows the greatest value of its span, of answers the mean: no peak is lost.
std::string draw_depths(const ExperimentSummary& summary, const TextStyle& style);

/// The values as an area of `height` lines, the first line on top.
std::vector<std::string> draw_area(const std::vector<double>& values, double greatest,
                                   std::size_t height, bool unicode);

/// The values put into `columns` spans, the greatest of each. Unseen ones (NaN) count as 0.
std::vector<double> greatest_of_spans(const std::vector<double>& values, std::size_t columns);

/// The same with the mean of each.
std::vector<double> mean_of_spans(const std::vector<double>& values, std::size_t columns);

}  // namespace spillway::report
