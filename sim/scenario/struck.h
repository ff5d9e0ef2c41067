#pragma once

#include <string>
#include <vector>

#include "sim/flow/impairment.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// A component that a fault strikes, and with what.
struct Struck {
  std::string name;
  FaultKind kind;
};

/// The components that a fault strikes itself: the one that it names, or those of a zone, kind by
/// kind in the order of their names. None of a fault of edges.
std::vector<Struck> struck_components(const Scenario& scenario, const FaultParameters& fault);

/// What a fault strikes: components, with a broker the queues and logs on it, and edges by their
/// names (`checkout -> payments`). In the order of the scenario.
std::vector<std::string> struck_by(const Scenario& scenario, const FaultParameters& fault);

}  // namespace spillway
