#include "analysis/report/figures_by_name.h"

#include <algorithm>
#include <string>

namespace spillway::report {
namespace {

std::string label_of(const MetricName& name) {
  std::string text = to_string(name).substr(name.component.size() + 1);
  if (name.statistic.kind != Statistic::Kind::value) text[name.metric.size()] = ' ';
  if (const std::size_t at = text.find('@'); at != std::string::npos) text.insert(at, 1, ' ');
  return text;
}

}  // namespace

FiguresByName::FiguresByName(const ExperimentSummary& summary)
    : variants_(summary.variants.size()) {
  for (std::size_t i = 0; i < variants_.size(); ++i) {
    const VariantSummary& variant = summary.variants[i];
    if (!variant.failure.empty()) continue;
    for (const Figure& figure : variant.metrics) {
      variants_[i][figure.name.component].push_back(&figure);
    }
  }
}

FigureRow FiguresByName::row_of(const MetricName& name) const {
  FigureRow row{name.component, label_of(name), {}};
  for (const OfVariant& variant : variants_) {
    const Figure* figure = nullptr;
    if (const auto known = variant.find(name.component); known != variant.end()) {
      const auto found = std::ranges::find_if(
          known->second, [&](const Figure* each) { return each->name == name; });
      if (found != known->second.end()) figure = *found;
    }
    row.figures.push_back(figure);
  }
  return row;
}

std::vector<const Figure*> FiguresByName::of(std::string_view component) const {
  std::vector<const Figure*> all;
  for (const OfVariant& variant : variants_) {
    if (const auto known = variant.find(component); known != variant.end()) {
      all.insert(all.end(), known->second.begin(), known->second.end());
    }
  }
  return all;
}

}  // namespace spillway::report
