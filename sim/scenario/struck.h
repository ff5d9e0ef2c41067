#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace spillway {

/// What a fault strikes: components, with a broker the queues on it, and edges by their names
/// (`checkout -> payments`). In the order of the scenario.
std::vector<std::string> struck_by(const Scenario& scenario, const FaultParameters& fault);

}  // namespace spillway
