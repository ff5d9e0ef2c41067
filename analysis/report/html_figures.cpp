#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "analysis/report/chosen_figures.h"
#include "analysis/report/figure_text.h"
#include "analysis/report/figures_by_name.h"
#include "analysis/report/html_sections.h"
#include "sim/scenario/catalogue.h"

namespace spillway::report {
namespace {

/// What the metrics of a component mean, or nullptr where it is of no known kind: the kind that
/// declares all metrics it has.
const std::vector<CatalogueEntry>* catalogue_of(const FiguresByName& figures,
                                                const std::string& component) {
  if (component == "total") return &metrics_of(Noun::total);
  std::set<std::string_view> metrics;
  for (const Figure* figure : figures.of(component)) metrics.insert(figure->name.metric);
  constexpr std::array kNouns{Noun::producer,     Noun::service, Noun::queue, Noun::topic,
                              Noun::subscription, Noun::log,     Noun::group, Noun::consumer,
                              Noun::store,        Noun::broker,  Noun::limit, Noun::fault,
                              Noun::none};
  for (const Noun noun : kNouns) {
    const std::vector<CatalogueEntry>& entries = metrics_of(noun);
    const bool has_all = std::ranges::all_of(metrics, [&](std::string_view metric) {
      return std::ranges::find(entries, metric, &CatalogueEntry::name) != entries.end();
    });
    if (has_all) return &entries;
  }
  return nullptr;
}

std::string metric_of(const FigureRow& row) {
  for (const Figure* figure : row.figures) {
    if (figure != nullptr) return figure->name.metric;
  }
  return {};
}

std::string meaning_of(const std::vector<CatalogueEntry>* entries, const std::string& metric) {
  if (entries == nullptr) return {};
  const auto entry = std::ranges::find(*entries, metric, &CatalogueEntry::name);
  return entry == entries->end() ? std::string() : std::string(entry->meaning);
}

Markup figure_of(const Figure* figure) {
  if (figure == nullptr) return {};
  Markup cell = element("span", {{"class", "figure"}}, text(unbroken(print_figure(*figure))));
  if (figure->theory) {
    std::string theory = print_value(*figure->theory, figure->unit);
    if (!figure->theory_model.empty()) theory += " (" + figure->theory_model + ")";
    cell += element("span", {{"class", "beside"}}, text("theory " + unbroken(theory)));
  }
  return cell;
}

/// Figures by variant, the components as groups of rows. With `meanings`, each metric of a kind of
/// component is explained where it first stands.
Markup table_of(const ExperimentSummary& summary, const std::vector<FigureRow>& rows,
                bool meanings) {
  const std::vector<std::size_t> shown = shown_variants(summary);
  Markup head = element("th", {{"scope", "col"}}, text("Metric"));
  for (const std::size_t place : shown) {
    head += element("th", {{"scope", "col"}}, text(summary.variants[place].variant));
  }
  Markup table = element("thead", element("tr", head));
  const FiguresByName figures(summary);
  std::set<std::pair<const void*, std::string>> explained;
  for (auto row = rows.begin(); row != rows.end();) {
    const std::string& component = row->component;
    const std::vector<CatalogueEntry>* catalogue =
        meanings ? catalogue_of(figures, component) : nullptr;
    Markup group = element("tr", element("th",
                                         {{"scope", "rowgroup"},
                                          {"class", "component"},
                                          {"colspan", std::to_string(shown.size() + 1)}},
                                         text(component)));
    for (; row != rows.end() && row->component == component; ++row) {
      Markup label = text(row->label);
      const std::string metric = metric_of(*row);
      if (const std::string meaning = meaning_of(catalogue, metric);
          !meaning.empty() && explained.emplace(catalogue, metric).second) {
        label += element("span", {{"class", "beside"}}, text(meaning));
      }
      Markup line = element("th", {{"scope", "row"}}, label);
      for (const std::size_t place : shown) {
        line += variant_cell(summary, summary.variants[place], figure_of(row->figures[place]));
      }
      group += element("tr", line);
    }
    table += element("tbody", group);
  }
  return element("table", {{"class", "figures"}}, table);
}

}  // namespace

Markup figures_section(const ExperimentSummary& summary) {
  const std::vector<FigureRow> rows = choose_figures(summary);
  if (rows.empty() || shown_variants(summary).empty()) return {};
  Markup content;
  const bool objectives = std::ranges::any_of(
      summary.variants, [](const VariantSummary& variant) { return !variant.objectives.empty(); });
  // Said once on the page.
  if (!objectives) {
    content += element("p", {{"class", "reading"}}, text(reading_of_intervals(summary)));
  }
  const bool theory = std::ranges::any_of(rows, [](const FigureRow& row) {
    return std::ranges::any_of(row.figures, [](const Figure* figure) {
      return figure != nullptr && figure->theory.has_value();
    });
  });
  if (theory) {
    content += element("p", {{"class", "reading"}},
                       text("“Theory” is a closed form that was worked out beside the simulation, "
                            "with its model in brackets: a second opinion."));
  }
  if (some_fail(summary)) {
    content += element("p", {{"class", "reading"}}, text(kLatenciesWithFailures));
  }
  content += scrolling("Key figures by variant", table_of(summary, rows, true));
  return section("figures", "Key figures", content);
}

Markup metrics_section(const ExperimentSummary& summary) {
  const std::vector<FigureRow> rows = all_figures(summary);
  if (rows.empty() || shown_variants(summary).empty()) return {};
  const Markup summary_line = element("summary", text(fmt::format("All {} figures", rows.size())));
  return section("metrics", "Every metric",
                 element("details", summary_line + scrolling("Every metric by variant",
                                                             table_of(summary, rows, false))));
}

}  // namespace spillway::report
