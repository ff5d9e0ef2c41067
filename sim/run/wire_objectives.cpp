#include <algorithm>

#include "sim/run/wiring.h"
#include "sim/scenario/judged.h"

namespace spillway {

void Wiring::watch_objectives() {
  if (!is_judged(scenario_)) return;
  Plan& plan = world_.plan_;
  const auto window_of = [&](const std::string& name) {
    return static_cast<std::uint32_t>(std::ranges::find(plan.windows, name, &Window::name) -
                                      plan.windows.begin());
  };
  std::vector<ObjectiveWatch::Watched> watched;
  for (const Objective& objective : scenario_.objectives) {
    const auto by = judged_by(objective, scenario_);
    if (!by) continue;
    const MetricName& metric = objective.metric;
    ObjectiveWatch::Watched one{.by = *by,
                                .relation = objective.relation,
                                .statistic = metric.statistic,
                                .value = objective.value,
                                .window = window_of(metric.window)};
    if (one.window == plan.windows.size()) continue;  // nothing is left of it
    if (*by == JudgedBy::level) {
      const std::string name = metric.component + "." + metric.metric;
      one.series = static_cast<std::size_t>(std::ranges::find(plan.series, name, &SeriesKey::name) -
                                            plan.series.begin());
      if (one.series == plan.series.size()) continue;
    } else {
      one.producer = address_of(metric.component);
    }
    watched.push_back(one);
  }
  world_.watch_ = std::make_unique<ObjectiveWatch>(watched);
  world_.watch(nullptr);
  for (std::uint32_t window = 0; window < plan.windows.size(); ++window) {
    const bool incident = std::ranges::any_of(scenario_.faults, [&](const auto& fault) {
      return is_incident(fault.parameters) && fault.name == plan.windows[window].name;
    });
    if (incident) world_.incidents_.push_back(window);
    if (incident || window == 0) plan.metrics.push_back({"total", "availability", "share", window});
    if (incident) plan.metrics.push_back({"total", "missed_time", "s", window});
  }
}

}  // namespace spillway
