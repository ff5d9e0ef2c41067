#include <algorithm>
#include <utility>

#include "sim/run/by_name.h"
#include "sim/run/wiring.h"

namespace spillway {
namespace {

double number(auto n) { return static_cast<double>(n); }

/// Time of the window. Unit: s.
double length(const Window& window) {
  double seconds = 0;
  for (const auto& [from, until] : window.spans) seconds += to_seconds(until - from);
  return seconds;
}

/// A level over the window. Unit: its own x s.
double area(const Level& level, const Window& window) { return level.sample(window).total * 1e-9; }

double dollars(const std::optional<UnitPrice>& price) { return price ? price->dollars : 0; }
double dollars(const std::optional<RentalPrice>& price) {
  return price ? price->dollars_per_second : 0;
}
double dollars(const std::optional<StoragePrice>& price) {
  return price ? price->dollars_per_byte_second : 0;
}

/// Of instances that are there all the time, or, with a fleet, as long as they are there.
double cost(const HandlerPrice& price, double instances, const Fleet* fleet, const Level& busy,
            std::uint64_t handled, const Window& window) {
  const double rented =
      fleet != nullptr ? area(fleet->metrics().there, window) : instances * length(window);
  return dollars(price.instance) * rented + dollars(price.slot) * area(busy, window) +
         dollars(price.request) * number(handled);
}

/// Those that take from the component of this name.
std::vector<const Consumer*> takers_of(const std::string& name, const Scenario& scenario,
                                       const std::vector<Consumer>& consumers) {
  std::vector<const Consumer*> takers;
  const auto declared = by_name(scenario.consumers);
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (declared[i]->parameters.from.name == name) takers.push_back(&consumers[i]);
  }
  return takers;
}

}  // namespace

/// Each charge looks at metrics where they stand: nothing is wired after it.
void Wiring::list_charges() {
  const auto of_service = [](const auto& service, const ServiceParameters& declared) {
    return
        [&, price = *declared.price, instances = number(declared.instances)](const Window& window) {
          const ServiceMetrics& metrics = service.metrics();
          const std::uint64_t handled =
              metrics.received.in(window)-metrics.refused.in(window)-metrics.cancelled.in(window);
          return cost(price, instances, service.fleet(), metrics.busy, handled, window);
        };
  };
  charge<Service>(scenario_.services, of_service);
  charge<BalancedService>(scenario_.services, of_service);
  charge<Consumer>(
      scenario_.consumers, [](const Consumer& consumer, const ConsumerParameters& declared) {
        return [&, price = *declared.price,
                instances = number(declared.instances)](const Window& window) {
          const ConsumerMetrics& metrics = consumer.metrics();
          const std::uint64_t handled = metrics.handled.in(window) + metrics.failed.in(window);
          return cost(price, instances, consumer.fleet(), metrics.busy, handled, window);
        };
      });
  charge<Queue>(scenario_.queues, [&](const Queue& queue, const QueueParameters& declared) {
    auto takers = takers_of(world_.name_of(queue.address()), scenario_,
                            std::get<std::vector<Consumer>>(world_.pools_));
    std::vector<const Edge*> senders;
    for (const Edge& edge : world_.context_.edges) {
      if (edge.to == queue.address()) senders.push_back(&edge);
    }
    return [&queue, price = *declared.price, takers = std::move(takers),
            senders = std::move(senders)](const Window& window) {
      const QueueMetrics& metrics = queue.metrics();
      std::uint64_t requests = queue.receive_calls(window) + metrics.empty_receives.in(window) +
                               metrics.extensions.in(window);
      for (const Edge* edge : senders) requests += edge->metrics.attempts.in(window);
      for (const Consumer* taker : takers) requests += taker->settle_calls(window);
      return dollars(price.request) * number(requests) +
             dollars(price.storage) * area(metrics.bytes, window);
    };
  });
  charge<Topic>(scenario_.topics, [](const Topic& topic, const TopicParameters& declared) {
    return [&topic, price = *declared.price](const Window& window) {
      std::uint64_t pushed = 0;
      for (const Topic::Subscription& subscription : topic.subscriptions()) {
        const bool pushes = subscription.wiring.instances != 0 || subscription.wiring.calls;
        if (pushes) pushed += subscription.metrics.receives.in(window);
      }
      return dollars(price.request) * number(topic.metrics().published.in(window)) +
             dollars(price.delivery) * number(pushed);
    };
  });
  charge<Log>(scenario_.logs, [](const Log& log, const LogParameters& declared) {
    return [&log, price = *declared.price,
            partitions = number(declared.partitions)](const Window& window) {
      const std::uint64_t sent =
          log.metrics().appended.in(window) + log.metrics().rejected.in(window);
      return dollars(price.request) * number(sent) +
             dollars(price.partition) * partitions * length(window);
    };
  });
  charge<Store>(scenario_.stores, [](const Store& store, const StoreParameters& declared) {
    return [&store, price = *declared.price](const Window& window) {
      const StoreMetrics& metrics = store.metrics();
      return dollars(price.read) * number(metrics.reads.in(window)) +
             dollars(price.write) * number(metrics.writes.in(window) + metrics.applies.in(window));
    };
  });
  std::ranges::sort(world_.charges_, {}, &Charge::component);
}

/// Lists what the priced ones of these components cost.
template <class C, class P>
void Wiring::charge(const std::vector<Component<P>>& components, const auto& dollars_of) {
  const auto declared = by_name_as<C>(components);
  const auto& pool = std::get<std::vector<C>>(world_.pools_);
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const P& parameters = declared[i]->parameters;
    if (!parameters.price) continue;
    world_.charges_.push_back({declared[i]->name, dollars_of(pool[i], parameters)});
  }
}

}  // namespace spillway
