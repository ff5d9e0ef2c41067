#pragma once

#include <optional>
#include <vector>

#include "sim/flow/attributes.h"
#include "sim/flow/context.h"
#include "sim/flow/impairments.h"
#include "sim/flow/ledger.h"
#include "sim/flow/request.h"
#include "sim/flow/turns.h"
#include "sim/model/queue/arrival_line.h"
#include "sim/model/queue/declaration.h"
#include "sim/model/queue/metrics.h"

namespace spillway {

/// Holds messages until a consumer takes them, and gives a message back when its consumer says so
/// or stays silent for the visibility timeout.
///
///                ┌──────────────────────────────────────┐
///   send ──────► │ ready ───deliver───► in flight       │ ──acknowledge──► gone
///     │          │   ▲                    │             │
///     ▼          │   └─ give back, or ────┤             │
///   rejected,    │   │  visibility over   │             │
///   or the head  └───┼────────────────────┼─────────────┘
///   is dropped       └─► expired          └── received too often ──► dead-letter queue
///
/// Who takes: consumers' instances in turn (round robin), each as long as it has fewer messages
/// than its prefetch: from a message's departure until it is settled; until its handler has ended,
/// where it is acknowledged before. A message given back stands in its old place.
///
/// Delivery is at least once: a consumer slower than the visibility timeout sees its message taken
/// again by another, its own late acknowledgement has no effect, and the work it did is counted as
/// a duplicate. Left out here: delay, retention, groups, batches, polling.
///
/// Faults: in an outage sends are refused and nothing is delivered; acknowledgements of what is in
/// flight still count. A hang stores what comes, and neither confirms nor delivers until it ends.
/// Consumers whose connections are closed get nothing.
class Queue {
 public:
  using Parameters = QueueParameters;
  using Metrics = QueueMetrics;

  /// An instance of a consumer.
  struct Taker {
    Address consumer = 0;
    std::uint32_t instance = 0;
    std::uint64_t prefetch = 1;
    Hop way;                 ///< from here to it
    std::uint32_t edge = 0;  ///< this queue -> its consumer
  };

  struct Wiring {
    Address address = 0;
    std::vector<Taker> takers;
    std::optional<Time> visibility;
    Address dead_letter = 0;  ///< says Offer to the dead-letter queue; 0 = none
    std::uint64_t dead_letter_after = 0;
    std::uint64_t capacity = ~std::uint64_t{0};
    Overflow overflow = Overflow::reject;
    std::optional<std::uint32_t> delivery;  ///< site
    std::optional<std::uint32_t> confirm;   ///< site
    Time delivery_less = 0;                 ///< the network's part of the delivery time
    bool expires = false;                   ///< some messages have a time to live
  };

  explicit Queue(Wiring wiring) : wiring_(std::move(wiring)) {}

  void claim(Context& context);
  void begin(Context& context, const Demand& demand);

  Next on(Offer, Handle message, Context& context);
  Next on(Settle, Handle delivery, Context& context);
  Next on(Credit, Handle taker, Context& context);
  /// Its visibility timeout; of one that waits: its time to live.
  Next on(Expired, Handle message, Context& context);
  Next on(Done, Handle receipt, Context& context);          ///< the time to confirm has passed
  Next on(Impair, std::uint32_t change, Context& context);  ///< of this queue, or of a taker's

  void mark(Time now) { metrics_.drained.mark_level(now, metrics_.ready.level()); }

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }
  /// The ledger as it stands, `ready` and `in_flight` counted from what is there.
  Ledger ledger() const;
  /// How messages come to a taker and its answers back.
  const Taker& taker(std::uint32_t index) const { return wiring_.takers[index]; }

 private:
  void accept(Handle message, Context& context);
  void refuse(Handle message, Outcome why, Context& context);
  void confirm(Handle message, Outcome outcome, Context& context);
  void deliver(Context& context);
  void hand_over(Handle message, std::uint32_t taker, Context& context);
  void give_back(Handle message, Context& context);
  void dead_letter(Handle message, Context& context);
  void expire(Handle message, Context& context);
  ArrivalLine& oldest_line() { return returned_.empty() ? ready_ : returned_; }
  Handle take_oldest(Context& context);
  bool is_too_old(Handle message, Context& context) const;
  void watch_age(Handle message, Context& context);
  /// Whether somebody takes a message that is ready now.
  bool takes_at_once() const { return turns_.any() && !condition_.hung() && !condition_.down(); }
  void return_credit(std::uint32_t taker, const Message& delivery, Context& context);
  void depth_changed(Context& context);
  std::size_t depth() const { return returned_.size() + ready_.size(); }

  Wiring wiring_;
  Condition condition_;
  Ring<Handle> unconfirmed_;  ///< receipts that wait for the end of a hang
  LaneId visibility_lane_ = 0;
  LaneId ttl_lane_ = 0;
  ArrivalLine returned_;  ///< given back, in order of arrival: all came before what is in ready_
  ArrivalLine ready_;
  Turns turns_;  ///< of the takers
  std::uint32_t arrivals_ = 0;
  Time latest_received_ = -1;  ///< send time of the latest message received so far
  std::uint64_t in_flight_ = 0;
  Ledger ledger_;
  Metrics metrics_;
};

}  // namespace spillway
