#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "sim/flow/price.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/quantity.h"

namespace spillway {

/// Names of message types: `placed`, or `[placed, cancelled]`.
struct TypeNames {
  std::vector<Reference> names;
};

/// Which messages a subscription wants.
struct FilterParameters {
  TypeNames type;

  static constexpr auto fields() {
    return std::tuple{Field{&FilterParameters::type, "type",
                            "Only messages of this type, or of these; others are filtered",
                            kAtLeastZero, Need::required}};
  }
};

/// One who gets a copy of each message.
struct SubscriptionParameters {
  Reference to;
  std::optional<FilterParameters> filter;
  std::optional<Reference> dead_letter;

  static constexpr auto fields() {
    using S = SubscriptionParameters;
    return std::tuple{
        Field{&S::to, "to", "The queue that takes the copies, or the consumer they are pushed to",
              kAtLeastZero, Need::required, Noun::queue | Noun::consumer},
        Field{&S::filter, "filter", "Which messages it wants; default: all"},
        Field{&S::dead_letter, "dead_letter",
              "The queue for copies that nobody took; default: they are lost", kAtLeastZero,
              Need::optional, Noun::queue},
    };
  }
};

struct NamedSubscription {
  std::string name;
  Location at;
  SubscriptionParameters subscription;
};

/// Hands a copy of each message to every subscription, and keeps none.
struct TopicParameters {
  std::vector<NamedSubscription> subscriptions;
  std::optional<Distribution> delivery;
  std::optional<Distribution> confirm;
  std::optional<TopicPrice> price;

  static constexpr auto fields() {
    return std::tuple{
        Field{&TopicParameters::subscriptions, "subscriptions", "Who gets copies, by name"},
        Field{&TopicParameters::delivery, "delivery",
              "Time the topic takes to hand a copy on, besides the network; drawn for each "
              "subscription"},
        Field{&TopicParameters::confirm, "confirm",
              "Time the topic takes to confirm a message, besides the network"},
        Field{&TopicParameters::price, "price",
              "What its publishes and deliveries cost; default: what `price` says of all"},
    };
  }
};

}  // namespace spillway
