#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "analysis/report/html_sections.h"
#include "analysis/report/level_chart.h"
#include "analysis/report/telling_series.h"

namespace spillway::report {
namespace {

/// Points that all lines of a page have together: what a page may weigh.
constexpr std::size_t kPointsOfPage = 40'000;
constexpr std::size_t kMostBins = 600;
constexpr std::size_t kFewestBins = 100;

/// Bins for each line when so many are drawn.
std::size_t bins_for(std::size_t lines) {
  if (lines == 0) return kMostBins;
  return std::clamp(kPointsOfPage / lines, kFewestBins, kMostBins);
}

bool any_line(const LevelOverTime& level, bool (*holds)(const SeriesSummary&)) {
  return std::ranges::any_of(level.lines,
                             [&](const LevelOverTime::Line& line) { return holds(*line.series); });
}

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 12;
  if (names.size() <= kMost) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} others", fmt::join(names.begin(), names.begin() + kMost, ", "),
                     names.size() - kMost);
}

}  // namespace

Markup levels_section(const ExperimentSummary& summary) {
  // What fails, fills and drains tells the story; what is merely busy stands behind it.
  const std::set<std::string> telling = telling_series(summary);
  std::vector<LevelOverTime> story, others;
  std::vector<std::string> empty;
  std::size_t lines = 0;
  bool many = false;
  for (LevelOverTime& level : levels_of(summary)) {
    if (!any_line(level, [](const SeriesSummary& series) { return greatest_mean(series) > 0; })) {
      empty.push_back(level.name);
      continue;
    }
    lines += level.lines.size();
    for (const LevelOverTime::Line& line : level.lines) {
      many = many || line.variant->replications > 1;
    }
    (telling.contains(level.name) ? story : others).push_back(std::move(level));
  }
  if (story.empty() && others.empty()) return {};
  // Rates first; by rotation, since the library's stable partition uses what clang finds
  // deprecated.
  auto next_rate = story.begin();
  for (auto level = story.begin(); level != story.end(); ++level) {
    if (!is_rate(*level)) continue;
    std::rotate(next_rate, level, level + 1);
    ++next_rate;
  }
  const std::size_t bins = bins_for(lines);
  const auto draw = [&](const std::vector<LevelOverTime>& levels) {
    Markup figures;
    for (const LevelOverTime& level : levels) {
      figures += draw_level(level, summary.confidence, bins);
    }
    return figures;
  };
  Markup content = element(
      "p", {{"class", "reading"}},
      text(many ? "Lines are means over the replications, at each moment by itself."
                : "One replication: lines are what happened, averaged over short spans of time."));
  content += draw(story);
  if (story.empty()) {
    content += draw(others);
  } else if (!others.empty()) {
    content += element(
        "details",
        element("summary", text(fmt::format("{} more over time", others.size()))) + draw(others));
  }
  if (!empty.empty()) {
    content += element("p", {{"class", "reading"}},
                       text(fmt::format("At 0 all the time: {}.", list_of(empty))));
  }
  return section("levels", "Over time", content);
}

}  // namespace spillway::report
