#include <algorithm>

#include "sim/run/wiring.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/names.h"

namespace spillway {

bool Wiring::has_jobs(const std::string& component) const {
  const auto is_here = [&](const std::string& to) {
    return to == component || std::ranges::any_of(scenario_.consumers, [&](const auto& consumer) {
             return consumer.name == component && consumer.parameters.from.name == to;
           });
  };
  bool has = false;
  for (const HandlerOf& handler : handlers_of(scenario_)) {
    for_each_step(*handler.program, "", [&](const StepDeclaration& step, double, const auto&) {
      const auto* submit = std::get_if<SubmitParameters>(&step.parameters);
      has = has || (submit != nullptr && is_here(submit->to.name));
    });
  }
  return has;
}

std::uint32_t Wiring::add_asking(Asking asking) {
  Context& context = world_.context_;
  if (context.replies == 0) {
    auto& names = world_.names_[kind_of<Correspondence>];
    context.replies = component_address(kind_of<Correspondence>, 0);
    names.emplace_back("replies");
    std::get<std::vector<Correspondence>>(world_.pools_)
        .emplace_back(Correspondence::Wiring{context.replies});
  }
  asking.by = context.replies;
  context.askings.push_back(std::move(asking));
  return static_cast<std::uint32_t>(context.askings.size() - 1);
}

void Wiring::compile_asking(std::uint8_t op, const SendParameters& step, Asking asking,
                            const Place& place) {
  const std::string& to = step.channel.name;
  const std::string edge = edge_name(place.component, to);
  const std::uint32_t number = add_exchange(to, edge, edge, step.network, place.holds, place);
  Exchange& exchange = world_.context_.exchanges[number];
  exchange.kind = Exchange::Kind::send;
  exchange.access = add_asking(std::move(asking));
  exchange.envelope = envelope_of(step, place);
  limit(exchange, step.timeout, {}, place);
  if (step.retry) try_again(exchange, *step.retry, place);
  emit(op, number);
  compile_fallback(number, step.fallback, place);
}

void Wiring::compile_step(const RequestParameters& step, const Place& place) {
  compile_asking(op_of<Request>, step, {}, place);
}

void Wiring::compile_step(const GatherParameters& step, const Place& place) {
  Asking asking;
  asking.needed = static_cast<std::uint32_t>(step.first.value_or(1));
  if (step.until) asking.until = step.until->ns;
  for (const auto& topic : scenario_.topics) {
    if (topic.name != step.channel.name) continue;
    for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
      asking.lanes.push_back(lane_of(edge_name(topic.name, subscription.to.name)));
    }
  }
  compile_asking(op_of<Gather>, step, std::move(asking), place);
}

void Wiring::compile_step(const SubmitParameters& step, const Place& place) {
  const std::string& to = step.to.name;
  const std::string edge = edge_name(place.component, to);
  const std::uint32_t number = add_exchange(to, edge, edge, step.network, place.holds, place);
  Asking asking;
  asking.every = step.poll.every.ns;
  if (step.poll.timeout) asking.limit = step.poll.timeout->ns;
  Exchange& exchange = world_.context_.exchanges[number];
  const bool to_queue =
      std::ranges::any_of(scenario_.queues, [&](const auto& queue) { return queue.name == to; });
  if (to_queue) exchange.kind = Exchange::Kind::send;
  exchange.access = add_asking(std::move(asking));
  limit(exchange, step.timeout, {}, place);
  if (step.retry) try_again(exchange, *step.retry, place);
  emit(op_of<Submit>, number);
  compile_fallback(number, step.fallback, place);
}

}  // namespace spillway
