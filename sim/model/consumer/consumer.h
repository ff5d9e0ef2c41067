#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sim/flow/fleet.h"
#include "sim/flow/handler.h"
#include "sim/flow/remembered_ids.h"
#include "sim/flow/shared_limit.h"
#include "sim/model/consumer/batches.h"
#include "sim/model/consumer/declaration.h"
#include "sim/model/consumer/metrics.h"

namespace spillway {

/// Takes messages from a queue and handles them: instances that each handle `concurrency` messages
/// at once and hold up to `prefetch` unacknowledged ones.
///
///   delivery ──► buffer of the instance ──► handler ──► acknowledge, or give back when it failed
///
/// Without a queue, a topic pushes messages to it, and hears how each ended.
///
/// With `ack: before` the message is acknowledged when it arrives, at most once; its place at the
/// instance is free when its handler has ended, as else.
///
/// One that is idempotent remembers what it has handled well. A message that comes once more is
/// acknowledged without a handler; of two handlers of one message at a time, the effect of the
/// later one is undone when it ends, in the transaction in which it would be written down.
///
/// With batches, a slot takes several messages, handles each in turn, does what is said for all of
/// them, and settles them together; see batches.cpp.
/// One that scales has a fleet: see instances.cpp.
/// With a limit that it shares, each slot in use has a permit: see permits.cpp.
///
/// Faults: in an outage its connections close, and what it had not acknowledged goes back to its
/// queue at once. After a crash that is so too, but for a queue with a visibility timeout: that
/// learns nothing, and waits for it. A hang takes messages, and begins no handler and no work; in a
/// pause work that runs stands still, too.
class Consumer {
 public:
  using Parameters = ConsumerParameters;
  using Metrics = ConsumerMetrics;

  struct Wiring {
    Address address = 0;
    Address source = 0;  ///< the queue it takes from, or the topic that pushes
    std::uint32_t program = 0;
    std::uint32_t first_taker = 0;  ///< the source's number of instance 0
    bool acknowledges_before = false;
    bool idempotent = false;    ///< it remembers what it has handled
    bool scales = false;        ///< its number of instances changes; `instances` is the most
    bool pushed = false;        ///< by a topic, or by its own client of a log
    bool reads_log = false;     ///< each instance is a member of a group
    bool stands_still = false;  ///< it may be paused
    bool hidden = false;  ///< its queue waits for a visibility timeout when a consumer vanishes
    std::uint64_t concurrency = 1;
    Hop way_back;  ///< acknowledgements to the source
    std::uint32_t instances = 1;
    std::uint64_t cores = 0;  ///< of all instances
    Time remembers = kNever;  ///< so long, then
    std::optional<BatchRules> batch;
    std::uint32_t replies_by = 0;  ///< the edge of its messages, plus 1, where its handler replies
    SharedLimit* limit = nullptr;  ///< that it shares
    Time patience = kNever;        ///< a message is dropped that has waited so long for a permit
  };

  explicit Consumer(Wiring wiring, std::unique_ptr<Fleet> fleet = nullptr)
      : wiring_(wiring), fleet_(std::move(fleet)) {
    wiring_.scales = fleet_ != nullptr;
    if (wiring.idempotent) handled_ = std::make_unique<RememberedIds>(wiring.remembers);
    if (fleet_ != nullptr) metrics_.available = &fleet_->metrics().slots;
    if (wiring.cores != 0) {
      cores_ = std::make_unique<SharedProcessors>(wiring.address, wiring.cores,
                                                  SharedProcessors::kDoneOnCores);
      metrics_.cores = static_cast<double>(wiring.cores);
    }
    if (wiring.stands_still) {
      work_ = std::make_unique<SharedProcessors>(wiring.address, SharedProcessors::kOneForEach);
    }
    if (wiring.batch) batches_ = std::make_unique<Batches>(*wiring.batch);
    metrics_.slots =
        static_cast<double>(wiring.instances) * static_cast<double>(wiring.concurrency);
  }

  void claim(Context& context);
  void begin(Context& context, const Demand& demand);

  Next on(Offer, Handle delivery, Context& context);
  Next on(Done, Handle delivery, Context& context);
  Next on(Reply, Handle answer, Context& context);
  Next on(Credit, Handle delivery, Context& context);   ///< this buffered delivery has a slot now
  Next on(Expired, Handle delivery, Context& context);  ///< the time of an attempt of its handler
  Next on(Resend, Handle sent, Context& context);
  Next on(Impair, std::uint32_t change, Context& context);
  Next on(Scale, std::uint32_t change, Context& context);  ///< see FleetChange
  /// An instance has started; the window of its batch is over (Batches::kWindowOver); or a piece of
  /// work is done.
  Next on(Tick, std::uint32_t instance, Context& context);

  Fleet* fleet() { return fleet_.get(); }
  const Fleet* fleet() const { return fleet_.get(); }
  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  /// Calls by which it acknowledged messages or gave them back, of messages born in a window.
  std::uint64_t settle_calls(const Window& window) const {
    if (batches_ != nullptr) return metrics_.batches.in(window);
    return metrics_.handled.in(window) + metrics_.failed.in(window) + metrics_.absorbed.in(window);
  }
  Address address() const { return wiring_.address; }
  /// So many instances wait for a permit of the limit that it shares.
  const std::uint64_t& held_up() const { return held_up_; }

 private:
  struct Instance {
    std::uint64_t busy = 0;
    std::uint32_t struck = 0;  ///< by so many crashes of single instances
    MessageLine buffer;
    bool awaits_permit = false;
    bool loses_patience = false;  ///< a clock says when
    Handle throttled = 0;         ///< the message last counted so
  };

  Instance& instance_of(const Message& delivery) {
    return instances_[delivery.via - wiring_.first_taker];
  }
  void acknowledge(Handle delivery, Context& context);
  Next go(Progress progress, Handle delivery, Context& context);
  Next settle(Handle delivery, Context& context);
  /// Of a Tick, plus the number of an instance: what waits there for a permit may have waited too
  /// long.
  static constexpr std::uint32_t kPatienceOver = std::uint32_t{1} << 28;
  Progress begin_handler(Handle delivery, Context& context);
  bool is_handled(const Message& delivery, const Context& context) const;
  Progress absorb(Handle delivery, Context& context) const;
  bool absorbs(const Message& delivery, const Context& context);
  void disconnect(bool silently, Context& context);
  void lose(Handle delivery, bool silently, Context& context);
  Handle interrupt(Handle frame, Context& context);

  // instances.cpp
  Next turn_away(Handle delivery, Context& context);
  void connect(std::uint32_t instance, bool opens, Context& context, bool crashes = false);
  void end(std::uint32_t instance, Context& context);
  void stop_handlers(std::uint32_t instance, Context& context);
  void slot_freed(std::uint32_t instance, Context& context);
  void vanish_ending(Context& context);
  void vanish(std::uint32_t instance, Context& context);
  bool serves(std::uint32_t instance) const {
    return fleet_ == nullptr || fleet_->at(instance) == Fleet::Place::serving;
  }
  void strike_instances(ImpairmentChange change, Context& context);
  void crash_instances(const std::vector<bool>& struck, bool silently, Context& context);

  // permits.cpp
  void begin_next(std::uint32_t instance, Context& context);
  bool has_next(std::uint32_t instance) const;
  bool gets_permit(std::uint32_t instance, Context& context);
  void pass_permit_on(std::uint32_t instance, Context& context);
  void use_permit(std::uint32_t instance, Context& context);
  void lose_patience(std::uint32_t instance, Context& context);
  void expect_to_lose_patience(std::uint32_t instance, Context& context);

  std::vector<Handle> all_deliveries(const Context& context) const;
  bool is_stale(const Message& delivery, Handle handle, const Context& context) const;

  // batches.cpp
  Next gather(Handle delivery, Context& context);
  void begin_batch(std::uint32_t instance, Context& context);
  void begin_due(std::uint32_t instance, Context& context);
  void count_next_receive(std::uint32_t instance, Context& context);
  void expect_more(std::uint32_t instance, Context& context);
  Next window_over(std::uint32_t instance, Context& context);
  Next go_on_with_batch(bool well, Handle frame, Context& context);
  void begin_frame(Handle frame, std::uint32_t batch, Context& context);
  void begin_common(std::uint32_t number, Context& context);
  void count(const Batches::Member& member, Context& context);
  void end_batch(std::uint32_t number, bool well, Context& context);
  void stop_gathering(std::uint32_t instance, Context& context);
  void drop_batches(Context& context);

  void claim_clocks(EventSet& events);
  /// The clock of the instance that has a delivery.
  SlotId slot_of(const Message& delivery) const {
    return first_slot_ + delivery.via - wiring_.first_taker;
  }
  Self self_of(Handle delivery, const Context& context) const {
    if (first_slot_ == Self::kNoSlot) return {wiring_.address, Self::kNoSlot, &condition_};
    return {wiring_.address, slot_of(context.messages[delivery]), &condition_};
  }

  Wiring wiring_;
  SlotId first_slot_ = Self::kNoSlot;
  std::vector<Instance> instances_;
  std::unique_ptr<Batches> batches_;  ///< of one that handles messages in batches
  Condition condition_;
  MessageLine held_;  ///< by a hang: each keeps its slot
  /// Of an idempotent one: what it has handled well, written in one transaction with what the
  /// handler does, so that no fault tears the two apart.
  std::unique_ptr<RememberedIds> handled_;
  std::unique_ptr<Fleet> fleet_;        ///< where it scales
  std::vector<std::uint32_t> changed_;  ///< instances, just now
  std::unique_ptr<SharedProcessors> cores_;
  std::unique_ptr<SharedProcessors> work_;  ///< all of it, where it may stand still
  PipeId patience_ = 0;
  std::uint64_t held_up_ = 0;
  Metrics metrics_;
};

}  // namespace spillway
