#pragma once

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/flow/fleet.h"
#include "sim/flow/handler.h"
#include "sim/model/service/declaration.h"
#include "sim/model/service/metrics.h"
#include "sim/model/service/protection.h"

namespace spillway {

/// What a service is made of; of an instance of a balanced one, what is its own.
struct ServiceWiring {
  Address address = 0;
  std::uint32_t program = 0;
  std::uint64_t slots = 1;          ///< at most
  std::uint64_t room = 0;           ///< of the accept queue
  std::uint64_t room_for_each = 0;  ///< of it, of each instance; where their number changes
  std::uint64_t instances = 1;      ///< that have those slots
};

/// Answers requests: instances x concurrency slots behind one bounded accept queue.
///
///   request ──► slot free? ──► handler ──► answer
///                  │ no           │ ▲
///                  ▼              ▼ │ gives its slot away while it waits for a
///              accept queue     downstream, when it holds nothing
///                  │ full
///                  ▼
///               refused at once (unavailable)
///
/// A caller that has gone is not noticed: the work for it goes on and is counted as wasted. Only
/// one that cancels, or whose deadline came with its request, is spared: the request leaves the
/// line and the slot at once, or does not begin.
///
/// One that scales has a fleet: see instances.cpp.
///
/// Faults: an outage refuses what arrives, and what is inside goes on. A hang takes requests, and
/// begins no handler and no work until it ends; in a pause work that runs stands still, too. A
/// crash throws out what is inside: it begins anew when the service is back, goes on where it
/// stood, or is answered with `unavailable`. Where slots are taken away, those in use are kept to
/// the end of their handlers.
///
/// With a limit that it shares, each slot in use has a permit: see permits.cpp.
///
/// All instances draw from one line, first in first out: the textbook's M/M/c, unless another
/// discipline is declared. A handler that gave its slot away and has work again gets the next slot
/// before requests that have not begun.
///
/// `Kept`: ServiceMetrics, its own; or ServiceMetrics&, those of the balanced service of which it
/// is one instance.
template <class Kept>
class ServiceOf {
 public:
  using Parameters = ServiceParameters;
  using Metrics = ServiceMetrics;
  using Wiring = ServiceWiring;
  static constexpr bool kIsInstance = std::is_reference_v<Kept>;

  explicit ServiceOf(Wiring wiring, const Protection& protection = {},
                     std::unique_ptr<Fleet> fleet = nullptr)
    requires(!kIsInstance)
      : wiring_(wiring), fleet_(std::move(fleet)) {
    if (protection.any()) protection_ = std::make_unique<Protection>(protection);
    metrics_.shares = protection.shares;
    metrics_.slots =
        static_cast<double>(metrics_.shares ? protection.processors->processors() : wiring.slots);
    if (protection.cores) metrics_.cores = static_cast<double>(protection.cores->processors());
    if (fleet_ != nullptr) metrics_.available = &fleet_->metrics().slots;
  }

  /// An instance, that `protection` tells its balancer. It measures in `metrics`.
  ServiceOf(Wiring wiring, const Protection& protection, ServiceMetrics& metrics)
    requires(kIsInstance)
      : wiring_(wiring), protection_(std::make_unique<Protection>(protection)), metrics_(metrics) {}

  /// Claims a clock where one request is served at a time; once, before the first run.
  void claim(Context& context);
  void begin(Context& context, const Demand& demand);

  Next on(Offer, Handle request, Context& context);
  Next on(Done, Handle request, Context& context);
  Next on(Reply, Handle answer, Context& context);
  Next on(Credit, Handle request, Context& context);   ///< this waiting request has a slot now
  Next on(Expired, Handle request, Context& context);  ///< the time of an attempt of its handler
  Next on(Resend, Handle sent, Context& context);
  Next on(Cancel, Handle request, Context& context);
  Next on(Lost, std::uint32_t segment, Context& context);  ///< an answer did not arrive
  Next on(Impair, std::uint32_t change, Context& context);
  Next on(Scale, std::uint32_t change, Context& context);  ///< see FleetChange
  Next on(Probe, Handle probe, Context& context);          ///< health.cpp
  /// An instance has started; or, where processors keep the work, the first piece is done.
  Next on(Tick, std::uint32_t instance, Context& context);

  Fleet* fleet() { return fleet_.get(); }
  const Fleet* fleet() const { return fleet_.get(); }
  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }
  /// Requests inside: waiting, in a slot, or waiting for a downstream.
  std::uint64_t inside() const { return inside_; }
  /// Slots in use.
  std::uint64_t busy() const { return busy_; }
  /// Whether it takes requests, and one that came now would find a slot or a place in line.
  bool has_room() const;
  bool hangs() const { return condition_.hung(); }

 private:
  Next go(Progress progress, Handle request, Context& context);
  Next finish(Outcome outcome, Handle request, Context& context);
  Next take(Handle request, Context& context);
  Next take_if_admitted(Handle request, Context& context);
  Next serve(Handle request, Context& context);
  bool admits(Handle request, Context& context);
  bool is_held_up(Handle request, Context& context);
  Next drip(Context& context);
  void learn(const Message& request, bool taken_out, Context& context);
  void stand_in_line(Handle request, Context& context);
  Next wait_in_own_line(Handle request, Context& context);
  bool call_next(Context& context);
  bool sheds_for(Handle request, Context& context);
  void shed(Handle request, Context& context);
  bool has_own_line() const { return protection_ != nullptr && protection_->line; }
  Next refuse(Handle request, Context& context);
  void enter(MessageLine& line, Handle request, Context& context);
  void free_slot(Context& context);
  bool give_slot(Context& context);
  Progress begin_handler(Handle request, Context& context);
  Progress start(Handle request, Context& context);
  void leave_work(Handle& request, Context& context);
  void crash(const Impairment& impairment, Context& context);
  void interrupt(Handle& request, Context& context);
  bool is_given_up(Handle request, Context& context);
  void answer_lost(Handle request, Context& context);
  std::vector<Handle> everything_inside(const Context& context) const;
  void fill_slots(Context& context);

  // permits.cpp
  SharedLimit* shared_limit() const {
    return protection_ == nullptr ? nullptr : protection_->shared_limit;
  }
  bool gets_permit(Handle request, Context& context);
  void free_slot_and_permit(Context& context);
  void fill_slots_by_permits(Context& context);
  bool give_slot_with_permit(Context& context);
  void use_permit(Context& context);

  // instances.cpp
  void count_slots();
  void end_idle_instances(Context& context);
  void slots_changed(Context& context);
  void change_struck(const Impairment& impairment, bool begins, Context& context);
  void crash_instances(const Impairment& impairment, Context& context);
  std::uint64_t instances_left() const;

  Self self() const { return {wiring_.address, slot_, &condition_}; }

  Wiring wiring_;
  SlotId slot_ = Self::kNoSlot;
  bool guarded_ = false;  ///< it is down, or protects itself: who comes and ends is looked at
  std::uint64_t busy_ = 0;
  std::uint64_t slots_ = 1;  ///< that faults leave
  std::uint64_t room_ = 0;   ///< of the accept queue
  std::uint64_t inside_ = 0;
  std::uint64_t gone_ = 0;  ///< tombstones in waiting_: they take no room
  MessageLine waiting_;
  MessageLine resumed_;
  Condition condition_;
  MessageLine held_;                    ///< by a hang: each keeps its slot
  std::unique_ptr<Fleet> fleet_;        ///< where it scales
  std::vector<std::uint32_t> changed_;  ///< instances, just now
  std::uint64_t overhang_ = 0;          ///< slots in use of those that end
  std::uint64_t struck_ = 0;            ///< instances that crashes have taken, one by one
  std::unique_ptr<Protection> protection_;
  Kept metrics_;
};

using Service = ServiceOf<ServiceMetrics>;
using ServiceInstance = ServiceOf<ServiceMetrics&>;

}  // namespace spillway
