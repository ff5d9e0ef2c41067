#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "sim/flow/impairment.h"
#include "sim/scenario/check.h"
#include "sim/scenario/struck.h"

namespace spillway {
namespace {

struct Problem {
  std::string code;
  std::string what;  ///< empty: there is none
  std::string hint;
};

template <class P>
const P* named(const std::vector<Component<P>>& components, const std::string& name) {
  const auto found = std::ranges::find(components, name, &Component<P>::name);
  return found == components.end() ? nullptr : &found->parameters;
}

bool is_one_of(FaultKind kind, std::initializer_list<FaultKind> kinds) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

/// There must be some that are not struck.
Problem too_many(Count struck, Count instances) {
  if (struck < instances) return {};
  return {
      "out-of-range",
      fmt::format("expected fewer than the {} that there are; found {}",
                  instances == 1 ? "one instance" : fmt::format("{} instances", instances), struck),
      "leave instances out, and all are struck"};
}

Problem problem_of(const ServiceParameters& service, const std::string& name, FaultKind kind,
                   const FaultParameters& fault) {
  using enum FaultKind;
  if (!service.balancing) {
    if (kind != crash) {
      return {"wrong-place",
              fmt::format("all instances of '{}' draw from one line: only a crash strikes some of "
                          "them",
                          name),
              "say of the service how requests come to its instances: balancing: round_robin"};
    }
    if (fault.work == CrashedWork::resume) {
      return {"wrong-place",
              fmt::format("all instances of '{}' draw from one line: what a crashed one had does "
                          "not wait for it",
                          name),
              "work: restart, or balancing: round_robin"};
    }
    if (service.cores || service.discipline == Discipline::processor_sharing) {
      return {"not-simulated",
              fmt::format("the instances of '{}' share their processors, and cannot crash one by "
                          "one in this version",
                          name),
              "with balancing each has its own"};
    }
  }
  return too_many(*fault.instances, most_instances(service));
}

Problem problem_of(const ConsumerParameters& consumer, const std::string& name, FaultKind kind,
                   const FaultParameters& fault) {
  if (!is_one_of(kind, {FaultKind::crash, FaultKind::outage})) {
    return {"not-simulated", "only crash and outage strike single instances of a consumer",
            "leave instances out"};
  }
  std::string why;
  if (consumer.from.name.empty()) why = "a topic pushes its messages to it";
  if (consumer.batch) why = "it handles batches";
  if (consumer.cores) why = "its work shares cores";
  if (!why.empty()) {
    return {"not-simulated",
            fmt::format("the instances of '{}' cannot be struck one by one in this version: {}",
                        name, why),
            "leave instances out"};
  }
  return too_many(*fault.instances, most_instances(consumer));
}

Problem problem_of(const Scenario& scenario, const FaultParameters& fault) {
  using enum FaultKind;
  const std::vector<Struck> struck = struck_components(scenario, fault);
  constexpr std::string_view kWho =
      "only outage, hang, crash, slow, errors, capacity and pause strike single instances";
  if (fault.zone || struck.size() != 1 ||
      !is_one_of(struck.front().kind, {outage, hang, crash, slow, errors, capacity, pause})) {
    return {"wrong-place", std::string(kWho), "leave instances out"};
  }
  const auto& [name, kind] = struck.front();
  if (const auto* service = named(scenario.services, name)) {
    return problem_of(*service, name, kind, fault);
  }
  if (const auto* consumer = named(scenario.consumers, name)) {
    return problem_of(*consumer, name, kind, fault);
  }
  return {"wrong-place", fmt::format("'{}' has no instances", name),
          "of a broker's crash: nodes: 1"};
}

}  // namespace

void check_balancing(Reader& reader, const Scenario& scenario, Nameable& names) {
  for (const auto& service : scenario.services) {
    if (service.parameters.ejection) names.ejecting.insert(service.name);
  }
  for (const auto& fault : scenario.faults) {
    if (!fault.parameters.instances) continue;
    const Problem problem = problem_of(scenario, fault.parameters);
    if (problem.what.empty()) continue;
    const Reader::Scope scope(reader, fmt::format("faults.{}.instances", fault.name));
    reader.error(problem.code, fault.at, problem.what, problem.hint);
  }
}

}  // namespace spillway
