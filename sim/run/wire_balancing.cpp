#include "sim/run/wiring.h"
#include "sim/scenario/log_readers.h"

namespace spillway {

/// Wires a service whose instances each have a line of their own.
void Wiring::balance(const Component<ServiceParameters>& declared, const ServiceWiring& each) {
  const ServiceParameters& parameters = declared.parameters;
  BalancedService::Wiring wiring;
  wiring.each = each;
  wiring.each.slots = static_cast<std::uint64_t>(parameters.concurrency);
  wiring.each.room = each.room_for_each;
  wiring.instances = static_cast<std::uint32_t>(most_instances(parameters));
  wiring.balancer.by = *parameters.balancing;
  if (Rotation::draws(*parameters.balancing)) {
    wiring.balancer.site = add_site(declared.name + "/balancing", Variate::unit());
  }
  if (parameters.ejection) wiring.balancer.ejection = rules_of(*parameters.ejection);
  if (parameters.rate_limit) wiring.rate_limit = limit_of(*parameters.rate_limit);
  const Protection protection = protection_of(declared, wiring.each);
  std::get<std::vector<BalancedService>>(world_.pools_)
      .emplace_back(wiring, protection, fleet_of(declared));
}

/// Compiles a fault that strikes the first instances of a component.
void Wiring::strike_instances(const Component<FaultParameters>& declared, const Struck& struck,
                              Impairment& impairment) {
  impairment.instances = static_cast<std::uint32_t>(*declared.parameters.instances);
  for (const auto& consumer : scenario_.consumers) {
    // Each client of a log is an instance to its consumer, and several are a process.
    if (consumer.name == struck.name && reads_log(scenario_, consumer.parameters)) {
      impairment.instances *= static_cast<std::uint32_t>(consumer.parameters.concurrency);
    }
  }
  for (const auto& service : scenario_.services) {
    // Where all draw from one line, which handler was at one of them is drawn.
    if (service.name == struck.name && !service.parameters.balancing) {
      impairment.site = add_site(declared.name + "/instances", Variate::unit());
    }
  }
}

}  // namespace spillway
