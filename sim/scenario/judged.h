#pragma once

#include <cstdint>
#include <optional>

#include "sim/scenario/objective.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// By what an objective can be judged over a short span of a run.
enum class JudgedBy : std::uint8_t {
  answers,      ///< `success`: the messages born in it that were answered well
  latency,      ///< how long those took; the others took for ever
  completions,  ///< `completed`: the messages born in it whose work was all done
  completion,   ///< how long that took; of the others for ever
  level,        ///< of a depth, slots in use: the highest, lowest or average in it
};

/// How an objective is judged over short spans.
///
/// Returns: nothing where it cannot be: a rate or a count in a second is a matter of chance, a
/// percentile of a level is kept of whole windows only, and a few metrics are not kept over time.
std::optional<JudgedBy> judged_by(const Objective& objective, const Scenario& scenario);

/// Whether it can be told when the scenario is outside its objectives: some fault strikes in a
/// window, and some objective is judged.
bool is_judged(const Scenario& scenario);

/// Whether a fault has windows: not one that sets something, and not one that load sets off.
bool has_windows(const FaultParameters& fault);

}  // namespace spillway
