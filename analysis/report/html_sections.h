#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/experiment/summary.h"
#include "analysis/report/html_markup.h"
#include "analysis/report/origin.h"

// The parts of the page, in its order. Each is empty where there is nothing to say.

namespace spillway::report {

/// The question, what is wrong with the run, and the verdict.
Markup page_head(const ExperimentSummary& summary);
/// Objectives by variants: met, missed or undecided, and by which figure.
Markup objectives_section(const ExperimentSummary& summary);
/// The figures that answer, side by side, with the closed forms' values.
Markup figures_section(const ExperimentSummary& summary);
/// How each fault spread to those who depend on what it strikes.
Markup failure_spread_section(const ExperimentSummary& summary);
/// The levels over time, each with all variants on one axis.
Markup levels_section(const ExperimentSummary& summary);
/// Where the messages of each channel went.
Markup ledger_section(const ExperimentSummary& summary);
/// Every metric there is.
Markup metrics_section(const ExperimentSummary& summary);
/// What was run, and how to run it again.
Markup provenance_section(const ExperimentSummary& summary, const Origin& origin);

/// A section of the page with its heading.
Markup section(Literal id, Literal title, const Markup& content);

/// A table that scrolls by itself where it is wider than the page.
Markup scrolling(std::string_view label, const Markup& table);

/// The text with the groups of its numbers' digits kept on one line: `21 371 610 sent`.
std::string digits_together(std::string_view text);

/// The text of a figure so that no line ends within it: `61 100 ±200`.
std::string unbroken(std::string_view figure);

/// A cell of a variant's column; on a narrow page, where columns don't fit, it names its variant.
Markup variant_cell(const ExperimentSummary& summary, const VariantSummary& variant,
                    const Markup& content);

/// The places of the variants that have figures to show: neither void nor without a replication.
std::vector<std::size_t> shown_variants(const ExperimentSummary& summary);

/// How intervals are to be read in this run: the confidence and the replications, or why there are
/// none.
std::string reading_of_intervals(const ExperimentSummary& summary);

}  // namespace spillway::report
