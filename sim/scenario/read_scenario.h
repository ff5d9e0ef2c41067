#pragma once

#include "sim/language/diagnostic.h"
#include "sim/scenario/document.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/side_files.h"

namespace spillway {

/// Reads one variant's tree, all overlays applied, and checks it. Errors and warnings go into
/// `diagnostics`.
Scenario read_scenario(const Node& tree, const std::string& default_name, SideFiles& files,
                       Diagnostics& diagnostics);

}  // namespace spillway
