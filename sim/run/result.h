#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/flow/ledger.h"
#include "sim/flow/measure.h"

namespace spillway {

/// A metric that every replication of a scenario yields, over one of its windows.
struct MetricKey {
  std::string component;
  std::string metric;
  std::string unit;          ///< "s", "1/s", "share", "1", "USD"
  std::uint32_t window = 0;  ///< place in Plan::windows; 0 = the whole run after warm-up
};

/// A measure over time that every replication yields.
struct SeriesKey {
  std::string name;  ///< `checkout.in_service`
  std::string unit;  ///< "1" for a level, "1/s" for a rate
  Time step = 0;     ///< length of its bins
};

/// A fault, and what it strikes: components and edges.
struct Strike {
  std::string fault;
  std::vector<std::string> struck;
};

/// What the results of a scenario are about: the same for all its replications.
struct Plan {
  Time warmup = 0;
  Time duration = 0;
  Time series_step = 0;
  std::vector<Window> windows;
  std::vector<MetricKey> metrics;
  std::vector<std::string> channels;  ///< of the ledgers
  std::vector<SeriesKey> series;
  std::vector<Strike> strikes;  ///< of each fault
  bool deterministic = false;   ///< nothing is drawn: every replication is the same
};

/// What one replication yields. Lists are in the order of the plan's.
struct Result {
  std::uint32_t replication = 0;
  std::uint64_t events = 0;
  std::uint64_t fingerprint = 0;
  Time ended_at = 0;        ///< when the last message was done, or draining was given up
  std::uint64_t open = 0;   ///< messages born whose work is not all done
  std::uint64_t alive = 0;  ///< messages, requests and deliveries that are still somewhere
  std::vector<Sample> samples;
  std::vector<Ledger> ledgers;
  std::vector<BinnedSeries> series;
  bool interrupted = false;  ///< given up because it was told to stop: holds nothing
  std::string failure;       ///< why the run is void: a broken invariant, a limit; or empty
};

}  // namespace spillway
