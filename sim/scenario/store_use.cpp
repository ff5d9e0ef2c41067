#include "sim/scenario/store_use.h"

#include <algorithm>
#include <variant>

#include "sim/scenario/flow_graph.h"

namespace spillway {

std::optional<StoreUse> store_use(const StepDeclaration& step) {
  if (const auto* read = std::get_if<ReadParameters>(&step.parameters)) {
    return StoreUse{Operation::read, read, read->level, read->miss.has_value()};
  }
  if (const auto* write = std::get_if<WriteParameters>(&step.parameters)) {
    return StoreUse{Operation::write, write};
  }
  if (const auto* apply = std::get_if<ApplyParameters>(&step.parameters)) {
    return StoreUse{Operation::apply, apply};
  }
  return std::nullopt;
}

const std::optional<Distribution>& time_of(const StoreParameters& store, Operation operation) {
  switch (operation) {
    case Operation::read:
      return store.read;
    case Operation::write:
      return store.write;
    case Operation::apply:
      break;
  }
  return store.apply;
}

const Component<StoreParameters>* source_of(const Scenario& scenario, std::string_view store) {
  const auto named = [&](std::string_view name) -> const Component<StoreParameters>* {
    const auto found = std::ranges::find(scenario.stores, name, &Component<StoreParameters>::name);
    return found == scenario.stores.end() ? nullptr : &*found;
  };
  const Component<StoreParameters>* found = named(store);
  if (found == nullptr || found->parameters.kind != StoreKind::projection) return found;
  return found->parameters.of ? named(found->parameters.of->name) : nullptr;
}

const Reference* event_of(const Scenario& scenario, const StoreUse& use) {
  if (use.operation != Operation::write) return nullptr;
  const auto store =
      std::ranges::find(scenario.stores, use.store(), &Component<StoreParameters>::name);
  if (store == scenario.stores.end() || !store->parameters.outbox) return nullptr;
  return &store->parameters.outbox->to;
}

StoreUsers::StoreUsers(const Scenario& scenario) {
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string& path) {
                    if (const auto use = store_use(step)) {
                      steps_.push_back({handler.name, path, step.at, *use});
                      reaching_[handler.name];
                    }
                  });
  }
  if (steps_.empty()) return;
  const FlowGraph graph(scenario);
  for (const auto& producer : scenario.producers) {
    const auto reached = graph.reached_from({producer.name});
    for (auto& [handler, producers] : reaching_) {
      if (reached.contains(handler)) producers.push_back(&producer);
    }
  }
}

StoreUsers::Producers StoreUsers::reaching(std::string_view handler) const {
  const auto found = reaching_.find(handler);
  return found == reaching_.end() ? Producers{} : found->second;
}

StoreUsers::Producers StoreUsers::writers_of(std::string_view source, bool own_keys) const {
  Producers writers;
  for (const Step& step : steps_) {
    if (step.use.operation != Operation::write || step.use.store() != source) continue;
    if (own_keys && !step.use.own_key()) continue;
    for (const auto* producer : reaching(step.handler)) {
      if (std::ranges::find(writers, producer) == writers.end()) writers.push_back(producer);
    }
  }
  return writers;
}

}  // namespace spillway
