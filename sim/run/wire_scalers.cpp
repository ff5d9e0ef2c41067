#include <algorithm>

#include "sim/run/by_name.h"
#include "sim/run/wiring.h"
#include "sim/scenario/log_readers.h"

namespace spillway {
namespace {

double target_of(const ScaleParameters& scale) {
  switch (scale.by) {
    case ScaleBy::backlog_per_instance:
      return *scale.target->number;
    case ScaleBy::age:
      return static_cast<double>(scale.target->age->ns);
    case ScaleBy::utilization:
      return scale.target->share->value;
    case ScaleBy::schedule:
    case ScaleBy::pollers:
      break;
  }
  return 1;
}

Scaler::Wiring wiring_of(const ScaleParameters& scale) {
  Scaler::Wiring wiring;
  wiring.policy.by = scale.by;
  wiring.policy.target = target_of(scale);
  wiring.policy.tolerance = scale.tolerance.value_or(Share{ScaleParameters::kTolerance}).value;
  wiring.policy.least = static_cast<std::uint32_t>(scale.min);
  wiring.policy.most = static_cast<std::uint32_t>(scale.max);
  if (scale.step) wiring.policy.step = static_cast<std::uint32_t>(*scale.step);
  if (scale.by != ScaleBy::schedule) {
    wiring.every = scale.every.value_or(Duration{ScaleParameters::kEvery}).ns;
  }
  const CooldownParameters cooldown = scale.cooldown.value_or(CooldownParameters{});
  wiring.cooldown_out = cooldown.out.ns;
  wiring.cooldown_in = cooldown.in.ns;
  for (const NamedShift& named : scale.schedule) {
    const ShiftParameters& shift = named.shift;
    const Time until =
        shift.lasts.ns > kNever - 1 - shift.at.ns ? kNever : shift.at.ns + shift.lasts.ns;
    wiring.shifts.push_back({shift.at.ns, until, static_cast<std::uint32_t>(shift.instances)});
  }
  return wiring;
}

}  // namespace

template <class P>
std::unique_ptr<Fleet> Wiring::fleet_of(const Component<P>& declared) {
  const P& parameters = declared.parameters;
  if (!parameters.scale) return nullptr;
  Fleet::Wiring wiring;
  wiring.address = address_of(declared.name);
  wiring.first = static_cast<std::uint32_t>(first_instances(parameters));
  wiring.most = static_cast<std::uint32_t>(parameters.scale->max);
  wiring.slots = static_cast<std::uint64_t>(parameters.concurrency);
  if constexpr (requires { parameters.from; }) {
    // Each client of a log is an instance of its own.
    if (reads_log(scenario_, parameters)) {
      wiring.places_of_each = static_cast<std::uint32_t>(wiring.slots);
      wiring.first *= static_cast<std::uint32_t>(wiring.slots);
      wiring.most *= static_cast<std::uint32_t>(wiring.slots);
      wiring.slots = 1;
    }
  }
  if (parameters.scale->startup) {
    wiring.startup = add_site(declared.name + "/startup", *parameters.scale->startup);
  }
  return std::make_unique<Fleet>(wiring);
}
template std::unique_ptr<Fleet> Wiring::fleet_of(const Component<ServiceParameters>&);
template std::unique_ptr<Fleet> Wiring::fleet_of(const Component<ConsumerParameters>&);

/// Each scaler looks at metrics where they stand: no component is placed after it.
void Wiring::wire_scalers() {
  auto& scalers = std::get<std::vector<Scaler>>(world_.pools_);
  auto& names = world_.names_[kind_of<Scaler>];
  const auto add = [&]<class C, class P>(std::vector<C>& pool,
                                         const std::vector<Component<P>>& components) {
    const auto declared = by_name_as<C>(components);
    for (std::size_t i = 0; i < declared.size(); ++i) {
      const P& parameters = declared[i]->parameters;
      if (!parameters.scale) continue;
      Scaler::Wiring wiring = wiring_of(*parameters.scale);
      // Faults alone change its number.
      if (wiring.every == 0 && wiring.shifts.empty()) continue;
      wiring.address =
          component_address(kind_of<Scaler>, static_cast<std::uint32_t>(scalers.size()));
      wiring.component = pool[i].address();
      names.push_back(declared[i]->name);
      Scaler::Sight sight;
      sight.fleet = pool[i].fleet();
      const ScaleBy by = parameters.scale->by;
      const bool polls = by == ScaleBy::pollers;
      if (by == ScaleBy::utilization || polls) sight.busy = &pool[i].metrics().busy;
      if constexpr (requires { parameters.from; }) {
        const Queue& queue =
            std::get<std::vector<Queue>>(world_.pools_)[index_of(address_of(parameters.from.name))];
        if (by == ScaleBy::backlog_per_instance || polls) sight.backlog = &queue.metrics().ready;
        if (by == ScaleBy::age) sight.age = &queue.metrics().oldest;
        if (polls) sight.failed = &pool[i].metrics().failed;
        if (polls) sight.held_up = &pool[i].held_up();
      }
      scalers.emplace_back(std::move(wiring)).look_at(sight);
    }
  };
  add(std::get<std::vector<Service>>(world_.pools_), scenario_.services);
  add(std::get<std::vector<BalancedService>>(world_.pools_), scenario_.services);
  add(std::get<std::vector<Consumer>>(world_.pools_), scenario_.consumers);
}

}  // namespace spillway
