#include <fmt/format.h>

#include "sim/scenario/check.h"
#include "sim/scenario/sections.h"

namespace spillway {
namespace {

/// Sets one price of one component, unless it says that one itself.
template <class Price, class P>
void give(std::optional<Price>& of, std::optional<P> Price::* which,
          const std::optional<P>& price) {
  if (!price) return;
  if (!of) of.emplace();
  if (!((*of).*which)) (*of).*which = price;
}

}  // namespace

void spread_prices(const PriceParameters& prices, Scenario& scenario) {
  for (auto& each : scenario.services) {
    give(each.parameters.price, &HandlerPrice::instance, prices.instance);
  }
  for (auto& each : scenario.consumers) {
    give(each.parameters.price, &HandlerPrice::instance, prices.instance);
  }
  for (auto& each : scenario.queues) {
    give(each.parameters.price, &QueuePrice::request, prices.request);
    give(each.parameters.price, &QueuePrice::storage, prices.storage);
  }
  for (auto& each : scenario.topics) {
    give(each.parameters.price, &TopicPrice::request, prices.request);
    give(each.parameters.price, &TopicPrice::delivery, prices.delivery);
  }
  for (auto& each : scenario.logs) {
    give(each.parameters.price, &LogPrice::request, prices.request);
  }
}

namespace {

/// What a key of `price` is paid for.
struct Payers {
  std::string_view key;
  std::string_view what;
  bool some;
};

}  // namespace

void check_prices(Reader& reader, const Node& tree, const Scenario& scenario, Nameable& names) {
  names.components.emplace("total", Noun::total);
  names.has_month = scenario.run.represents.has_value();
  for_each_section([&](const auto& section) {
    for (const auto& component : scenario.*section.components) {
      if constexpr (requires { component.parameters.price; }) {
        if (component.parameters.price) names.priced.insert(component.name);
      }
    }
  });
  if (names.has_month && names.priced.empty()) {
    const Reader::Scope scope(reader, "run");
    reader.warning("no-price", tree.find("run")->key_at,
                   "'represents' scales the cost to a month's, and nothing has a price",
                   "price: {instance: $0.096/h, request: $0.40/1M}");
  }
  const Entry* price = tree.find("price");
  if (price == nullptr) return;
  const Payers all[] = {
      {"instance", "services or consumers",
       !scenario.services.empty() || !scenario.consumers.empty()},
      {"request", "queues, topics or logs",
       !scenario.queues.empty() || !scenario.topics.empty() || !scenario.logs.empty()},
      {"delivery", "topics", !scenario.topics.empty()},
      {"storage", "queues", !scenario.queues.empty()},
  };
  const Reader::Scope scope(reader, "price");
  for (const Payers& payers : all) {
    const Entry* said = price->value.find(payers.key);
    if (said == nullptr || payers.some) continue;
    reader.warning("no-price", said->key_at,
                   fmt::format("nothing is paid by this: there are no {}", payers.what));
  }
}

}  // namespace spillway
