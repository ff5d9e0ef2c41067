#include "analysis/theory/feeders.h"

#include <algorithm>
#include <cstddef>
#include <variant>
#include <vector>

#include "sim/scenario/struck.h"

namespace spillway::theory {
namespace {

std::size_t ways_to(const Program& program, const std::string& target);

struct WaysTo {
  const std::string& target;

  std::size_t operator()(const CallParameters& call) const {
    return static_cast<std::size_t>(
               std::ranges::count(callees_of(call), target, &Reference::name)) +
           instead(call.fallback);
  }
  std::size_t operator()(const SendParameters& send) const {
    return (send.channel.name == target) + instead(send.fallback);
  }
  std::size_t operator()(const RequestParameters& request) const {
    return (request.channel.name == target) + instead(request.fallback);
  }
  std::size_t operator()(const GatherParameters& gather) const { return instead(gather.fallback); }
  std::size_t operator()(const SubmitParameters& submit) const {
    return (submit.to.name == target) + instead(submit.fallback);
  }
  std::size_t operator()(const ReadParameters& read) const {
    return instead(read.miss) + instead(read.fallback);
  }
  std::size_t instead(const std::optional<Program>& fallback) const {
    return fallback ? ways_to(*fallback, target) : 0;
  }
  std::size_t operator()(const ChooseParameters& choose) const {
    std::size_t ways = 0;
    for (const auto& way : choose.ways) ways += ways_to(way.program, target);
    return ways;
  }
  /// Steps done again lead there again.
  std::size_t operator()(const RepeatParameters& repeat) const {
    return static_cast<std::size_t>(repeat.repeated.times) * ways_to(repeat.repeated.steps, target);
  }
  std::size_t operator()(const SagaParameters& saga) const {
    std::size_t ways = instead(saga.fallback);
    for (const SagaStage& stage : saga.stages) {
      ways += ways_to(stage.steps, target) + instead(stage.undo);
    }
    return ways;
  }
  std::size_t operator()(const ParallelParameters& parallel) const {
    std::size_t ways = 0;
    for (const Program& branch : parallel.branches) ways += ways_to(branch, target);
    return ways;
  }
  template <class Other>
  std::size_t operator()(const Other&) const {
    return 0;
  }
};

/// How many steps lead there.
std::size_t ways_to(const Program& program, const std::string& target) {
  std::size_t ways = 0;
  for (const StepDeclaration& step : program.steps) {
    ways += std::visit(WaysTo{target}, step.parameters);
  }
  return ways;
}

void collect_channels(const Program& program, std::vector<std::string>& channels);

struct Channels {
  std::vector<std::string>& found;

  void operator()(const CallParameters& call) const { instead(call.fallback); }
  void operator()(const SendParameters& send) const {
    found.push_back(send.channel.name);
    instead(send.fallback);
  }
  void operator()(const RequestParameters& request) const {
    found.push_back(request.channel.name);
    instead(request.fallback);
  }
  void operator()(const GatherParameters& gather) const { instead(gather.fallback); }
  void operator()(const SubmitParameters& submit) const {
    found.push_back(submit.to.name);
    instead(submit.fallback);
  }
  void operator()(const ReadParameters& read) const {
    instead(read.miss);
    instead(read.fallback);
  }
  void instead(const std::optional<Program>& fallback) const {
    if (fallback) collect_channels(*fallback, found);
  }
  void operator()(const ChooseParameters& choose) const {
    for (const auto& way : choose.ways) collect_channels(way.program, found);
  }
  void operator()(const RepeatParameters& repeat) const {
    collect_channels(repeat.repeated.steps, found);
  }
  void operator()(const SagaParameters& saga) const {
    for (const SagaStage& stage : saga.stages) {
      collect_channels(stage.steps, found);
      instead(stage.undo);
    }
    instead(saga.fallback);
  }
  void operator()(const ParallelParameters& parallel) const {
    for (const Program& branch : parallel.branches) collect_channels(branch, found);
  }
  template <class Other>
  void operator()(const Other&) const {}
};

void collect_channels(const Program& program, std::vector<std::string>& channels) {
  for (const StepDeclaration& step : program.steps) std::visit(Channels{channels}, step.parameters);
}

bool begins_with(const Program& program, const std::string& target) {
  if (program.steps.empty()) return false;
  const auto& first = program.steps.front().parameters;
  // Steps that hold steps have no one first.
  const bool is_plain = std::holds_alternative<CallParameters>(first) ||
                        std::holds_alternative<SendParameters>(first) ||
                        std::holds_alternative<PublishParameters>(first);
  return is_plain && std::visit(WaysTo{target}, first) != 0;
}

}  // namespace

const Component<ProducerParameters>* sole_sender(const Scenario& scenario,
                                                 const std::string& target) {
  std::size_t ways = 0;
  const Component<ProducerParameters>* feeder = nullptr;
  for (const auto& producer : scenario.producers) {
    ways += ways_to(producer.parameters.does, target);
    if (begins_with(producer.parameters.does, target)) feeder = &producer;
  }
  for (const auto& service : scenario.services) ways += ways_to(service.parameters.does, target);
  for (const auto& consumer : scenario.consumers) {
    ways += ways_to(consumer.parameters.does, target);
    if (consumer.parameters.per_batch) ways += ways_to(*consumer.parameters.per_batch, target);
  }
  for (const auto& queue : scenario.queues) {
    const auto& dead_letter = queue.parameters.dead_letter;
    if (dead_letter && dead_letter->to.name == target) ++ways;
  }
  for (const auto& fault : scenario.faults) {
    if (const std::string* to = redriven_to(scenario, fault.parameters); to && *to == target) {
      ++ways;
    }
  }
  for (const auto& topic : scenario.topics) {
    for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
      if (subscription.to.name == target) ++ways;
      if (subscription.dead_letter && subscription.dead_letter->name == target) ++ways;
    }
  }
  for (const auto& store : scenario.stores) {
    const auto& outbox = store.parameters.outbox;
    if (outbox && outbox->to.name == target) ++ways;
  }
  return ways == 1 ? feeder : nullptr;
}

const Component<ProducerParameters>* sole_feeder(const Scenario& scenario,
                                                 const std::string& target) {
  const auto* feeder = sole_sender(scenario, target);
  if (feeder == nullptr) return nullptr;
  const auto& message = feeder->parameters.message;
  const bool expires = message && message->ttl;
  const bool is_queue =
      std::ranges::any_of(scenario.queues, [&](const auto& queue) { return queue.name == target; });
  return expires && is_queue ? nullptr : feeder;
}

std::vector<std::string> channels_of(const Program& program) {
  std::vector<std::string> channels;
  collect_channels(program, channels);
  return channels;
}

std::vector<const Component<ConsumerParameters>*> takers_of(const Scenario& scenario,
                                                            const std::string& queue) {
  std::vector<const Component<ConsumerParameters>*> takers;
  for (const auto& consumer : scenario.consumers) {
    if (consumer.parameters.from.name == queue) takers.push_back(&consumer);
  }
  return takers;
}

}  // namespace spillway::theory
