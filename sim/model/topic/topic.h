#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/ledger.h"
#include "sim/flow/turns.h"
#include "sim/model/topic/declaration.h"
#include "sim/model/topic/metrics.h"
#include "sim/model/topic/retry_schedule.h"

namespace spillway {

/// Hands a copy of each message to every subscription that wants it.
///
///                    ┌─► filtered
///   publish ──► for each subscription ──copy──► queue ────► confirmed, or rejected
///     │              │                ├──push──► consumer ─► acknowledged, or its handler failed
///     ▼              │                └──call──► service ──► answered, or failed, or too late
///   confirmed        │                  ▲             │ not taken
///                    │                  └── pause ◄───┤
///                    └─► nobody can take it ──────────┴─► lost, or its dead-letter queue
///
/// Where a subscription says retry, and where it calls a service, the topic holds its copy until
/// that is taken or given up: retries.cpp. Else it keeps none.
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
    Address target = 0;
    std::uint32_t edge = 0;
    std::uint32_t lane = 0;       ///< mixed into a copy's lane
    std::uint32_t instances = 0;  ///< of the consumer that is pushed to; 0 = it is a queue
    std::uint64_t prefetch = kUnlimitedCredits;
    std::string name;                    ///< `topic.subscription`
    std::vector<bool> types;             ///< by type: is it wanted; empty: all are
    std::optional<KeyRanges> keys;       ///< that are wanted; none: all are
    Address dead_letter = 0;             ///< says Offer to the dead-letter queue; 0 = none
    bool calls = false;                  ///< it is a service
    Time timeout = kNever;               ///< of an attempt to call it
    std::optional<RetrySchedule> retry;  ///< none: not at all

    /// Whether the topic holds its copies until they are taken.
    bool holds() const { return calls || retry.has_value(); }
    /// Whether some messages are not for it.
    bool selects() const { return !types.empty() || keys.has_value(); }
  };

  struct Wiring {
    Address address = 0;
    std::vector<SubscriptionWiring> subscriptions;
    std::optional<std::uint32_t> delivery;  ///< site
    std::optional<std::uint32_t> confirm;   ///< site
  };

  /// A subscription in a run.
  struct Subscription {
    Turns turns;                    ///< of the consumer's instances
    std::uint32_t first_taker = 0;  ///< the topic's number of the consumer's instance 0
    std::uint64_t delayed = 0;
    // What every copy looks at stands together.
    Ledger places;
    std::uint64_t in_flight = 0;
    bool holds = false;    ///< as wired
    bool selects = false;  ///< the same
    bool certain = false;  ///< its queue takes every copy at once: nobody has to hear of it
    SubscriptionWiring wiring;
    SubscriptionMetrics metrics;

    /// The ledger as it stands.
    Ledger ledger() const {
      Ledger ledger = places;
      ledger.in_flight = in_flight;
      ledger.delayed = delayed;
      return ledger;
    }
  };

  explicit Topic(Wiring wiring);

  void claim(Context&) {}
  void begin(Context& context, const Demand& demand);

  Next on(Offer, Handle message, Context& context);
  Next on(Reply, Handle receipt, Context& context);    ///< about a copy: of queue or service
  Next on(Settle, Handle delivery, Context& context);  ///< of a consumer
  Next on(Credit, Handle taker, Context& context);     ///< an instance can take one more
  Next on(Done, Handle receipt, Context& context);     ///< the time to confirm has passed
  Next on(Resend, Handle held, Context& context);      ///< the pause of a copy is over
  Next on(Expired, Handle held, Context& context);     ///< the time to answer a call has passed
  Next on(Impair, std::uint32_t change, Context& context);  ///< of a consumer that is pushed to

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }
  /// Whether it confirms whatever comes, at once.
  bool confirms_at_once() const { return !wiring_.confirm; }
  /// Whether copies set out when their message comes.
  bool delivers_at_once() const { return !wiring_.delivery; }
  std::vector<Subscription>& subscriptions() { return subscriptions_; }
  const std::vector<Subscription>& subscriptions() const { return subscriptions_; }

 private:
  void confirm(Handle message, Context& context);
  void copy_to(std::uint32_t index, Handle message, Context& context);
  bool wants(const SubscriptionWiring& wiring, const Message& message, Context& context) const;
  void hand_on(Subscription& subscription, Handle copy, Context& context);
  void push(Subscription& subscription, Handle copy, Context& context);
  void give_up(Subscription& subscription, Handle copy, Context& context);
  void reject(Subscription& subscription, Handle copy, Context& context);
  void settled(Subscription& subscription, Context& context);
  void taken(Subscription& subscription, const Message& message, Context& context);

  // retries.cpp
  /// A copy that the topic holds: whose it is, and how often it was handed on or tried to be.
  struct Held {
    std::uint32_t subscription = 0;
    std::uint32_t attempts = 0;
  };
  void hold(std::uint32_t index, Handle copy, Context& context);
  void attempt(Handle held, Context& context);
  Handle make_attempt(Subscription& subscription, Handle held, std::uint32_t number,
                      Context& context);
  void confirm_to_me(Subscription& subscription, Handle copy, Handle held, std::uint32_t number,
                     Context& context);
  void attempt_failed(Handle held, Context& context);
  void attempt_succeeded(Subscription& subscription, Handle held, Context& context);
  void forget(Handle held, const Context& context);
  Next attempt_answered(Subscription& subscription, Handle answer, Context& context);
  Subscription* holding(std::uint32_t edge);
  Subscription& subscription_of(Handle held, const Context& context) {
    return subscriptions_[held_[context.messages[held].via].subscription];
  }

  Wiring wiring_;
  bool holds_any_ = false;
  std::vector<Held> held_;
  std::vector<std::uint32_t> free_held_;
  bool looks_at_types_ = false;
  std::uint32_t type_ = 0;  ///< of the message that is handed on now
  std::vector<Subscription> subscriptions_;
  std::vector<std::uint32_t> subscription_of_taker_;
  Metrics metrics_;
};

}  // namespace spillway
