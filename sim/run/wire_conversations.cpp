#include <algorithm>

#include "sim/run/wiring.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/names.h"

namespace spillway {

bool Wiring::has_jobs(const std::string& component) {
  if (!job_takers_) {
    std::set<std::string>& takers = job_takers_.emplace();
    for (const HandlerOf& handler : handlers_of(scenario_)) {
      for_each_step(*handler.program, "", [&](const StepDeclaration& step, double, const auto&) {
        const auto* submit = std::get_if<SubmitParameters>(&step.parameters);
        if (submit != nullptr) takers.insert(submit->to.name);
      });
    }
    const std::set<std::string> channels = takers;
    for (const auto& consumer : scenario_.consumers) {
      if (channels.contains(consumer.parameters.from.name)) takers.insert(consumer.name);
    }
  }
  return job_takers_->contains(component);
}

/// Who takes in what comes to those who ask; the first is there for all of them.
Address Wiring::add_correspondence(std::string name, Address queue, std::uint32_t edge) {
  auto& names = world_.names_[kind_of<Correspondence>];
  auto& pool = std::get<std::vector<Correspondence>>(world_.pools_);
  const Address address =
      component_address(kind_of<Correspondence>, static_cast<std::uint32_t>(pool.size()));
  names.push_back(std::move(name));
  pool.emplace_back(Correspondence::Wiring{address, queue, edge});
  return address;
}

std::uint32_t Wiring::add_asking(Asking asking) {
  Context& context = world_.context_;
  if (context.replies == 0) context.replies = add_correspondence("replies", 0, 0);
  asking.by = context.replies;
  context.askings.push_back(std::move(asking));
  return static_cast<std::uint32_t>(context.askings.size() - 1);
}

/// Those who ask by a reply queue take from it: each its own replies, and any number of them.
void Wiring::take_replies(const std::string& queue, Queue::Wiring& wiring) {
  Context& context = world_.context_;
  for (const std::string& asker : askers_by(reply_ways_, queue)) {
    if (context.replies == 0) context.replies = add_correspondence("replies", 0, 0);
    const std::uint32_t edge = add_edge(edge_name(queue, asker), address_of(asker),
                                        network_between(scenario_, queue, asker));
    Queue::Taker taker;
    taker.consumer = add_correspondence(asker, say<Settle>(wiring.address), edge);
    taker.way = context.edges[edge].out;
    taker.edge = edge;
    wiring.takers.push_back(taker);
    wiring.replies = true;
    wiring.levels = 1;
  }
}

/// The way that replies take to those who ask by a reply queue that has a name.
void Wiring::route_replies(const RequestParameters& step, Asking& asking, const Place& place) {
  if (step.reply_to.name.empty()) return;
  const std::string& replies = step.reply_to.name;
  asking.reply_queue = say<Offer>(address_of(replies));
  for (const ReplyWay& way : reply_ways_) {
    if (way.asker != place.component || way.queue != step.channel.name || way.replies != replies) {
      continue;
    }
    const std::string consumer(way.consumer);
    const auto declared =
        std::ranges::find(scenario_.consumers, consumer, &Component<ConsumerParameters>::name);
    const std::string& from = declared->parameters.from.name;
    ReplyRoute route;
    route.delivery = add_edge(edge_name(from, consumer), address_of(consumer),
                              network_between(scenario_, from, consumer));
    route.edge = add_edge(edge_name(consumer, replies), address_of(replies),
                          network_between(scenario_, consumer, replies));
    asking.routes.push_back(route);
  }
  const auto askers = askers_by(reply_ways_, replies);
  Envelope envelope;
  envelope.taker =
      static_cast<std::uint32_t>(std::ranges::find(askers, place.component) - askers.begin());
  auto& envelopes = world_.context_.envelopes;
  envelopes.push_back(envelope);
  asking.envelope = static_cast<std::uint32_t>(envelopes.size() - 1);
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
  Asking asking;
  route_replies(step, asking, place);
  compile_asking(op_of<Request>, step, std::move(asking), place);
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
