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

/// Whether it can be told when the scenario is outside its objectives: some fault is an incident,
/// and some objective is judged.
bool is_judged(const Scenario& scenario);

/// Whether a fault is an incident, with a window: not one that sets something or is set off by
/// load, and not what operators do to a queue.
bool is_incident(const FaultParameters& fault);

}  // namespace spillway
