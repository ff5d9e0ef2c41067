#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/check.h"

namespace spillway {
namespace {

/// Where a part of a component's `scale` stands; the component itself where that is not known.
template <class P>
void refuse(Reader& reader, const Component<P>& component, std::string_view key, std::string code,
            std::string message, std::string hint = "") {
  const Reader::Scope scope(reader, key);
  reader.error(std::move(code), component.at, std::move(message), std::move(hint));
}

template <class P>
void check_number(Reader& reader, const Component<P>& component) {
  const Count instances = component.parameters.instances;
  const Count most = component.parameters.scale->max;
  if (instances <= most) return;
  refuse(reader, component, "max", "out-of-range",
         fmt::format("expected at least the {} instances that there are at first; found {}",
                     instances, most));
}

void check_service(Reader& reader, const Component<ServiceParameters>& service) {
  const ScaleParameters& scale = *service.parameters.scale;
  check_number(reader, service);
  if (scale.by != ScaleBy::utilization && scale.by != ScaleBy::schedule) {
    refuse(reader, service, "by", "wrong-place",
           fmt::format("a service has no queue whose {} could be looked at",
                       scale.by == ScaleBy::age ? "age" : "backlog"),
           "by: utilization, or by: schedule");
  }
  if (scale.min == 0) {
    refuse(reader, service, "min", "out-of-range",
           "expected at least 1: a service without instances answers nobody; found 0");
  }
}

void check_consumer(Reader& reader, const Scenario& scenario,
                    const Component<ConsumerParameters>& consumer) {
  check_number(reader, consumer);
  const std::string& from = consumer.parameters.from.name;
  const bool takes =
      std::ranges::any_of(scenario.queues, [&](const auto& queue) { return queue.name == from; });
  if (takes) return;
  refuse(reader, consumer, "by", "wrong-place",
         from.empty() ? "only consumers that take from a queue scale; a topic pushes to this one"
                      : fmt::format("only consumers that take from a queue scale; '{}' is a log, "
                                    "whose group would rebalance",
                                    from),
         "put a queue between them, or leave scale out");
}

}  // namespace

void check_scale(Reader& reader, const Scenario& scenario, Nameable& names) {
  for (const auto& service : scenario.services) {
    if (!service.parameters.scale) continue;
    names.scaled.insert(service.name);
    const Reader::Scope scope(reader, fmt::format("services.{}.scale", service.name));
    check_service(reader, service);
  }
  for (const auto& consumer : scenario.consumers) {
    if (!consumer.parameters.scale) continue;
    names.scaled.insert(consumer.name);
    const Reader::Scope scope(reader, fmt::format("consumers.{}.scale", consumer.name));
    check_consumer(reader, scenario, consumer);
  }
}

}  // namespace spillway
