#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/flow/impairment.h"
#include "sim/scenario/scenario.h"

namespace spillway::theory {

/// A fault on a component at a time that is known.
struct Strike {
  FaultKind kind = FaultKind::outage;
  double from_s = 0;
  double until_s = 0;
  double times = 1;  ///< of slow
  double share = 0;  ///< of errors
};

/// The faults that hit a component during the run, in the file's order. Those that would begin
/// after the last arrival never do.
///
/// Returns nothing when one comes at random, or lasts for a random time, or strikes the network or
/// the broker that the component is on.
std::optional<std::vector<Strike>> strikes_on(const Scenario& scenario, const std::string& name);

/// Whether any fault hits the component during the run.
bool is_struck(const Scenario& scenario, const std::string& name);

}  // namespace spillway::theory
