#include <fmt/format.h>

#include <string>

#include "analysis/report/failure_spread.h"
#include "analysis/report/failure_spread_text.h"
#include "analysis/report/figure_text.h"
#include "analysis/report/html_sections.h"

namespace spillway::report {
namespace {

/// The edge, indented below what it follows from; one that nothing explains says so.
Markup label_of(const SpreadStep& step) {
  Markup label;
  for (std::size_t level = 0; level < step.depth; ++level) {
    label += element("span", {{"class", "step"}, {"aria-hidden", "true"}},
                     text(level + 1 == step.depth ? "└" : ""));
  }
  label += text(step.edge);
  if (step.by_itself) label += element("span", {{"class", "beside"}}, text("by itself"));
  return label;
}

Markup rows_of(const ExperimentSummary& summary, const FailureSpread& spread) {
  const std::vector<std::size_t> shown = shown_variants(summary);
  Markup rows =
      element("tr", element("th",
                            {{"scope", "rowgroup"},
                             {"class", "component"},
                             {"colspan", std::to_string(shown.size() + 1)}},
                            text(spread.fault) + element("span", {{"class", "beside"}},
                                                         text("strikes " + struck_text(spread)))));
  for (const SpreadStep& step : spread.steps) {
    Markup row = element("th", {{"scope", "row"}}, label_of(step));
    for (const std::size_t place : shown) {
      const Figure* figure = step.after[place];
      const Markup cell = figure == nullptr ? Markup()
                                            : element("span", {{"class", "figure"}},
                                                      text(unbroken(print_figure(*figure))));
      row += variant_cell(summary, summary.variants[place], cell);
    }
    rows += element("tr", row);
  }
  Markup reach =
      element("th", {{"scope", "row"}, {"class", "faint"}}, text("Components that failed"));
  for (const std::size_t place : shown) {
    const std::string words = reach_text(spread.reach[place]);
    reach += variant_cell(
        summary, summary.variants[place],
        words.empty() ? Markup() : element("span", {{"class", "figure"}}, text(words)));
  }
  return rows + element("tr", reach);
}

}  // namespace

Markup failure_spread_section(const ExperimentSummary& summary) {
  const std::vector<FailureSpread> spreads = failure_spreads(summary);
  if (spreads.empty()) return {};
  Markup head = element("th", {{"scope", "col"}}, text("Who failed whom"));
  for (const std::size_t place : shown_variants(summary)) {
    head += element("th", {{"scope", "col"}}, text(summary.variants[place].variant));
  }
  Markup table = element("thead", element("tr", head));
  for (const FailureSpread& spread : spreads) {
    table += element("tbody", rows_of(summary, spread));
  }
  return section(
      "spread", "How failures spread",
      element("p", {{"class", "reading"}},
              text("The time from a fault’s beginning until more attempts failed in one second "
                   "than ever before it, each step below the one that it follows from: a caller "
                   "waits for a callee, which waits for another. “Never” means that no more "
                   "failed than before.")) +
          scrolling("First failures after a fault, by variant",
                    element("table", {{"class", "figures"}}, table)));
}

}  // namespace spillway::report
