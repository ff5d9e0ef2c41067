#include "analysis/cli/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/cli/output.h"
#include "sim/language/printable.h"

namespace spillway::cli {
namespace {

constexpr std::string_view kErase = "\r\x1b[K";
constexpr std::chrono::milliseconds kBetweenDrawings{100};

}  // namespace

std::string time_left(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 90 * 60) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.0f} h", seconds / 3600);
}

Progress::Progress(bool shown, int columns, std::size_t variants)
    : shown_(shown),
      columns_(static_cast<std::size_t>(std::max(columns, 20))),
      variants_(variants) {}

Progress::~Progress() {
  if (visible_) write_error(kErase);
}

void Progress::report(const std::string& variant, std::uint32_t finished, std::uint32_t planned) {
  if (!shown_) return;
  const std::lock_guard lock(mutex_);
  auto part = std::find_if(parts_.begin(), parts_.end(),
                           [&](const Part& p) { return p.variant == variant; });
  if (part == parts_.end()) part = parts_.insert(part, Part{variant});
  part->finished = std::max(part->finished, finished);
  part->planned = planned;
  const Clock::time_point now = Clock::now();
  if (visible_ && now - drawn_ < kBetweenDrawings) return;
  drawn_ = now;
  visible_ = true;
  write_error(std::string(kErase) + line(*part));
}

std::string Progress::line(const Part& part) const {
  double finished = 0, planned = 0;
  for (const Part& p : parts_) {
    finished += p.finished;
    planned += p.planned;
  }
  // Variants that have not begun will want about as many.
  planned *=
      static_cast<double>(std::max(variants_, parts_.size())) / static_cast<double>(parts_.size());
  std::string text =
      fmt::format("{}  {}/{} replications", shown(part.variant, 20), part.finished, part.planned);
  const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  if (finished > 0 && seconds > 0) {
    const double rate = finished / seconds;
    text += rate >= 1 ? fmt::format("  {:.0f}/s", rate) : fmt::format("  {:.1f}/min", rate * 60);
    text += "  " + time_left(std::max(0.0, planned - finished) / rate) + " left";
  }
  std::string cut;
  std::size_t width = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view character = rest.substr(0, character_size(rest));
    width += display_width(character);
    if (width >= columns_) break;
    cut += character;
    rest.remove_prefix(character.size());
  }
  return cut;
}

}  // namespace spillway::cli
