#include "sim/scenario/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/scenario/file_report.h"
#include "sim/scenario/reader.h"

namespace spillway {
namespace {

/// Where the value of a key stands; the map itself when the key isn't there.
const Location& place_of(const Node& map, std::string_view key) {
  const Entry* entry = map.find(key);
  return entry == nullptr ? map.at : entry->value.at;
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
  constexpr std::size_t kMostColumns = 64;
  if (trace.columns.size() > kMostColumns) {
    return reader.error("too-large", place_of(node, "columns"),
                        fmt::format("expected at most {} columns", kMostColumns));
  }
  auto rows = reader.files().trace(trace);
  if (rows) {
    trace.rows = *rows;
  } else {
    report(reader, node, trace.file, rows.error());
  }
}

void validate(Reader& reader, const Node& node, const SpikeParameters& spike) {
  if (spike.ramp > spike.lasts) {
    const Reader::Scope scope(reader, "ramp");
    reader.error("out-of-range", place_of(node, "ramp"),
                 fmt::format("expected a duration up to the spike's {}; found {}",
                             print(spike.lasts), print(spike.ramp)));
  }
}

void validate(Reader&, const Node& node, KeyParameters& key) { key.at = place_of(node, "column"); }

void validate(Reader& reader, const Node& node, const QueueParameters& queue) {
  if (queue.overflow == Overflow::dead_letter && !queue.dead_letter) {
    const Reader::Scope scope(reader, "overflow");
    reader.error("missing-key", place_of(node, "overflow"),
                 "overflow: dead_letter needs dead_letter: {to: …}");
  }
}

}  // namespace spillway
