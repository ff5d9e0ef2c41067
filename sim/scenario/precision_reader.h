#pragma once

#include "sim/scenario/objective_reader.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/run_options.h"

namespace spillway {

/// Reads the goals of `run.replications.until`, where the tree has any: each names a metric that an
/// objective may name. Called when all names are known.
void read_precision_goals(Reader& reader, const Node& tree, const Nameable& names,
                          Replications& out);

}  // namespace spillway
