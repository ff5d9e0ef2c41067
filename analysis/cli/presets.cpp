#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/cli/output.h"
#include "analysis/cli/terminal_settings.h"
#include "analysis/cli/verbs.h"
#include "analysis/report/text_layout.h"
#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/preset.h"

namespace spillway::cli {
namespace {

using report::Cell;
using report::paint;
using report::Table;
using report::TextStyle;
using report::Tone;

std::string_view word(Noun noun) {
  switch (noun) {
    case Noun::producer:
      return "producer";
    case Noun::service:
      return "service";
    case Noun::queue:
      return "queue";
    case Noun::topic:
      return "topic";
    case Noun::log:
      return "log";
    case Noun::consumer:
      return "consumer";
    case Noun::store:
      return "store";
    case Noun::broker:
      return "broker";
    case Noun::limit:
      return "limit";
    case Noun::fault:
      return "fault";
    case Noun::subscription:
      return "subscription";
    case Noun::group:
      return "group";
    case Noun::breaker:
      return "breaker";
    case Noun::retry:
      return "retry";
    case Noun::call:
      return "call";
    case Noun::total:
    case Noun::none:
      break;
  }
  return "";
}

std::string indented(std::string_view text, const TextStyle& style, Tone tone) {
  std::string out;
  for (const std::string& line : report::wrap(text, style.columns - 4)) {
    out += "    " + paint(line, tone, style) + "\n";
  }
  return out;
}

std::string list(const TextStyle& style) {
  if (spillway::presets().empty()) return "there are no presets in this version\n";
  Table table;
  for (const Preset& preset : spillway::presets()) {
    table.add({Cell{preset.name, Tone::strong}, Cell{std::string(word(preset.noun)), Tone::faint},
               Cell{printable(preset.meaning)}});
  }
  if (style.colour) table.shrink(2, style.columns, 20, style);
  return table.print(style);
}

std::string describe(const Preset& preset, const TextStyle& style) {
  std::string out =
      fmt::format("{} ({})\n", paint(preset.name, Tone::strong, style), word(preset.noun));
  for (const std::string& line : report::wrap(printable(preset.meaning), style.columns)) {
    out += line + "\n";
  }
  for (const PresetValue& value : preset.values) {
    out +=
        fmt::format("\n  {}: {}\n", paint(value.key, Tone::strong, style), printable(value.value));
    out += indented(printable(value.note), style, Tone::plain);
    out += indented(printable(value.source), style, Tone::faint);
  }
  if (!preset.has_no.empty()) out += "\nrefused, since there is nothing like it\n";
  for (const auto& [key, why] : preset.has_no) {
    out += fmt::format("  {}: {}\n", paint(key, Tone::strong, style), printable(why));
  }
  if (!preset.not_modelled.empty()) out += "\nnot modelled\n";
  for (const std::string& text : preset.not_modelled) {
    std::string item = indented(printable(text), style, Tone::plain);
    item[2] = '-';
    out += item;
  }
  return out;
}

std::string unknown(const std::string& name) {
  std::vector<std::string_view> names, longer;
  for (const Preset& preset : spillway::presets()) {
    names.push_back(preset.name);
    if (preset.name.starts_with(name)) longer.push_back(preset.name);
  }
  std::string hint = did_you_mean(name, names);
  if (!longer.empty()) hint = "did you mean " + one_of(longer) + "?";
  if (hint.empty()) hint = "'spillway presets' lists them";
  return fmt::format("spillway presets: there is no preset '{}'; {}\n", shown(name), hint);
}

}  // namespace

Status presets(const PresetsCommand& command) {
  const TerminalSettings output = settings_of(1, command.colour);
  const TextStyle style{
      .columns = std::clamp<std::size_t>(static_cast<std::size_t>(output.columns), 40, 120),
      .colour = output.colour,
      .unicode = output.unicode};
  std::string text;
  if (command.name) {
    const Preset* preset = find_preset(*command.name);
    if (preset == nullptr) {
      write_error(unknown(*command.name));
      return Status::wrong;
    }
    text = describe(*preset, style);
  } else {
    text = list(style);
  }
  if (const auto error = write_output(text)) {
    write_error(fmt::format("spillway presets: {}\n", *error));
    return Status::failed;
  }
  return Status::fine;
}

}  // namespace spillway::cli
