#pragma once

#include <string>
#include <vector>

#include "sim/language/diagnostic.h"
#include "sim/scenario/document.h"

namespace spillway {

/// A queue that calls have taken the place of.
struct CoupledQueue {
  std::string name;
  std::string path;  ///< of the edge, for diagnostics
};

/// Makes calls of sends: what a variant says under `couple`, by edge.
///
///   shop ──send──► orders ──► worker
///
///   shop ──call──► worker
///
/// The queue goes; its only consumer becomes a service with the same slots and steps, and the
/// calls keep the edge's name, its network and so each message's random numbers; their other
/// options are what is said here.
///
/// Errors: a queue that has no or several consumers, edges that no send goes along; `path` is where
/// `said` stands. Returns: the queues that have to go.
std::vector<CoupledQueue> couple(Node& tree, const Entry& said, const std::string& path,
                                 Diagnostics& diagnostics);

/// Takes coupled queues out, when everything else that the variant says has been merged.
/// Errors: something still uses one.
void take_out(Node& tree, const std::vector<CoupledQueue>& queues, Diagnostics& diagnostics);

}  // namespace spillway
