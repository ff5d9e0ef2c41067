#include "sim/run/wiring.h"

namespace spillway {

Protection Wiring::protection_of(const Component<ServiceParameters>& declared,
                                 ServiceWiring& wiring) const {
  const ServiceParameters& parameters = declared.parameters;
  Protection protection;
  // A balancer stands behind that limit.
  if (parameters.rate_limit && !parameters.balancing)
    protection.rate_limit = limit_of(*parameters.rate_limit);
  if (parameters.concurrency_limit) {
    protection.concurrency_limit.emplace(rules_of(*parameters.concurrency_limit));
  }
  if (parameters.cores) {
    const Count shared_by = parameters.balancing ? 1 : parameters.instances;
    protection.cores.emplace(wiring.address,
                             static_cast<std::uint64_t>(shared_by * *parameters.cores),
                             SharedProcessors::kDoneOnCores);
  }
  if (parameters.discipline == Discipline::processor_sharing) {
    protection.shares = true;
    protection.processors.emplace(wiring.address, wiring.slots);
    wiring.slots = wiring.room > ~std::uint64_t{0} - wiring.slots ? ~std::uint64_t{0}
                                                                  : wiring.slots + wiring.room;
    wiring.room = 0;
    return protection;
  }
  if (may_stand_still(declared.name)) {
    protection.processors.emplace(wiring.address, SharedProcessors::kOneForEach);
  }
  if (parameters.discipline != Discipline::fifo || parameters.codel) {
    const Time lifo_after = parameters.lifo_after.value_or(Duration{100 * kMillisecond}).ns;
    protection.line.emplace(parameters.discipline, lifo_after);
  }
  if (const auto& codel = parameters.codel) {
    protection.codel.emplace(codel->target.ns, codel->interval.ns, codel->drops);
  }
  return protection;
}

}  // namespace spillway
