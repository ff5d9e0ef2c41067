#include "analysis/report/telling_series.h"

#include <algorithm>

namespace spillway::report {
namespace {

/// Fewer requests waiting for a service are not worth a drawing.
constexpr double kLeastWaiting = 10;

/// The share of a producer's messages that has to fail in some bin.
constexpr double kLeastFailing = 0.2;

const SeriesSummary* find(const VariantSummary& variant, const std::string& name) {
  const auto found = std::ranges::find(variant.series, name, &SeriesSummary::name);
  return found == variant.series.end() ? nullptr : &*found;
}

/// Whether ever so many failed that it shows beside what was answered well.
bool fails_visibly(const VariantSummary& variant, const SeriesSummary& failed) {
  const SeriesSummary* answered = find(variant, component_of(failed) + ".goodput");
  if (answered == nullptr) return false;
  const double greatest = std::max(greatest_mean(failed), greatest_mean(*answered));
  return greatest > 0 && greatest_mean(failed) >= kLeastFailing * greatest;
}

}  // namespace

bool is_of(const SeriesSummary& series, std::string_view metric) {
  return series.name.size() > metric.size() && series.name.ends_with(metric) &&
         series.name[series.name.size() - metric.size() - 1] == '.';
}

std::string component_of(const SeriesSummary& series) {
  const std::size_t dot = series.name.rfind('.');
  return dot == std::string::npos ? "" : series.name.substr(0, dot);
}

double greatest_mean(const SeriesSummary& series) {
  double greatest = 0;
  for (const double value : series.mean) {
    if (value > greatest) greatest = value;
  }
  return greatest;
}

std::set<std::string> telling_series(const ExperimentSummary& summary) {
  std::set<std::string> telling;
  for (const VariantSummary& variant : summary.variants) {
    if (!variant.failure.empty()) continue;
    for (const SeriesSummary& series : variant.series) {
      const double greatest = greatest_mean(series);
      if (is_of(series, "depth") && greatest > 0) telling.insert(series.name);
      if (is_of(series, "waiting") && greatest >= kLeastWaiting) telling.insert(series.name);
      if (is_of(series, "failed") && fails_visibly(variant, series)) {
        telling.insert(series.name);
        telling.insert(component_of(series) + ".goodput");
      }
    }
  }
  return telling;
}

}  // namespace spillway::report
