#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "analysis/cli/interruption.h"
#include "analysis/cli/output.h"
#include "analysis/cli/progress.h"
#include "analysis/cli/scenario_input.h"
#include "analysis/cli/terminal_settings.h"
#include "analysis/cli/verbs.h"
#include "analysis/experiment/experiment.h"
#include "analysis/report/html.h"
#include "analysis/report/json.h"
#include "analysis/report/terminal.h"
#include "analysis/report/words.h"
#include "sim/language/printable.h"

namespace spillway::cli {
namespace {

Status fail(const std::string& reason) {
  write_error(fmt::format("spillway run: {}\n", reason));
  return Status::failed;
}

ExperimentSummary simulate(const RunCommand& command, const ScenarioFile& file,
                           const std::atomic<bool>& stop) {
  const TerminalSettings errors = settings_of(2, command.colour);
  Progress progress(errors.terminal && !command.quiet, errors.columns, file.variants.size());
  ExperimentOptions options;
  options.replications = command.replications;
  options.seed = command.seed;
  options.threads = command.threads;
  options.all_metrics = command.json || command.report_file || command.all_metrics;
  options.stop = &stop;
  options.progress = [&](const std::string& variant, std::uint32_t finished,
                         std::uint32_t planned) { progress.report(variant, finished, planned); };
  return run_experiment(file, options);
}

/// What the report says of how the run was started.
report::Origin origin_of(const RunCommand& command, const ScenarioFile& file) {
  report::Origin origin;
  origin.set = command.set;
  origin.variant = command.variant;
  origin.replications = command.replications;
  origin.seed = command.seed;
  return report::origin_of(file, command.file, std::move(origin));
}

/// Hands out what was found. Returns: what could not be written, or nothing.
std::optional<std::string> deliver(const RunCommand& command, const ScenarioFile& file,
                                   const ExperimentSummary& summary) {
  if (command.report_file) {
    const std::string page = report::to_html(summary, origin_of(command, file));
    if (const auto error = write_file(*command.report_file, page)) return error;
  }
  if (command.json) {
    const std::string json = report::to_json(summary);
    if (!command.json_file) return write_output(json);
    if (const auto error = write_file(*command.json_file, json)) return error;
  }
  if (command.quiet) return std::nullopt;
  const TerminalSettings output = settings_of(1, command.colour);
  const report::TextStyle style{.columns = static_cast<std::size_t>(output.columns),
                                .colour = output.colour,
                                .unicode = output.unicode};
  return write_output(report::to_text(summary, style, command.all_metrics));
}

Status verdict_of(const ExperimentSummary& summary, bool strict) {
  for (const VariantSummary& variant : summary.variants) {
    if (!variant.failure.empty()) return Status::failed;
  }
  for (const VariantSummary& variant : summary.variants) {
    for (const ObjectiveResult& result : variant.objectives) {
      if (report::is_against(result, strict)) return Status::missed;
    }
  }
  return Status::fine;
}

}  // namespace

Status run(const RunCommand& command) {
  const std::optional<ScenarioFile> file =
      read_scenario(command.file, command.set, command.variant, command.colour);
  if (!file) return Status::wrong;
  for (const auto& [option, path] :
       {std::pair("--json", &command.json_file), std::pair("--report", &command.report_file)}) {
    if (!*path) continue;
    // Known before the simulation, not after it.
    if (is_same_file(**path, command.file)) {
      write_error(fmt::format("spillway run: {} would overwrite the scenario\n", option));
      return Status::wrong;
    }
    if (const auto error = refuses_writing(**path)) return fail(*error);
  }
  const Interruption interruption;
  const ExperimentSummary summary = simulate(command, *file, interruption.asked());
  if (const auto error = deliver(command, *file, summary)) return fail(*error);
  for (const VariantSummary& variant : summary.variants) {
    if (variant.failure.empty()) continue;
    write_error(fmt::format("spillway run: {}: {}\n", printable(variant.variant),
                            printable(variant.failure)));
  }
  if (interruption.asked() && summary.partial) return Status::interrupted;
  return verdict_of(summary, command.strict);
}

}  // namespace spillway::cli
