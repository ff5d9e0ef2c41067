#include <cassert>
#include <concepts>

#include "sim/run/by_name.h"
#include "sim/run/wiring.h"

namespace spillway {

/// Each trigger looks at metrics where they stand: no component is placed after it.
void Wiring::wire_triggers() {
  auto& faults = std::get<std::vector<Fault>>(world_.pools_);
  const auto declared = by_name(scenario_.faults);
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (!declared[i]->parameters.when) continue;
    const LoadCondition& when = *declared[i]->parameters.when;
    Trigger trigger;
    trigger.above = when.above;
    trigger.bound = when.value;
    world_.each_measured([&]<class M>(const std::string& name, M& metrics) {
      if (name != when.component) return;
      for_each_metric<M>([&](const auto& metric) {
        if (metric.name != when.name) return;
        using T = std::remove_cvref_t<decltype(metric)>::Value;
        if constexpr (std::same_as<T, Level>) trigger.level = &(metrics.*metric.member);
        if constexpr (std::same_as<T, Age>) trigger.age = &(metrics.*metric.member);
      });
    });
    assert(trigger.level != nullptr || trigger.age != nullptr);
    faults[i].set_off_by(trigger);
  }
}

}  // namespace spillway
