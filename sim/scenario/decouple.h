#pragma once

#include <string>

#include "sim/language/diagnostic.h"
#include "sim/scenario/document.h"

namespace spillway {

/// Makes messages of calls: what a variant says under `decouple`, by edge.
///
///   checkout ──call──► payments
///
///   checkout ──send──► payments-requests ──► payments-workers ──call──► payments
///
/// The workers' call keeps the edge's name, its network and all options that say what happens when
/// it fails; the send says which call it is on its way to, so that each message keeps its random
/// numbers. Where several callers of one service are decoupled, each gets its own queue and
/// workers: `checkout-payments-requests`.
///
/// Errors: calls of an edge that say different options, names that are taken, edges that no call
/// goes along; `path` is where `said` stands.
void decouple(Node& tree, const Entry& said, const std::string& path, Diagnostics& diagnostics);

}  // namespace spillway
