#pragma once

#include <set>
#include <string>
#include <string_view>

#include "analysis/experiment/summary.h"

namespace spillway::report {

/// The names of the series that tell what happened: depths that rose, lines before a service that
/// were ten long, and what a producer had answered, well and not, where a fifth of it failed for
/// once. Each in all variants as soon as it tells something in one.
std::set<std::string> telling_series(const ExperimentSummary& summary);

/// Whether the series is of that metric: `orders.depth` of `depth`.
bool is_of(const SeriesSummary& series, std::string_view metric);

/// The component that the series belongs to.
std::string component_of(const SeriesSummary& series);

/// The greatest of the series' means; 0 when it never rose.
double greatest_mean(const SeriesSummary& series);

}  // namespace spillway::report
