#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/language/diagnostic.h"
#include "sim/scenario/document.h"

namespace spillway {

/// What a variant says of an edge.
struct SaidEdge {
  const Entry* said = nullptr;
  std::string path;  ///< where it stands, for diagnostics
  std::string from;
  std::string to;
  Node* component = nullptr;  ///< the map of `from`

  std::string name() const;
};

/// Takes a map from edges to maps or nothing apart; `example` is such an entry.
/// Errors: anything else, too many, an edge said twice or from a component that isn't there.
std::vector<SaidEdge> read_edges(Node& tree, const Entry& said, const std::string& path,
                                 std::string_view example, Diagnostics& diagnostics);

/// Where steps of a component go.
struct Targets {
  std::set<std::string> calls;
  std::set<std::string> sends;
};

/// Says that no step of this kind goes along the edge, and which was meant.
void no_such_step(const SaidEdge& edge, std::string_view kind, const Targets& targets,
                  Diagnostics& diagnostics);

}  // namespace spillway
