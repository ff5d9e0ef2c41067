#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/ledger.h"
#include "sim/flow/turns.h"
#include "sim/model/topic/declaration.h"
#include "sim/model/topic/metrics.h"

namespace spillway {

/// Hands a copy of each message to every subscription that wants it, and keeps none.
///
///                    ┌─► filtered
///   publish ──► for each subscription ──copy──► queue ────► confirmed, or rejected
///     │              │                └──push──► consumer ─► acknowledged, or its handler failed
///     ▼              └─► nobody can take it ─► lost, or its dead-letter queue
///   confirmed
///
/// A copy is a part of the same root's work. Its random numbers lie on the lane of its own edge,
/// `topic -> target`, so that another subscription changes nothing for it.
///
/// A consumer is pushed to while its connection is open and, where it says a prefetch, while one
/// of its instances holds fewer unacknowledged messages than that; instances take turns.
class Topic {
 public:
  using Parameters = TopicParameters;
  using Metrics = TopicMetrics;

  static constexpr std::uint64_t kUnlimitedCredits = ~std::uint64_t{0};

  /// How a subscription was wired.
  struct SubscriptionWiring {
    std::string name;  ///< `topic.subscription`
    Address target = 0;
    std::uint32_t edge = 0;
    std::uint32_t lane = 0;       ///< mixed into a copy's lane
    std::vector<bool> types;      ///< by type: is it wanted; empty: all are
    Address dead_letter = 0;      ///< says Offer to the dead-letter queue; 0 = none
    std::uint32_t instances = 0;  ///< of the consumer that is pushed to; 0 = it is a queue
    std::uint64_t prefetch = kUnlimitedCredits;
  };

  struct Wiring {
    Address address = 0;
    std::vector<SubscriptionWiring> subscriptions;
    std::optional<std::uint32_t> delivery;  ///< site
    std::optional<std::uint32_t> confirm;   ///< site
  };

  /// A subscription in a run.
  struct Subscription {
    SubscriptionWiring wiring;
    std::uint32_t first_taker = 0;  ///< the topic's number of the consumer's instance 0
    std::uint64_t in_flight = 0;
    Turns turns;  ///< of the consumer's instances
    Ledger places;
    SubscriptionMetrics metrics;

    /// The ledger as it stands.
    Ledger ledger() const {
      Ledger ledger = places;
      ledger.in_flight = in_flight;
      return ledger;
    }
  };

  explicit Topic(Wiring wiring);

  void claim(Context&) {}
  void begin(Context& context, const Demand& demand);

  Next on(Offer, Handle message, Context& context);
  Next on(Reply, Handle receipt, Context& context);         ///< of a queue, about a copy
  Next on(Settle, Handle delivery, Context& context);       ///< of a consumer
  Next on(Credit, Handle taker, Context& context);          ///< an instance can take one more
  Next on(Done, Handle receipt, Context& context);          ///< the time to confirm has passed
  Next on(Impair, std::uint32_t change, Context& context);  ///< of a consumer that is pushed to

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }
  std::vector<Subscription>& subscriptions() { return subscriptions_; }
  const std::vector<Subscription>& subscriptions() const { return subscriptions_; }

 private:
  void confirm(Handle message, Context& context);
  void copy_to(std::uint32_t index, Handle message, Context& context);
  void hand_on(Subscription& subscription, Handle copy, Context& context);
  void push(Subscription& subscription, Handle copy, Context& context);
  void give_up(Subscription& subscription, Handle copy, Context& context);
  void settled(Subscription& subscription, Context& context);

  Wiring wiring_;
  bool looks_at_types_ = false;
  std::uint32_t type_ = 0;  ///< of the message that is handed on now
  std::vector<Subscription> subscriptions_;
  std::vector<std::uint32_t> subscription_of_taker_;
  Metrics metrics_;
};

}  // namespace spillway
