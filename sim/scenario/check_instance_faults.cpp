#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/check.h"
#include "sim/scenario/log_readers.h"

namespace spillway {
namespace {

template <class P>
Component<P>* named(std::vector<Component<P>>& components, const std::string& name) {
  const auto found = std::ranges::find(components, name, &Component<P>::name);
  return found == components.end() ? nullptr : &*found;
}

/// Why the instances of a component cannot come and go; empty = they can.
std::string problem_of(const Component<ServiceParameters>& service, const Scenario&, bool) {
  if (service.parameters.cores) return "its work shares cores";
  return service.parameters.discipline == Discipline::processor_sharing
             ? "all its requests share its processors"
             : "";
}

std::string problem_of(const Component<ConsumerParameters>& consumer, const Scenario& scenario,
                       bool restarts) {
  const std::string& from = consumer.parameters.from.name;
  if (from.empty()) return "a topic pushes its messages to it";
  if (consumer.parameters.cores) return "its work shares cores";
  const bool reads = reads_log(scenario, consumer.parameters);
  if (reads && !restarts) return "it reads a log, whose group has the members that it begins with";
  return "";
}

template <class P>
void give_fleet(Reader& reader, Component<P>& component, const Component<FaultParameters>& fault,
                const Scenario& scenario, Nameable& names) {
  const FaultParameters& says = fault.parameters;
  const bool restarts = says.restart.has_value();
  const Reader::Scope scope(reader,
                            fmt::format("faults.{}.{}", fault.name, restarts ? "restart" : "set"));
  const Location at = restarts ? says.restart->at : says.set->component.at;
  P& parameters = component.parameters;
  std::string problem = problem_of(component, scenario, restarts);
  if (parameters.scale && !names.given_fleets.contains(component.name)) problem = "it scales";
  if (!problem.empty()) {
    reader.error("not-simulated", at,
                 fmt::format("the instances of '{}' cannot {} in this version: {}", component.name,
                             restarts ? "be restarted" : "be set", problem),
                 "use outage for a time without all of them");
    return;
  }
  if (!parameters.scale) {
    parameters.scale.emplace();
    parameters.scale->by = ScaleBy::schedule;
    parameters.scale->max = parameters.instances;
    names.scaled.insert(component.name);
    names.given_fleets.insert(component.name);
  }
  parameters.scale->max =
      std::max(parameters.scale->max, says.to ? says.to->instances.value_or(1) : 1);
}

}  // namespace

void complete_faults(Scenario& scenario) {
  for (auto& fault : scenario.faults) {
    FaultParameters& says = fault.parameters;
    if (says.lasts) continue;
    double lasts = 0;
    if (says.set && says.at) {
      lasts = static_cast<double>(std::max<Time>(0, scenario.run.duration.ns - says.at->ns));
    }
    if (says.restart && says.each) {
      Count instances = 1;
      if (const auto* service = named(scenario.services, says.restart->name)) {
        instances = service->parameters.instances;
      } else if (const auto* consumer = named(scenario.consumers, says.restart->name)) {
        instances = consumer->parameters.instances;
      }
      lasts = static_cast<double>(says.each->ns) * static_cast<double>(instances);
    }
    says.lasts.emplace().variate = Variate::constant(lasts);
  }
}

void check_instance_faults(Reader& reader, Scenario& scenario, Nameable& names) {
  for (const auto& fault : scenario.faults) {
    const FaultParameters& says = fault.parameters;
    if (!says.restart && !says.set) continue;
    const std::string& name = says.restart ? says.restart->name : says.set->component.name;
    if (auto* service = named(scenario.services, name)) {
      give_fleet(reader, *service, fault, scenario, names);
    } else if (auto* consumer = named(scenario.consumers, name)) {
      give_fleet(reader, *consumer, fault, scenario, names);
    }
  }
}

}  // namespace spillway
