#pragma once

#include <string>
#include <string_view>
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

/// The queues whose dead letters go to that one, in the file's order.
std::vector<const std::string*> sources_of(const Scenario& scenario, std::string_view dead_letters);

/// The queue that a redrive moves messages to; nullptr where it is none or does not say.
const std::string* redriven_to(const Scenario& scenario, const FaultParameters& fault);

}  // namespace spillway
