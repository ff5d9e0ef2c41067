#pragma once

#include "sim/flow/context.h"
#include "sim/flow/failovers.h"
#include "sim/flow/measure.h"

namespace spillway {

/// Asks a service from time to time whether it is well, for a caller that goes to the first healthy
/// one of several.
///
///   every 2s ──► Probe ──network──► service: well? ──network──► 3 failures in a row: unhealthy
///                  └── no answer in time: a failure               2 good ones in a row: healthy
///
/// One check is under way at a time. It takes the way of the caller's requests, with what faults do
/// to that, and no slot and no place in line: see Service. It goes on until the run ends.
class HealthCheck {
 public:
  struct Wiring {
    Address address = 0;
    std::uint32_t edge = 0;    ///< from the caller to the service
    std::uint32_t number = 0;  ///< of the check, among the failovers'
    std::uint32_t lane = 0;    ///< of its random numbers
    std::uint32_t start = 0;   ///< site of the first check's time, uniform below 2^53; unless the
                               ///< rules say it
    HealthRules rules;
  };

  explicit HealthCheck(const Wiring& wiring) : wiring_(wiring) {}

  void claim(Context& context);
  void begin(Context& context, const Demand& demand);

  Next on(Tick, std::uint32_t check, Context& context);  ///< a check sets out
  Next on(Reply, Handle probe, Context& context);
  Next on(Expired, Handle probe, Context& context);

  Address address() const { return wiring_.address; }

 private:
  void heard(bool well, Context& context);
  EdgeMetrics& metrics(Context& context) const { return context.edges[wiring_.edge].metrics; }

  Wiring wiring_;
  SlotId clock_ = 0;
  bool healthy_ = true;
  std::uint32_t against_ = 0;  ///< checks in a row that say the opposite
};

}  // namespace spillway
