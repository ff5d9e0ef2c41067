#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/report/chart_axis.h"
#include "analysis/report/html_markup.h"
#include "analysis/report/level_chart.h"

namespace spillway::report {

/// A span of time that is shaded and named above the plot.
struct ShadedSpan {
  std::string name;
  double from = 0;  ///< s
  double until = 0;
  bool warmup = false;

  friend bool operator==(const ShadedSpan&, const ShadedSpan&) = default;
};

/// A bound that an objective sets on the level.
struct BoundLine {
  std::string label;
  double value = 0;

  friend bool operator==(const BoundLine&, const BoundLine&) = default;
};

/// What is drawn of a level, all variants on the same axes.
struct LevelPlot {
  Axis time;
  Axis level;
  std::vector<ShadedSpan> spans;
  std::vector<std::string> unshaded;  ///< windows without a time of their own: faults at random
  std::vector<BoundLine> bounds;
  std::string description;  ///< for who does not see it
  bool ranges = true;       ///< from the least to the greatest value
};

/// The axes, windows and bounds that suit the level.
LevelPlot plot_of(const LevelOverTime& level);

/// The plot as SVG, at any width: lines stretch, letters do not. The level's series are drawn as
/// they are.
Markup draw_plot(const LevelOverTime& level, const LevelPlot& plot);

/// The class of a variant's colour and dash: `v0`.
std::string class_of_variant(std::size_t place);

}  // namespace spillway::report
