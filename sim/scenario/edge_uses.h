#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.h"

namespace spillway {

/// A step that sends something along an edge.
struct EdgeUse {
  std::string edge;
  std::string_view from;  ///< whose handler it is
  std::string_view to;
  std::string_view step;  ///< call, send, read …
  Location at;
  bool waits = true;     ///< for an answer or a confirm
  bool limited = false;  ///< and no longer than it says
};

/// Every step that goes along an edge, in the scenario's order.
std::vector<EdgeUse> edge_uses(const Scenario& scenario);

/// The edges along which two components talk to each other, by the names of their ends or by who
/// really talks; each once, in the order of their names.
std::vector<std::string> edges_between(const std::vector<EdgeUse>& uses, std::string_view one,
                                       std::string_view other);

}  // namespace spillway
