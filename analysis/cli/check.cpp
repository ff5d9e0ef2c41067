#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "analysis/cli/output.h"
#include "analysis/cli/scenario_input.h"
#include "analysis/cli/terminal_settings.h"
#include "analysis/cli/verbs.h"
#include "analysis/report/outline.h"
#include "analysis/report/text_layout.h"
#include "sim/language/printable.h"

namespace spillway::cli {

Status check(const CheckCommand& command) {
  const std::optional<ScenarioFile> file =
      read_scenario(command.file, command.set, command.variant, command.colour);
  if (!file) return Status::wrong;
  const TerminalSettings output = settings_of(1, command.colour);
  const report::TextStyle style{
      .columns = std::clamp<std::size_t>(static_cast<std::size_t>(output.columns), 40, 120),
      .colour = output.colour,
      .unicode = output.unicode};
  std::string text =
      fmt::format("{}: {} variant{}, no errors\n", printable(file->variants.front().name),
                  file->variants.size(), file->variants.size() == 1 ? "" : "s");
  for (const Scenario& variant : file->variants) text += '\n' + report::outline(variant, style);
  if (const auto error = write_output(text)) {
    write_error(fmt::format("spillway check: {}\n", *error));
    return Status::failed;
  }
  return Status::fine;
}

}  // namespace spillway::cli
