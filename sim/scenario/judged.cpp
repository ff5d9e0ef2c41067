#include "sim/scenario/judged.h"

#include <algorithm>

namespace spillway {
namespace {

bool is_upper(const Objective& objective) {
  return objective.relation == Relation::at_most || objective.relation == Relation::below;
}

bool is_producer(const Scenario& scenario, const std::string& name) {
  return std::ranges::any_of(scenario.producers, [&](const auto& one) { return one.name == name; });
}

std::optional<JudgedBy> of_producer(const Objective& objective) {
  using Kind = Statistic::Kind;
  const std::string& metric = objective.metric.metric;
  const Kind statistic = objective.metric.statistic.kind;
  if (metric == "success" || metric == "completed") {
    if (is_upper(objective)) return std::nullopt;
    return metric == "success" ? JudgedBy::answers : JudgedBy::completions;
  }
  if (metric != "latency" && metric != "completion") return std::nullopt;
  const bool promised =
      statistic == Kind::percentile || statistic == Kind::mean || statistic == Kind::max;
  if (!promised || !is_upper(objective)) return std::nullopt;
  return metric == "latency" ? JudgedBy::latency : JudgedBy::completion;
}

}  // namespace

std::optional<JudgedBy> judged_by(const Objective& objective, const Scenario& scenario) {
  using Kind = Statistic::Kind;
  const MetricName& metric = objective.metric;
  if (is_producer(scenario, metric.component)) return of_producer(objective);
  const Kind statistic = metric.statistic.kind;
  const bool kept = statistic == Kind::mean || statistic == Kind::min || statistic == Kind::max;
  if (objective.over_time && kept) return JudgedBy::level;
  return std::nullopt;
}

bool is_incident(const FaultParameters& fault) {
  return !fault.set && !fault.when && !fault.purge && !fault.redrive;
}

bool is_judged(const Scenario& scenario) {
  return std::ranges::any_of(scenario.faults,
                             [](const auto& fault) { return is_incident(fault.parameters); }) &&
         std::ranges::any_of(scenario.objectives, [&](const Objective& objective) {
           return judged_by(objective, scenario).has_value();
         });
}

}  // namespace spillway
