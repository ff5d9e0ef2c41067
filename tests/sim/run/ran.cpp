#include "tests/sim/run/ran.h"

#include <algorithm>

namespace spillway {
namespace {

Scenario only_variant(const std::string& text) {
  const ScenarioFile file = load_scenario_text(text, "run.yaml");
  for (const Diagnostic& diagnostic : file.diagnostics) {
    if (diagnostic.severity == Severity::error) {
      ADD_FAILURE() << diagnostic.path << ": " << diagnostic.message;
    }
  }
  return file.variants.at(0);
}

}  // namespace

Ran::Ran(const std::string& text, std::uint64_t seed)
    : world_(only_variant(text)), result_(world_.run(seed, 0)) {
  EXPECT_EQ(result_.failure, "");
}

const Sample& Ran::sample(const std::string& component, const std::string& metric,
                          const std::string& window) const {
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

const Ledger& Ran::ledger(const std::string& channel) const {
  const auto& channels = world_.plan().channels;
  const auto place = std::ranges::find(channels, channel) - channels.begin();
  return result_.ledgers.at(static_cast<std::size_t>(place));
}

}  // namespace spillway
