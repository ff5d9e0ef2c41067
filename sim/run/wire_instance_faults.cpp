#include <algorithm>

#include "sim/run/by_name.h"
#include "sim/run/wiring.h"
#include "sim/scenario/log_readers.h"
#include "sim/scenario/struck.h"

namespace spillway {

/// Whether a fault may let work that has begun stand still there.
bool Wiring::may_stand_still(const std::string& component) const {
  return std::ranges::any_of(scenario_.faults, [&](const auto& fault) {
    const bool keeps = fault.parameters.work == CrashedWork::resume;
    return std::ranges::any_of(
        struck_components(scenario_, fault.parameters), [&](const Struck& struck) {
          const bool stops =
              struck.kind == FaultKind::pause || (struck.kind == FaultKind::crash && keeps);
          return stops && struck.name == component;
        });
  });
}

void Wiring::wire_instance_fault(const Component<FaultParameters>& declared,
                                 Fault::Wiring& wiring) {
  const FaultParameters& says = declared.parameters;
  const std::string& name = says.restart ? says.restart->name : says.set->component.name;
  Fault::Instances instances;
  instances.of = address_of(name);
  const auto wire = [&](const auto& components) {
    for (const auto& component : components) {
      if (component.name != name) continue;
      const auto& parameters = component.parameters;
      instances.afterwards = static_cast<std::uint32_t>(parameters.instances);
      instances.at_a_time = 1;
      if constexpr (requires { parameters.from; }) {
        // A process of clients of a log, each of which is an instance to its consumer.
        if (reads_log(scenario_, parameters))
          instances.at_a_time = static_cast<std::uint32_t>(parameters.concurrency);
      }
    }
  };
  wire(scenario_.services);
  wire(scenario_.consumers);
  if (says.restart) {
    instances.places = instances.afterwards * instances.at_a_time;
    if (says.rolling) instances.each = says.each->ns;
  } else {
    instances.meanwhile = static_cast<std::uint32_t>(*says.to->instances);
  }
  wiring.instances = instances;
}

}  // namespace spillway
