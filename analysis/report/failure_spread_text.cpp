#include "analysis/report/failure_spread_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

#include "analysis/report/figure_text.h"
#include "analysis/report/side_by_side.h"
#include "sim/language/printable.h"

namespace spillway::report {
namespace {

/// The variants that can be shown, by place.
std::vector<std::size_t> sound_variants(const ExperimentSummary& summary) {
  std::vector<std::size_t> sound;
  for (std::size_t place = 0; place < summary.variants.size(); ++place) {
    if (summary.variants[place].failure.empty()) sound.push_back(place);
  }
  return sound;
}

TableRow step_row(const SpreadStep& step, const std::vector<std::size_t>& variants,
                  const TextStyle& style) {
  std::string label(2 * (step.depth + 1), ' ');
  label += printable(step.edge);
  if (step.by_itself) label += " (by itself)";
  TableRow row{{std::move(label)}};
  for (const std::size_t place : variants) {
    const Figure* figure = step.after[place];
    row.push_back({figure == nullptr ? "" : print_figure(*figure, style.unicode)});
  }
  return row;
}

}  // namespace

std::string struck_text(const FailureSpread& spread) {
  return fmt::format("{}", fmt::join(spread.struck, ", "));
}

std::string reach_text(const Reach& reach) {
  return reach.all == 0 ? std::string() : fmt::format("{} of {}", reach.failed, reach.all);
}

std::string print_failure_spreads(const ExperimentSummary& summary, const TextStyle& style) {
  const std::vector<FailureSpread> spreads = failure_spreads(summary);
  if (spreads.empty()) return {};
  const std::vector<std::size_t> variants = sound_variants(summary);
  std::string out =
      paint("first failure after a fault began, each step below its cause", Tone::strong, style) +
      '\n';
  std::vector<TableRow> rows;
  if (summary.variants.size() > 1) {
    TableRow header{{}};
    for (const std::size_t place : variants) {
      header.push_back({printable(summary.variants[place].variant), Tone::strong});
    }
    rows.push_back(std::move(header));
  }
  for (const FailureSpread& spread : spreads) {
    TableRow title(variants.size() + 1);
    title.front() = {printable(spread.fault + ": " + struck_text(spread)), Tone::strong};
    rows.push_back(std::move(title));
    for (const SpreadStep& step : spread.steps) rows.push_back(step_row(step, variants, style));
    TableRow reach{{"  components that failed", Tone::faint}};
    for (const std::size_t place : variants) {
      reach.push_back({reach_text(spread.reach[place]), Tone::faint});
    }
    rows.push_back(std::move(reach));
  }
  return out + side_by_side(rows, style);
}

}  // namespace spillway::report
