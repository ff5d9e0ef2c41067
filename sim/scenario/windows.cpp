#include "sim/scenario/windows.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

Time end_of(Time from, Time lasts) { return lasts > kNever - 1 - from ? kNever - 1 : from + lasts; }

NamedSpans spans_of(const Component<FaultParameters>& fault) {
  NamedSpans named{fault.name, fmt::format("faults.{}", fault.name), fault.at, {}, false};
  const FaultParameters& parameters = fault.parameters;
  const auto lasts = parameters.lasts->fixed();
  if (parameters.at && lasts) {
    named.spans.emplace_back(parameters.at->ns, end_of(parameters.at->ns, *lasts));
  } else {
    named.drawn = true;
  }
  return named;
}

}  // namespace

std::vector<NamedSpans> named_spans(const Scenario& scenario) {
  std::vector<NamedSpans> all;
  for (const NamedWindow& window : scenario.windows) {
    const Time from = window.window.at.ns;
    all.push_back({window.name,
                   fmt::format("windows.{}", window.name),
                   window.at,
                   {{from, end_of(from, window.window.lasts.ns)}},
                   false});
  }
  for (const auto& producer : scenario.producers) {
    for (const NamedProfileEntry& entry : producer.parameters.profile) {
      NamedSpans named{entry.name,
                       fmt::format("producers.{}.profile.{}", producer.name, entry.name),
                       entry.at,
                       {},
                       false};
      if (const auto& spike = entry.entry.spike) {
        named.spans.emplace_back(spike->at.ns, end_of(spike->at.ns, spike->lasts.ns));
      } else if (const auto& ramp = entry.entry.ramp) {
        named.spans.emplace_back(ramp->from.ns,
                                 std::max(ramp->from.ns + 1, scenario.run.duration.ns));
      }
      all.push_back(std::move(named));
    }
  }
  for (const auto& fault : scenario.faults) {
    // When load sets one off is not known before the run.
    if (!fault.parameters.when) all.push_back(spans_of(fault));
  }
  return all;
}

std::vector<Window> windows_of(const std::vector<NamedSpans>& named, Time warmup, Time duration) {
  std::vector<Time> begins;
  for (const NamedSpans& one : named) {
    for (const auto& [from, until] : one.spans) begins.push_back(from);
  }
  std::ranges::sort(begins);
  std::vector<Window> windows;
  const auto add = [&](std::string name, const std::vector<std::pair<Time, Time>>& spans) {
    Window window{std::move(name), {}, {}};
    for (const auto& [from, until] : spans) {
      const Time clipped_from = std::max(from, warmup);
      const Time clipped_until = std::min(until, duration);
      if (clipped_from < clipped_until) window.spans.emplace_back(clipped_from, clipped_until);
    }
    windows.push_back(std::move(window));
  };
  for (const NamedSpans& one : named) add(one.name, one.spans);
  for (const NamedSpans& one : named) {
    const std::string suffix = named.size() == 1 ? "" : ":" + one.name;
    std::vector<std::pair<Time, Time>> before;
    std::vector<std::pair<Time, Time>> recovery;
    for (const auto& [from, until] : one.spans) {
      if (before.empty()) before.emplace_back(warmup, from);
      // What has no length is not what comes next.
      const auto next = from < until ? std::ranges::lower_bound(begins, until)
                                     : std::ranges::upper_bound(begins, until);
      recovery.emplace_back(until, next == begins.end() ? duration : *next);
    }
    add("before" + suffix, before);
    add("recovery" + suffix, recovery);
  }
  return windows;
}

}  // namespace spillway
