#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/flow/timeline.h"
#include "sim/language/location.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// A part of the run that a scenario names: an entry of `windows`, of a profile, a fault.
struct NamedSpans {
  std::string name;
  std::string path;  ///< `faults.provider-hangs`
  Location at;
  std::vector<std::pair<Time, Time>> spans;  ///< [from, until), not clipped to the run
  bool drawn = false;  ///< of a fault at random: every replication has spans of its own
};

/// All of them, in the order of the file's sections; those that are drawn have no spans yet.
std::vector<NamedSpans> named_spans(const Scenario& scenario);

/// The windows of metrics: each name's own, what lies `before` it (from the end of the warm-up to
/// its first beginning), and its `recovery` (from an end to the next beginning of any name, or the
/// end of the run). With several names the last two are `before:NAME` and `recovery:NAME`.
/// Spans are clipped to [warmup, duration); those that are empty then are left out.
std::vector<Window> windows_of(const std::vector<NamedSpans>& named, Time warmup, Time duration);

}  // namespace spillway
