#include "analysis/experiment/find_warmups.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <atomic>
#include <memory>
#include <utility>

#include "analysis/experiment/pilot.h"
#include "analysis/experiment/threads.h"

namespace spillway {
namespace {

/// By scenario; none where the warm-up is said, or there is none to be found.
using Pilots = std::vector<std::unique_ptr<Pilot>>;

Pilots pilots_of(const std::vector<Scenario>& scenarios, const ExperimentOptions& options) {
  Pilots pilots;
  for (const Scenario& scenario : scenarios) {
    const bool needed = scenario.run.warmup.automatic && Pilot::can_help(scenario);
    pilots.push_back(needed ? std::make_unique<Pilot>(scenario, limits_of(options)) : nullptr);
  }
  return pilots;
}

void fly(Pilots& pilots, const std::vector<Scenario>& scenarios, const ExperimentOptions& options) {
  std::vector<std::pair<std::size_t, std::uint32_t>> tasks;  // variant, replication
  for (std::size_t variant = 0; variant < pilots.size(); ++variant) {
    for (std::uint32_t i = 0; pilots[variant] && i < pilots[variant]->replications(); ++i) {
      tasks.emplace_back(variant, i);
    }
  }
  std::atomic<std::size_t> next_task{0};
  on_threads(options.threads, tasks.size(), [&] {
    std::unique_ptr<World> world;
    std::size_t of_variant = pilots.size();
    for (;;) {
      const std::size_t index = next_task.fetch_add(1);
      if (index >= tasks.size() || (options.stop != nullptr && options.stop->load())) return;
      const auto [variant, i] = tasks[index];
      Pilot& pilot = *pilots[variant];
      // Tasks are handed out in order, so the first replication that fails is always run.
      if (pilot.has_failed()) continue;
      if (of_variant != variant) {
        world = pilot.world();
        of_variant = variant;
      }
      const std::uint64_t seed = options.seed.value_or(scenarios[variant].run.seed);
      const Result result = world->run(seed, Pilot::kFirstReplication + i);
      if (result.interrupted) return;
      pilot.take(i, result);
    }
  });
}

}  // namespace

FoundWarmups find_warmups(std::vector<Scenario>& scenarios, const ExperimentOptions& options) {
  FoundWarmups found;
  found.failures.resize(scenarios.size());
  Pilots pilots = pilots_of(scenarios, options);
  fly(pilots, scenarios, options);
  // Nothing is simulated any more: no warm-up is needed, and the pilots may be incomplete.
  if (options.stop != nullptr && options.stop->load()) return found;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    Scenario& scenario = scenarios[i];
    const std::string where = scenario.variant == "base" ? "" : scenario.variant + ": ";
    if (pilots[i]) {
      const Pilot::Answer answer = pilots[i]->answer();
      scenario.run.warmup.ns = answer.warmup;
      found.failures[i] = answer.failure;
      if (!answer.unsettled.empty()) {
        found.warnings.push_back(
            fmt::format("{}no steady state within the run: {}. Means depend on how long the run "
                        "lasts: it is overloaded, or the run is too short",
                        where, fmt::join(answer.unsettled, ", ")));
      }
    } else if (scenario.run.warmup.automatic) {
      found.warnings.push_back(
          where + "warmup: auto is 0s: with a profile there is no steady state to wait for");
    }
  }
  return found;
}

}  // namespace spillway
