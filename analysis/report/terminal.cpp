#include "analysis/report/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/report/chosen_figures.h"
#include "analysis/report/depth_chart.h"
#include "analysis/report/failure_spread_text.h"
#include "analysis/report/figure_text.h"
#include "analysis/report/ledger_text.h"
#include "analysis/report/side_by_side.h"
#include "analysis/report/verdict_text.h"
#include "analysis/report/words.h"
#include "sim/language/printable.h"
#include "sim/language/quantity_text.h"

namespace spillway::report {
namespace {

std::string lines_of(std::string_view text, Tone tone, const TextStyle& style,
                     const std::string& first = "", const std::string& rest = "") {
  std::string out;
  const std::size_t columns = style.columns > first.size() ? style.columns - first.size() : 1;
  for (const std::string& line : wrap(text, columns)) {
    out += (out.empty() ? first : rest) + paint(line, tone, style) + '\n';
  }
  return out;
}

std::string heading(const ExperimentSummary& summary, const TextStyle& style) {
  std::string out = paint(printable(summary.scenario), Tone::strong, style) + '\n';
  out += lines_of(printable(summary.question), Tone::plain, style);
  for (const VariantSummary& variant : summary.variants) {
    const std::string name = printable(variant.variant);
    if (!variant.failure.empty()) {
      out += lines_of(
          fmt::format("{} is void, its numbers mean nothing: {}", name, printable(variant.failure)),
          Tone::bad, style);
    } else if (variant.replications < variant.planned) {
      out += lines_of(fmt::format("partial: {} of {} replications of {} finished",
                                  variant.replications, variant.planned, name),
                      Tone::doubtful, style);
    }
  }
  return out;
}

/// The mark and the word of a verdict, and how they are coloured.
Cell verdict_cell(const ObjectiveResult& result, const TextStyle& style) {
  const bool expected_miss = result.objective.expect_missed;
  const std::string text = style.unicode ? fmt::format("{} {}", mark(result), word(result.verdict))
                                         : std::string(word(result.verdict));
  switch (result.verdict) {
    case Verdict::met:
      return {text, expected_miss ? Tone::bad : Tone::good};
    case Verdict::missed:
      return {text, expected_miss ? Tone::faint : Tone::bad};
    case Verdict::undecided:
      break;
  }
  return {text, Tone::doubtful};
}

/// A line of verdicts for each objective, and where each variant's begin.
struct Verdicts {
  Table table;
  std::vector<std::pair<std::size_t, std::string>> variants;  ///< first row, name
};

constexpr std::size_t kObjectiveColumn = 1;
constexpr std::size_t kMetricColumn = 2;

Verdicts collect_verdicts(const ExperimentSummary& summary, const TextStyle& style) {
  Verdicts verdicts;
  std::size_t rows = 0;
  for (const VariantSummary& variant : summary.variants) {
    if (!variant.failure.empty() || variant.objectives.empty()) continue;
    verdicts.variants.emplace_back(rows, printable(variant.variant));
    for (const ObjectiveResult& result : variant.objectives) {
      verdicts.table.add({verdict_cell(result, style),
                          {printable(result.objective.name)},
                          {printable(to_string(result.objective.metric))},
                          {print_figure(result.figure, style.unicode)},
                          {wanted(result, word(result.objective.relation), style.unicode)}});
      ++rows;
    }
  }
  return verdicts;
}

std::string print_verdicts(const ExperimentSummary& summary, const TextStyle& style) {
  Verdicts verdicts = collect_verdicts(summary, style);
  if (verdicts.table.empty()) return {};
  // The variants' names stand before their lines, or above them when that is too wide.
  const bool many = summary.variants.size() > 1;
  std::size_t indent = 0;
  if (many) {
    for (const auto& [row, name] : verdicts.variants) indent = std::max(indent, width_of(name) + 2);
  }
  Table& table = verdicts.table;
  if (table.width() + indent > style.columns) table.drop(kMetricColumn);
  const bool above = many && table.width() + indent > style.columns;
  if (above) indent = 2;
  const std::size_t room = style.columns > indent ? style.columns - indent : 1;
  table.shrink(kObjectiveColumn, room, 10, style);
  std::string out;
  std::istringstream lines(table.print(style, indent));
  std::size_t row = 0;
  auto next = verdicts.variants.begin();
  for (std::string line; std::getline(lines, line); ++row) {
    if (many && next != verdicts.variants.end() && next->first == row) {
      const std::string name = paint(next->second, Tone::strong, style);
      if (above) {
        out += name + '\n';
      } else {
        line.replace(0, width_of(next->second), name);
      }
      ++next;
    }
    out += line + '\n';
  }
  return out;
}

/// The closed form's value beside the simulated one.
Cell theory_cell(const Figure* figure, const TextStyle& style) {
  if (figure == nullptr || !figure->theory) return {};
  std::string text = print_value(*figure->theory, figure->unit, style.unicode);
  if (!figure->theory_model.empty()) text += " (" + printable(figure->theory_model) + ")";
  return {text, Tone::faint};
}

/// A line of the table and, where there is one, that of the theory below it.
std::vector<TableRow> cells_of(const FigureRow& row, const TextStyle& style) {
  TableRow cells{{"  " + printable(row.label)}};
  TableRow theory{{"    in theory", Tone::faint}};
  bool has_theory = false;
  for (const Figure* figure : row.figures) {
    cells.push_back({figure == nullptr ? "" : print_figure(*figure, style.unicode)});
    theory.push_back(theory_cell(figure, style));
    has_theory = has_theory || !theory.back().text.empty();
  }
  std::vector<TableRow> rows{std::move(cells)};
  if (has_theory) rows.push_back(std::move(theory));
  return rows;
}

std::string figures(const ExperimentSummary& summary, const TextStyle& style, bool all_metrics) {
  const std::vector<FigureRow> chosen =
      all_metrics ? all_figures(summary) : choose_figures(summary);
  std::vector<std::size_t> sound;
  for (std::size_t i = 0; i < summary.variants.size(); ++i) {
    if (summary.variants[i].failure.empty()) sound.push_back(i);
  }
  if (chosen.empty() || sound.empty()) return {};
  std::vector<TableRow> rows;
  TableRow header{{}};
  for (const std::size_t i : sound) {
    header.push_back({printable(summary.variants[i].variant), Tone::strong});
  }
  if (summary.variants.size() > 1) rows.push_back(std::move(header));
  std::string component;
  for (const FigureRow& row : chosen) {
    if (row.component != component) {
      component = row.component;
      TableRow title(sound.size() + 1);
      title.front() = {printable(component), Tone::strong};
      rows.push_back(std::move(title));
    }
    FigureRow only{row.component, row.label, {}};
    for (const std::size_t i : sound) only.figures.push_back(row.figures[i]);
    for (TableRow& cells : cells_of(only, style)) rows.push_back(std::move(cells));
  }
  std::string out = side_by_side(rows, style);
  if (some_fail(summary)) out += lines_of(kLatenciesWithFailures, Tone::faint, style);
  return out;
}

std::string provenance(const ExperimentSummary& summary, const TextStyle& style) {
  std::vector<std::string> replications, warmups;
  std::uint64_t events = 0;
  bool deterministic = !summary.variants.empty(), intervals = false;
  for (const VariantSummary& variant : summary.variants) {
    const std::string count = std::to_string(variant.replications);
    if (std::ranges::find(replications, count) == replications.end()) {
      replications.push_back(count);
    }
    const std::string warmup = print_value(to_seconds(variant.plan.warmup), "s", style.unicode);
    if (variant.warmup_found && std::ranges::find(warmups, warmup) == warmups.end()) {
      warmups.push_back(warmup);
    }
    events += variant.events;
    deterministic = deterministic && variant.deterministic;
    intervals = intervals || variant.replications > 1;
  }
  std::string text;
  if (intervals) {
    text += fmt::format("{} {} confidence, none where it is below the last digit; ",
                        style.unicode ? "±" : "+-", print(Share{summary.confidence}));
  } else if (deterministic) {
    text += "nothing is drawn: one replication says all; ";
  } else {
    text +=
        replications.front() == "0" ? "nothing was finished; " : "one replication: no intervals; ";
  }
  text += fmt::format("{} replication{}, ", fmt::join(replications, " or "),
                      replications.size() == 1 && replications.front() == "1" ? "" : "s");
  if (!warmups.empty()) text += fmt::format("warm-up {} (auto), ", fmt::join(warmups, " or "));
  text += fmt::format("seed {}, {} events, fingerprint {:016x}, spillway {}", summary.seed,
                      print_count(events), summary.fingerprint, SPILLWAY_VERSION);
  return lines_of(text, Tone::faint, style);
}

}  // namespace

std::string to_text(const ExperimentSummary& summary, const TextStyle& style, bool all_metrics) {
  TextStyle within = style;
  within.columns = std::clamp<std::size_t>(style.columns, 40, 120);
  std::string out = heading(summary, within);
  const auto section = [&](const std::string& text) {
    if (!text.empty()) out += '\n' + text;
  };
  section(print_verdicts(summary, within));
  section(figures(summary, within, all_metrics));
  section(print_failure_spreads(summary, within));
  section(draw_depths(summary, within));
  section(print_ledgers(summary, within));
  std::string warnings;
  for (const std::string& warning : summary.warnings) {
    warnings += lines_of(printable(warning), Tone::doubtful, within, "warning: ", "         ");
  }
  section(warnings);
  section(provenance(summary, within));
  return out;
}

}  // namespace spillway::report
