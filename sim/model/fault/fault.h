#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/fleet.h"
#include "sim/flow/impairments.h"
#include "sim/model/fault/declaration.h"
#include "sim/model/fault/metrics.h"
#include "sim/model/fault/trigger.h"

namespace spillway {

/// Tells a component when something ails it, and when that is over; or lets edges ail, or ends
/// instances and brings them back.
///
///   run ──every──► begins ──for──► ends ──every──► begins … (at random)
///   run ──at─────► begins ──for──► ends                     (scheduled)
///   look every second ──when──► begins ──for──► ends ──► look … (set off by load)
///
/// The component answers as its own page says. A fault's times are also a window for metrics. What
/// is drawn depends on the fault's name alone, so that the same failures strike every variant. What
/// load sets off has no window: when it begins is not known before the run.
class Fault {
 public:
  using Parameters = FaultParameters;
  using Metrics = FaultMetrics;
  using Spans = std::vector<std::pair<Time, Time>>;

  /// What it does to one component.
  struct Strike {
    std::uint32_t impairment = 0;
    Address branches = 0;  ///< of the component's handlers, which it ails too; 0 = none
  };
  /// A component whose instances it ends and brings back, or makes more or fewer.
  struct Instances {
    Address of = 0;
    std::uint32_t places = 0;      ///< that a restart ends
    std::uint32_t at_a_time = 0;   ///< of them; a process may have several
    Time each = 0;                 ///< how long those are away; 0 = all as long as it lasts
    std::uint32_t meanwhile = 0;   ///< of set: how many there are
    std::uint32_t afterwards = 0;  ///< and then
    bool rolls() const { return each != 0; }
    /// How many go one after the other.
    std::uint32_t turns() const { return rolls() ? places / at_a_time : 1; }
  };
  struct Wiring {
    Address address = 0;
    std::vector<Strike> strikes;
    std::optional<Instances> instances;
    std::uint32_t first_hop_fault = 0;  ///< of one that strikes edges
    std::uint32_t hop_faults = 0;
    std::optional<Time> at;
    std::optional<std::uint32_t> every;  ///< site
    bool waits_for_load = false;         ///< see set_off_by
    std::uint32_t lasts = 0;             ///< site
  };

  /// The most times that all faults may strike in one run: each is a window, and costs memory for
  /// each thing that is measured.
  static constexpr std::size_t kMostSpans = 10'000;

  static constexpr Time kLook = kSecond;  ///< from look to look at what may set it off

  explicit Fault(Wiring wiring) : wiring_(std::move(wiring)) {}

  void claim(Context& context);
  /// Says what sets it off; once, when all that measures has its place.
  void set_off_by(const Trigger& trigger) { trigger_ = trigger; }

  /// Draws when it begins and ends in this replication, up to `duration`; before `begin`, since the
  /// windows of metrics follow from it. Errors: OutOfFaults when it strikes too often.
  const Spans& draw(Context& context, Time duration);
  void begin(Context& context, const Demand& demand);

  Next on(Tick, std::uint32_t what, Context& context);  ///< it begins, goes on or ends

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }

 private:
  /// What Tick says: of the one that waits for load, to look at it; from kTurn on, that a rolling
  /// restart comes to its second turn, third, …
  enum What : std::uint32_t { kEnds, kBegins, kLooks, kTurn };

  void strike_edges(bool begins, Context& context) const;

  void expect_look(Context& context) const;
  Next look(Context& context);

  // instances.cpp
  void push_turns(Time from, Context& context) const;
  void change_instances(std::uint32_t what, Context& context) const;
  void tell(FleetChange::What what, std::uint32_t turn, Context& context) const;

  Wiring wiring_;
  Spans spans_;
  Trigger trigger_;
  SlotId clock_ = 0;          ///< of looks
  std::uint32_t struck_ = 0;  ///< how often load has set it off
  Metrics metrics_;
};

/// Thrown when faults at random begin more often than Fault::kMostSpans: the run is void.
struct OutOfFaults {};

}  // namespace spillway
