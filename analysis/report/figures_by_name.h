#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/report/chosen_figures.h"

namespace spillway::report {

/// The figures of a summary, for whoever asks for many by name. It looks into the summary, which
/// has to outlive it.
///
/// Cost: a look at each figure to make it; asking, a look at those of one component.
class FiguresByName {
 public:
  explicit FiguresByName(const ExperimentSummary& summary);

  /// The line of a metric: each variant's figure, none of those that are void.
  FigureRow row_of(const MetricName& name) const;

  /// What variants that are not void have of a component, one variant after the other.
  std::vector<const Figure*> of(std::string_view component) const;

 private:
  using OfVariant = std::unordered_map<std::string_view, std::vector<const Figure*>>;

  std::vector<OfVariant> variants_;  ///< by component
};

}  // namespace spillway::report
