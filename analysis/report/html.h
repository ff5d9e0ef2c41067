#pragma once

#include <string>

#include "analysis/experiment/summary.h"
#include "analysis/report/origin.h"

namespace spillway::report {

/// Writes a run as one HTML page for readers who decide: the question and the verdict first, then
/// the objectives, the figures side by side, the levels over time, where messages went, every
/// metric, and how to repeat the run.
///
/// The page is whole in itself: no network, nothing that needs a script; the one script it has adds
/// read-outs to the charts. A content security policy allows that script and the page's style by
/// their hashes and nothing else. It prints on A4, and follows the reader's light or dark setting.
///
/// The same summary and origin give the same bytes: no time stamps, hosts, threads or folders.
/// Names and texts of the scenario come out as text, whatever they hold.
std::string to_html(const ExperimentSummary& summary, const Origin& origin);

}  // namespace spillway::report
