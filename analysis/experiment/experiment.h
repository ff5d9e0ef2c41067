#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/experiment/summary.h"
#include "sim/run/world.h"

namespace spillway {

/// What the command line says about an experiment.
struct ExperimentOptions {
  std::optional<std::uint32_t> replications;  ///< instead of the scenario's
  std::optional<std::uint64_t> seed;
  std::uint32_t threads = 0;  ///< 0: one per processor
  bool all_metrics = false;   ///< every metric of every component and window (`--json`)
  const std::atomic<bool>* stop = nullptr;  ///< set by a signal: finish what runs, then summarise
  Limits limits = {};                       ///< of each replication; of its own `stop`, see above
  std::function<void(const std::string& variant, std::uint32_t finished, std::uint32_t planned)>
      progress;
};

/// The limits of a replication, with what stops all of them.
Limits limits_of(const ExperimentOptions& options);

/// Runs the replications of every variant on threads and summarises them in the order of their
/// index, so that the number of threads never shows.
ExperimentSummary run_experiment(const ScenarioFile& file, const ExperimentOptions& options);

}  // namespace spillway
