#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/check.h"
#include "sim/scenario/judged.h"

namespace spillway {
namespace {

/// The faults that are incidents, "a, b"; empty: there are none.
std::string incidents_of(const Scenario& scenario) {
  std::string names;
  for (const auto& fault : scenario.faults) {
    if (!is_incident(fault.parameters)) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", fault.name);
  }
  return names;
}

}  // namespace

void check_missed_time(Reader& reader, const Scenario& scenario) {
  for (const Objective& objective : scenario.objectives) {
    const MetricName& metric = objective.metric;
    const bool missed_time = metric.metric == "missed_time";
    if (metric.component != "total" || (!missed_time && metric.metric != "availability")) continue;
    const Reader::Scope scope(reader, objective.name);
    const std::string incidents = incidents_of(scenario);
    if (incidents.empty()) {
      reader.error("not-judged", objective.at,
                   fmt::format("{} is of scenarios in which a fault strikes", metric.metric),
                   "faults: {provider-hangs: {hang: provider, at: 5min, for: 2min}}");
    } else if (!is_judged(scenario)) {
      reader.error("not-judged", objective.at,
                   fmt::format("no other objective can be judged second by second, as {} needs it",
                               metric.metric),
                   "objectives: {available: shoppers.success >= 99.9%}");
    } else if (missed_time && std::ranges::none_of(scenario.faults, [&](const auto& fault) {
                 return fault.name == metric.window && is_incident(fault.parameters);
               })) {
      reader.error("no-incident", objective.at, "missed_time of which fault?",
                   fmt::format("write missed_time@FAULT, of {}", incidents));
    }
  }
}

}  // namespace spillway
