#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/scenario/check.h"

namespace spillway {
namespace {

/// Every metric is taken over every window.
constexpr std::size_t kMostWindows = 200;

struct NamedSpan {
  std::string name;
  std::string path;
  Location at;
  Time from = 0;
  Time until = 0;
};

std::vector<NamedSpan> spans_of(const Scenario& scenario) {
  std::vector<NamedSpan> spans;
  const auto end_of = [](Time from, Time lasts) {
    return lasts > kNever - 1 - from ? kNever - 1 : from + lasts;
  };
  for (const NamedWindow& window : scenario.windows) {
    spans.push_back({window.name, fmt::format("windows.{}", window.name), window.at,
                     window.window.at.ns, end_of(window.window.at.ns, window.window.lasts.ns)});
  }
  for (const auto& producer : scenario.producers) {
    for (const NamedProfileEntry& named : producer.parameters.profile) {
      const std::string path = fmt::format("producers.{}.profile.{}", producer.name, named.name);
      if (const auto& spike = named.entry.spike) {
        spans.push_back(
            {named.name, path, named.at, spike->at.ns, end_of(spike->at.ns, spike->lasts.ns)});
      } else if (const auto& ramp = named.entry.ramp) {
        spans.push_back({named.name, path, named.at, ramp->from.ns,
                         std::max(ramp->from.ns + 1, scenario.run.duration.ns)});
      }
    }
  }
  return spans;
}

}  // namespace

void check_windows(Reader& reader, const Scenario& scenario, Nameable& names) {
  const Time warmup = scenario.run.warmup.ns;
  const Time duration = scenario.run.duration.ns;
  const std::vector<NamedSpan> spans = spans_of(scenario);
  if (spans.size() > kMostWindows) {
    const Reader::Scope scope(reader, spans[kMostWindows].path);
    return reader.error("too-large", spans[kMostWindows].at,
                        fmt::format("expected at most {} windows and entries of profiles in all; "
                                    "found {}",
                                    kMostWindows, spans.size()));
  }
  std::map<std::string_view, const NamedSpan*> known;
  bool fine = duration > 0;
  for (const NamedSpan& span : spans) {
    const Reader::Scope scope(reader, span.path);
    const auto [first, is_new] = known.emplace(span.name, &span);
    if (!is_new) {
      fine = false;
      reader.error(
          "duplicate-name", span.at,
          fmt::format("there is a window of this name already, in line {}", first->second->at.line),
          "windows and entries of profiles need names of their own");
    }
    if (duration > 0 && span.until > duration) {
      fine = false;
      reader.error("outside-run", span.at,
                   span.from >= duration
                       ? fmt::format("begins at {}, when the run of {} is over",
                                     print(Duration{span.from}), print(Duration{duration}))
                       : fmt::format("ends at {}, after the run of {}", print(Duration{span.until}),
                                     print(Duration{duration})));
    }
  }
  if (!fine) return;
  // As the run measures: clipped to what lies after the warm-up.
  const auto add = [&](const std::string& name, Time from, Time until) {
    const bool empty = std::min(until, duration) <= std::max(from, warmup);
    (empty ? names.empty_windows : names.windows).push_back(name);
  };
  std::vector<Time> begins;
  for (const NamedSpan& span : spans) begins.push_back(span.from);
  std::ranges::sort(begins);
  for (const NamedSpan& span : spans) {
    add(span.name, span.from, span.until);
    const std::string suffix = spans.size() == 1 ? "" : fmt::format(":{}", span.name);
    add(fmt::format("before{}", suffix), warmup, span.from);
    const auto next = std::ranges::lower_bound(begins, span.until);
    add(fmt::format("recovery{}", suffix), span.until, next == begins.end() ? duration : *next);
  }
}

}  // namespace spillway
