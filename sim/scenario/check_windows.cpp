#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/scenario/check.h"
#include "sim/scenario/windows.h"

namespace spillway {
namespace {

/// Every metric is taken over every window.
constexpr std::size_t kMostWindows = 200;

}  // namespace

void check_windows(Reader& reader, const Scenario& scenario, Nameable& names) {
  const Time warmup = scenario.run.warmup.ns;
  const Time duration = scenario.run.duration.ns;
  const std::vector<NamedSpans> spans = named_spans(scenario);
  if (spans.size() > kMostWindows) {
    const Reader::Scope scope(reader, spans[kMostWindows].path);
    return reader.error(
        "too-large", spans[kMostWindows].at,
        fmt::format("expected at most {} windows, faults and entries of profiles in all; "
                    "found {}",
                    kMostWindows, spans.size()));
  }
  std::map<std::string_view, const NamedSpans*> known;
  bool fine = duration > 0;
  for (const NamedSpans& span : spans) {
    const Reader::Scope scope(reader, span.path);
    const auto [first, is_new] = known.emplace(span.name, &span);
    if (!is_new) {
      fine = false;
      reader.error(
          "duplicate-name", span.at,
          fmt::format("there is a window of this name already, in line {}", first->second->at.line),
          "windows, faults and entries of profiles need names of their own");
    }
    for (const auto& [from, until] : span.spans) {
      if (duration <= 0 || until <= duration) continue;
      fine = false;
      reader.error("outside-run", span.at,
                   from >= duration
                       ? fmt::format("begins at {}, when the run of {} is over",
                                     print(Duration{from}), print(Duration{duration}))
                       : fmt::format("ends at {}, after the run of {}", print(Duration{until}),
                                     print(Duration{duration})));
    }
  }
  for (const auto& fault : scenario.faults) {
    const auto& at = fault.parameters.at;
    if (!at || fault.parameters.lasts->fixed() || duration <= 0 || at->ns < duration) continue;
    fine = false;
    const Reader::Scope scope(reader, fmt::format("faults.{}", fault.name));
    reader.error("outside-run", fault.at,
                 fmt::format("begins at {}, when the run of {} is over", print(*at),
                             print(Duration{duration})));
  }
  if (!fine) return;
  // What is drawn may be anywhere, so its windows and those that end with it may have time or not.
  const bool drawn = std::ranges::any_of(spans, &NamedSpans::drawn);
  for (const Window& window : windows_of(spans, warmup, duration)) {
    (window.spans.empty() && !drawn ? names.empty_windows : names.windows).push_back(window.name);
  }
}

}  // namespace spillway
