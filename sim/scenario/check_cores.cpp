#include <fmt/format.h>

#include <optional>

#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"

namespace spillway {
namespace {

/// Where a handler first works on cores.
struct OnCores {
  std::string path;  ///< empty: nowhere
  Location at;
};

OnCores first_on_cores(const HandlerOf& handler) {
  OnCores first;
  for_each_step(*handler.program, handler.path,
                [&](const StepDeclaration& step, double, const std::string& path) {
                  const auto* work = std::get_if<WorkParameters>(&step.parameters);
                  if (work != nullptr && work->cpu && first.path.empty()) first = {path, step.at};
                });
  return first;
}

struct Owner {
  std::string_view section;
  std::string_view name;
  Location at;
  bool has_cores = false;
  std::string conflict;  ///< what else it says that goes not together with cores
};

std::vector<Owner> owners_in(const Scenario& scenario) {
  std::vector<Owner> owners;
  for (const auto& service : scenario.services) {
    const ServiceParameters& says = service.parameters;
    Owner& owner = owners.emplace_back(
        Owner{"services", service.name, service.at, says.cores.has_value(), ""});
    if (says.discipline == Discipline::processor_sharing) owner.conflict = "processor sharing";
    if (says.scale) owner.conflict = "scale";
  }
  for (const auto& consumer : scenario.consumers) {
    const ConsumerParameters& says = consumer.parameters;
    owners.push_back({"consumers", consumer.name, consumer.at, says.cores.has_value(),
                      says.scale ? "scale" : ""});
  }
  return owners;
}

}  // namespace

void check_cores(Reader& reader, const Scenario& scenario) {
  const std::vector<Owner> owners = owners_in(scenario);
  for (const HandlerOf& handler : handlers_of(scenario)) {
    const OnCores on_cores = first_on_cores(handler);
    if (on_cores.path.empty()) continue;
    const Owner* owner = nullptr;
    for (const Owner& each : owners) {
      if (each.name == handler.name) owner = &each;
    }
    if (owner != nullptr && owner->has_cores) continue;
    const Reader::Scope scope(reader, on_cores.path + ".cpu");
    reader.error("wrong-place", on_cores.at,
                 owner == nullptr ? fmt::format("'{}' is a producer and has no cores", handler.name)
                                  : fmt::format("'{}' has no cores to work on", handler.name),
                 owner == nullptr ? "leave cpu out" : "say how many each instance has: cores: 4");
  }
  for (const Owner& owner : owners) {
    if (!owner.has_cores) continue;
    const Reader::Scope outer(reader, fmt::format("{}.{}.cores", owner.section, owner.name));
    if (!owner.conflict.empty()) {
      reader.error("wrong-place", owner.at,
                   fmt::format("cores and {} do not go together in this version", owner.conflict),
                   "leave one of them out");
    }
    bool shared = false;
    for (const HandlerOf& handler : handlers_of(scenario)) {
      shared = shared || (handler.name == owner.name && !first_on_cores(handler).path.empty());
    }
    if (!shared) {
      reader.error("wrong-place", owner.at, "no work shares these cores",
                   "{work: 5ms, cpu: true} does, or leave cores out");
    }
  }
}

}  // namespace spillway
