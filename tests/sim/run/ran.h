#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sim/run/world.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// A scenario from its text, run once.
class Ran {
 public:
  explicit Ran(const std::string& text, std::uint64_t seed = 1)
      : world_(only_variant(text)), result_(world_.run(seed, 0)) {
    EXPECT_EQ(result_.failure, "");
  }

  const Sample& sample(const std::string& component, const std::string& metric,
                       const std::string& window = "") const {
    const Plan& plan = world_.plan();
    for (std::size_t i = 0; i < plan.metrics.size(); ++i) {
      const MetricKey& key = plan.metrics[i];
      if (key.component == component && key.metric == metric &&
          plan.windows[key.window].name == window) {
        return result_.samples[i];
      }
    }
    ADD_FAILURE() << "no " << component << "." << metric;
    return result_.samples.front();
  }
  double total(const std::string& component, const std::string& metric,
               const std::string& window = "") const {
    return sample(component, metric, window).total;
  }
  double mean(const std::string& component, const std::string& metric) const {
    const Sample& of = sample(component, metric);
    return of.total / of.weight;
  }
  /// Of durations: their exact sum. Unit: ns.
  std::uint64_t sum_of(const std::string& component, const std::string& metric) const {
    return static_cast<std::uint64_t>(sample(component, metric).histogram->sum());
  }
  const Ledger& ledger(const std::string& channel) const {
    const auto& channels = world_.plan().channels;
    const auto place = std::ranges::find(channels, channel) - channels.begin();
    return result_.ledgers.at(static_cast<std::size_t>(place));
  }
  const Result& result() const { return result_; }
  const World& world() const { return world_; }

 private:
  static Scenario only_variant(const std::string& text) {
    const ScenarioFile file = load_scenario_text(text, "run.yaml");
    for (const Diagnostic& diagnostic : file.diagnostics) {
      if (diagnostic.severity == Severity::error) {
        ADD_FAILURE() << diagnostic.path << ": " << diagnostic.message;
      }
    }
    return file.variants.at(0);
  }

  World world_;
  Result result_;
};

}  // namespace spillway
