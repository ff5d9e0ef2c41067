#pragma once

#include <string>

#include "analysis/report/text_layout.h"
#include "sim/scenario/scenario.h"

namespace spillway::report {

/// Says without simulating what a variant consists of, and the load offered to each component
/// against what it can take, with a sentence where that is not enough, and how far waiting for
/// answers reaches where that is further than one call.
///
/// Loads are expected values that follow from rates, profiles and shares; failures, rejections and
/// redeliveries are left out, and so are closed loads, which adapt. A handler's time is its work
/// and, where it holds its slot, also its waiting, the network and the callee's own handler.
std::string outline(const Scenario& scenario, const TextStyle& style);

}  // namespace spillway::report
