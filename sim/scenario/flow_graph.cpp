#include "sim/scenario/flow_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "sim/language/quantity_text.h"
#include "sim/scenario/store_use.h"

namespace spillway {
namespace {

using Visit = std::function<void(const StepDeclaration&, double, const std::string&)>;

/// What a step does instead when it has failed; nullptr: nothing.
const Program* fallback_of(const StepDeclaration& step) {
  return std::visit(
      []<class P>(const P& parameters) -> const Program* {
        if constexpr (requires { parameters.fallback; }) {
          return parameters.fallback ? &*parameters.fallback : nullptr;
        } else {
          return nullptr;
        }
      },
      step.parameters);
}

/// Returns the probability of getting past the last step.
double walk(const Program& program, const std::string& path, double probability,
            const Visit& visit) {
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    const StepDeclaration& step = program.steps[i];
    const std::string place = fmt::format("{}[{}]", path, i + 1);
    visit(step, probability, place);
    if (const auto* fail = std::get_if<FailParameters>(&step.parameters)) {
      if (fail->share.column.empty()) probability *= 1 - fail->share.share.value;
    } else if (const auto* choose = std::get_if<ChooseParameters>(&step.parameters)) {
      double past = 0;
      for (const ChooseParameters::Way& way : choose->ways) {
        past += walk(way.program, fmt::format("{}.choose.{}", place, print(way.share)),
                     probability * way.share.value, visit);
      }
      probability = past;
    } else if (const Program* fallback = fallback_of(step)) {
      // How often the call fails is not known here: what is done instead counts as never.
      walk(*fallback, fmt::format("{}.fallback", place), 0, visit);
    }
  }
  return probability;
}

}  // namespace

std::vector<HandlerOf> handlers_of(const Scenario& scenario) {
  std::vector<HandlerOf> handlers;
  for (const auto& producer : scenario.producers) {
    handlers.push_back({producer.name, Noun::producer,
                        fmt::format("producers.{}.does", producer.name),
                        &producer.parameters.does});
  }
  for (const auto& service : scenario.services) {
    handlers.push_back({service.name, Noun::service, fmt::format("services.{}.does", service.name),
                        &service.parameters.does});
  }
  for (const auto& consumer : scenario.consumers) {
    handlers.push_back({consumer.name, Noun::consumer,
                        fmt::format("consumers.{}.does", consumer.name),
                        &consumer.parameters.does});
  }
  return handlers;
}

void for_each_step(const Program& program, const std::string& path, const Visit& visit) {
  walk(program, path, 1, visit);
}

double share_wanted(const ProducerParameters& producer,
                    const SubscriptionParameters& subscription) {
  if (!subscription.filter) return 1;
  const auto wants = [&](const std::string& type) {
    return std::ranges::any_of(subscription.filter->type.names,
                               [&](const Reference& name) { return name.name == type; });
  };
  if (!producer.message || !producer.message->type) return 0;
  const TypeShares& type = *producer.message->type;
  double share = 0;
  for (const auto& [name, of_name] : type.shares) share += wants(name) ? of_name.value : 0;
  if (type.column.empty() || !producer.load.trace || !producer.load.trace->rows) return share;
  const TraceParameters::Rows& rows = *producer.load.trace->rows;
  const auto words = rows.words.find(type.column);
  for (const auto& [column, codes] : rows.columns) {
    if (column != type.column || words == rows.words.end() || rows.at.empty()) continue;
    for (std::size_t row = 0; row < rows.at.size(); ++row) {
      share += wants(words->second[static_cast<std::size_t>((*codes)[row])]) ? 1 : 0;
    }
    share /= static_cast<double>(rows.at.size());
  }
  return share;
}

FlowGraph::FlowGraph(const Scenario& scenario) {
  for (const HandlerOf& handler : handlers_of(scenario)) {
    auto& next = next_[handler.name];
    for_each_step(*handler.program, "", [&](const StepDeclaration& step, double, const auto&) {
      if (const auto* call = std::get_if<CallParameters>(&step.parameters)) {
        next.push_back(call->service.name);
      } else if (const auto* send = sending(step)) {
        next.push_back(send->channel.name);
      } else if (const auto use = store_use(step)) {
        next.push_back(use->store());
      }
    });
  }
  for (const auto& queue : scenario.queues) {
    if (const auto& dead = queue.parameters.dead_letter) next_[queue.name].push_back(dead->to.name);
  }
  for (const auto& topic : scenario.topics) {
    auto& next = next_[topic.name];
    for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
      next.push_back(subscription.to.name);
      if (subscription.dead_letter) next.push_back(subscription.dead_letter->name);
    }
  }
  for (const auto& consumer : scenario.consumers) {
    const std::string& from = consumer.parameters.from.name;
    if (!from.empty()) next_[from].push_back(consumer.name);
  }
}

std::map<std::string_view, std::string_view> FlowGraph::reached_from(
    const std::vector<std::string_view>& starts) const {
  std::map<std::string_view, std::string_view> reached;
  for (const std::string_view start : starts) reached.emplace(start, start);
  std::vector<std::string_view> open(starts.begin(), starts.end());
  while (!open.empty()) {
    const std::string_view name = open.back();
    open.pop_back();
    const auto from = next_.find(name);
    if (from == next_.end()) continue;
    for (const std::string_view to : from->second) {
      if (reached.emplace(to, reached.at(name)).second) open.push_back(to);
    }
  }
  return reached;
}

}  // namespace spillway
