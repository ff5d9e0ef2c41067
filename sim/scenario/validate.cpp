#include "sim/scenario/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/file_report.h"
#include "sim/scenario/reader.h"

namespace spillway {
namespace {

/// Where the value of a key stands; the map itself when the key isn't there.
const Location& place_of(const Node& map, std::string_view key) {
  const Entry* entry = map.find(key);
  return entry == nullptr ? map.at : entry->value.at;
}

/// Which of the keys are there. More or fewer than one is an error.
bool expect_one(Reader& reader, const Node& node, const std::vector<std::string_view>& keys,
                std::string_view what) {
  std::vector<std::string_view> found;
  for (const std::string_view key : keys) {
    if (node.find(key) != nullptr) found.push_back(key);
  }
  if (found.size() == 1) return true;
  if (found.empty()) {
    reader.error("missing-key", node.at, fmt::format("expected {}: {}", what, one_of(keys)));
  } else {
    const std::string_view second = found[1];
    const Entry* entry = node.find(second);
    reader.error("several-kinds", entry->key_at,
                 fmt::format("expected exactly {}; found {} and {}", what, found[0], second),
                 "keep one of them");
  }
  return false;
}

/// The span of a change of the rate has an effect by exactly one of times and rate.
void expect_effect(Reader& reader, const Node& node) {
  expect_one(reader, node, {"times", "rate"}, "one of");
}

}  // namespace

void validate(Reader& reader, const Node& node, const RunParameters& run) {
  if (run.warmup < run.duration) return;
  const Reader::Scope scope(reader, "warmup");
  reader.error("out-of-range", place_of(node, "warmup"),
               fmt::format("expected a duration below the run's {}; found {}", print(run.duration),
                           print(run.warmup)));
}

void validate(Reader& reader, const Node& node, MmppParameters& mmpp) {
  if (mmpp.states.empty()) {
    reader.unexpected("wrong-kind", node, "states by name, such as calm: {rate: 10/s, for: 5min}");
  }
}

void validate(Reader& reader, const Node& node, LoadParameters& load) {
  expect_one(reader, node, {"poisson", "constant", "renewal", "mmpp", "users", "trace"},
             "one kind of load");
  if (load.start && !load.constant && !load.renewal) {
    const Reader::Scope scope(reader, "start");
    reader.error("wrong-place", place_of(node, "start"),
                 "only a constant or a renewal load has a start");
  }
}

void validate(Reader& reader, const Node& node, TraceParameters& trace) {
  const Time scale = nanoseconds_per(trace.unit);
  if (scale == 0 || scale > kSecond) {
    const Reader::Scope scope(reader, "unit");
    return reader.unexpected("unknown-unit", node.find("unit")->value, "ns, us, ms or s");
  }
  auto rows = reader.files().trace(trace);
  if (rows) {
    trace.rows = *rows;
  } else {
    report(reader, node, trace.file, rows.error());
  }
}

void validate(Reader& reader, const Node& node, const RampParameters&) {
  expect_effect(reader, node);
}

void validate(Reader& reader, const Node& node, const SpikeParameters& spike) {
  expect_effect(reader, node);
  if (spike.ramp > spike.lasts) {
    const Reader::Scope scope(reader, "ramp");
    reader.error("out-of-range", place_of(node, "ramp"),
                 fmt::format("expected a duration up to the spike's {}; found {}",
                             print(spike.lasts), print(spike.ramp)));
  }
}

void validate(Reader& reader, const Node& node, const ProfileEntry&) {
  expect_one(reader, node, {"ramp", "spike"}, "one kind of change");
}

void validate(Reader& reader, const Node& node, const QueueParameters& queue) {
  if (queue.overflow == Overflow::dead_letter && !queue.dead_letter) {
    const Reader::Scope scope(reader, "overflow");
    reader.error("missing-key", place_of(node, "overflow"),
                 "overflow: dead_letter needs dead_letter: {to: …}");
  }
}

}  // namespace spillway
