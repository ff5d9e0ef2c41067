#include <memory>

#include "sim/run/by_name.h"
#include "sim/run/wiring.h"

namespace spillway {

void Wiring::wire_limits() {
  for (const auto* limit : by_name(scenario_.limits)) {
    world_.shared_limits_.push_back(std::make_unique<SharedLimit>(
        limit->name, static_cast<std::uint64_t>(limit->parameters.concurrency)));
    for (const Reference& sharer : limit->parameters.of.all) {
      limits_[sharer.name] = world_.shared_limits_.back().get();
    }
  }
}

SharedLimit* Wiring::shared_limit_of(const std::string& component) const {
  const auto found = limits_.find(component);
  return found == limits_.end() ? nullptr : found->second;
}

Time Wiring::patience_of(const ConsumerParameters& parameters) const {
  const bool polls = parameters.scale && parameters.scale->by == ScaleBy::pollers;
  if (!polls || parameters.ack == Ack::before || parameters.heartbeat) return kNever;
  for (const auto& queue : scenario_.queues) {
    if (queue.name != parameters.from.name || queue.parameters.broker) continue;
    if (const auto& visibility = queue.parameters.visibility) return visibility->ns;
  }
  return kNever;
}

}  // namespace spillway
