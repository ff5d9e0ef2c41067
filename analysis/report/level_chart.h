#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/experiment/summary.h"
#include "analysis/report/html_markup.h"

namespace spillway::report {

/// A level, or a rate, of all variants that have it: `orders.depth`, `shoppers.goodput`.
struct LevelOverTime {
  struct Line {
    std::size_t place;  ///< of the variant among all, for its colour and dash
    const VariantSummary* variant;
    const SeriesSummary* series;
  };

  std::string name;
  std::vector<Line> lines;
};

/// The levels of an experiment, by name, in the order of the plan; void variants have none. They
/// point into the summary.
std::vector<LevelOverTime> levels_of(const ExperimentSummary& summary);

/// Whether it is how many a second, not how many there are.
bool is_rate(const LevelOverTime& level);

/// What the level counts: "Messages ready to be received"; empty where it is not known.
std::string meaning_of(const LevelOverTime& level);

/// Draws a level as a figure of the page: on one axis for each variant the mean over replications
/// with its confidence band and, where no more than six variants are compared, a light band from
/// the least to the greatest value seen; windows and warm-up shaded and named, bounds that an
/// objective sets on the level as lines; a legend; and a table of the numbers.
///
/// Lines have `bins` points at most: neighbouring bins are put together, which keeps the extremes.
/// Of a rate no extremes are shown: those of a short time are chance.
Markup draw_level(const LevelOverTime& level, double confidence, std::size_t bins = 600);

/// The series in at most so many bins. Means and their bounds are averaged, extremes kept.
SeriesSummary coarser(const SeriesSummary& series, std::size_t bins);

}  // namespace spillway::report
