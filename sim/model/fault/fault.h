#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/impairments.h"
#include "sim/model/fault/declaration.h"
#include "sim/model/fault/metrics.h"

namespace spillway {

/// Tells a component when something ails it, and when that is over; or lets edges ail.
///
///   run ──every──► begins ──for──► ends ──every──► begins … (at random)
///   run ──at─────► begins ──for──► ends                     (scheduled)
///
/// The component answers as its own page says. A fault's times are also a window for metrics. What
/// is drawn depends on the fault's name alone, so that the same failures strike every variant.
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
  struct Wiring {
    Address address = 0;
    std::vector<Strike> strikes;
    std::uint32_t first_hop_fault = 0;  ///< of one that strikes edges
    std::uint32_t hop_faults = 0;
    std::optional<Time> at;
    std::optional<std::uint32_t> every;  ///< site
    std::uint32_t lasts = 0;             ///< site
  };

  /// The most times that all faults may strike in one run: each is a window, and costs memory for
  /// each thing that is measured.
  static constexpr std::size_t kMostSpans = 10'000;

  explicit Fault(Wiring wiring) : wiring_(std::move(wiring)) {}

  void claim(Context&) {}

  /// Draws when it begins and ends in this replication, up to `duration`; before `begin`, since the
  /// windows of metrics follow from it. Errors: OutOfFaults when it strikes too often.
  const Spans& draw(Context& context, Time duration);
  void begin(Context& context, const Demand& demand);

  Next on(Tick, std::uint32_t begins, Context& context);  ///< it begins or ends

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }

 private:
  void strike_edges(bool begins, Context& context) const;

  Wiring wiring_;
  Spans spans_;
  Metrics metrics_;
};

/// Thrown when faults at random begin more often than Fault::kMostSpans: the run is void.
struct OutOfFaults {};

}  // namespace spillway
