#pragma once

#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/fleet.h"
#include "sim/flow/measure.h"
#include "sim/model/scaler/scale_policy.h"

namespace spillway {

/// Looks from time to time at what a component has to do, and tells it how many instances to have.
///
///   every 15s ──► look ──► policy ──► cooldown over? ──► Scale ──► consumer or service
///   begin or end of a shift ──────────────┘
///
/// It sees what an operator's metrics show: depth and age of the oldest in the queue, and the share
/// of the slots in use. A shift of the schedule is a lower bound that no cooldown holds up.
class Scaler {
 public:
  /// From when to when there are so many instances at least.
  struct Shift {
    Time from = 0;
    Time until = 0;
    std::uint32_t instances = 1;
  };

  /// What it looks at, in the metrics of others; nullptr where the policy does not ask for it.
  struct Sight {
    const Level* backlog = nullptr;
    const Age* age = nullptr;
    const Level* busy = nullptr;
    const Counter* failed = nullptr;
    const std::uint64_t* held_up = nullptr;  ///< instances that a shared limit lets not begin
    const Fleet* fleet = nullptr;
  };

  struct Wiring {
    Address address = 0;
    Address component = 0;
    ScalePolicy policy;
    Time every = 0;  ///< 0 = it never looks: there is a schedule and nothing else
    Time cooldown_out = 0;
    Time cooldown_in = 0;
    std::vector<Shift> shifts;
  };

  explicit Scaler(Wiring wiring) : wiring_(std::move(wiring)) {}

  /// Says what it looks at; once, when all that measures has its place.
  void look_at(const Sight& sight) { sight_ = sight; }

  void claim(Context& context);
  void begin(Context& context, const Demand& demand);

  Next on(Tick, std::uint32_t look, Context& context);

  Address address() const { return wiring_.address; }
  Address component() const { return wiring_.component; }

 private:
  /// Why it ticks.
  enum Look : std::uint32_t { kPeriod, kShift };

  std::uint32_t look(Context& context);
  std::uint32_t floor_at(Time now) const;
  void expect_shift(Context& context);
  Next decide(Context& context);

  Wiring wiring_;
  Sight sight_;
  SlotId period_ = 0;
  SlotId shift_ = 0;
  std::uint32_t wanted_ = 0;  ///< by the latest look
  Int128 busy_before_ = 0;    ///< integrals at the latest look
  Int128 slots_before_ = 0;
  std::uint64_t failed_before_ = 0;
  Time out_at_ = kNever;  ///< the latest time that instances came, or were told to; kNever = not
  Time changed_at_ = kNever;
};

}  // namespace spillway
