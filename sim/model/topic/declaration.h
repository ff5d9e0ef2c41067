#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/flow/price.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/model/topic/filter_declaration.h"
#include "sim/model/topic/retry_declaration.h"

namespace spillway {

/// One who gets a copy of each message.
struct SubscriptionParameters {
  Reference to;
  std::optional<FilterParameters> filter;
  std::optional<SubscriptionRetryParameters> retry;
  std::optional<Duration> timeout;
  std::optional<Reference> dead_letter;

  static constexpr auto fields() {
    using S = SubscriptionParameters;
    return Pack{
        Field{&S::to, "to",
              "The queue that takes the copies, the consumer they are pushed to, or the service "
              "that is called with them",
              kAtLeastZero, Need::required, Noun::queue | Noun::consumer | Noun::service},
        Field{&S::filter, "filter", "Which messages it wants; default: all"},
        Field{&S::retry, "retry",
              "How a copy that was not taken is tried again; {}: not at all; default: as the topic "
              "says"},
        Field{&S::timeout, "timeout",
              "Of a service: how long the topic waits for an answer before the attempt has failed; "
              "default: as the topic's call_timeout says",
              kPositive},
        Field{&S::dead_letter, "dead_letter",
              "The queue for copies that nobody took in the end; default: they are lost",
              kAtLeastZero, Need::optional, Noun::queue},
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
  std::optional<SubscriptionRetryParameters> retry;
  std::optional<SubscriptionRetryParameters> call_retry;
  std::optional<Duration> call_timeout;

  static constexpr auto fields() {
    return Pack{
        Field{&TopicParameters::subscriptions, "subscriptions", "Who gets copies, by name"},
        Field{&TopicParameters::delivery, "delivery",
              "Time the topic takes to hand a copy on, besides the network; drawn for each "
              "subscription"},
        Field{&TopicParameters::confirm, "confirm",
              "Time the topic takes to confirm a message, besides the network"},
        Field{&TopicParameters::price, "price",
              "What its publishes and deliveries cost; default: what `price` says of all"},
        Field{&TopicParameters::retry, "retry",
              "How copies that were not taken are tried again, for subscriptions that say nothing; "
              "default: not at all"},
        Field{&TopicParameters::call_retry, "call_retry",
              "The same for subscriptions that call a service; default: as `retry`"},
        Field{&TopicParameters::call_timeout, "call_timeout",
              "How long the topic waits for the answer of a service; default: as long as it takes",
              kPositive},
    };
  }
};

}  // namespace spillway
