#include "analysis/experiment/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "analysis/experiment/accumulator.h"
#include "analysis/experiment/annotate.h"

namespace spillway {
namespace {

/// A replication to be run: the tasks of all variants stand in one line.
struct Task {
  std::size_t variant;
  std::uint32_t replication;
};

/// One variant while its replications come in, in any order.
class Variant {
 public:
  Variant(const Scenario& scenario, const Demand& demand, const ExperimentOptions& options)
      : scenario_(scenario), demand_(demand) {
    // Made once here to learn the plan, and used by the first thread that comes.
    first_ = std::make_unique<World>(scenario_, demand_, limits(options));
    planned_ = options.replications.value_or(static_cast<std::uint32_t>(scenario.run.replications));
    if (first_->plan().deterministic) planned_ = 1;
  }

  static Limits limits(const ExperimentOptions& options) {
    Limits limits;
    limits.stop = options.stop;
    return limits;
  }

  std::uint32_t planned() const { return planned_; }
  const Scenario& scenario() const { return scenario_; }

  /// A world for a thread of its own.
  std::unique_ptr<World> world(const ExperimentOptions& options) {
    const std::lock_guard lock(mutex_);
    if (first_) return std::move(first_);
    return std::make_unique<World>(scenario_, demand_, limits(options));
  }

  /// Takes a result in; those of earlier replications are summed up first.
  std::uint32_t deliver(Result result, const Plan& plan) {
    const std::lock_guard lock(mutex_);
    if (!accumulator_) accumulator_ = std::make_unique<Accumulator>(scenario_, plan);
    if (!result.failure.empty()) {
      // Tasks are handed out in order, so the first replication that fails is always among these.
      if (result.replication < first_failed_) {
        first_failed_ = result.replication;
        failure_ = result.failure;
      }
      return ++delivered_;
    }
    waiting_.emplace(result.replication, std::move(result));
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
      accumulator_->add(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      ++next_;
    }
    return ++delivered_;
  }

  bool failed() {
    const std::lock_guard lock(mutex_);
    return !failure_.empty();
  }

  VariantSummary summary() const {
    VariantSummary summary;
    summary.variant = scenario_.variant;
    summary.planned = planned_;
    if (accumulator_) summary = accumulator_->summary(planned_);
    if (!failure_.empty()) {
      summary.failure = fmt::format("replication {}: {}", first_failed_ + 1, failure_);
    }
    return summary;
  }

 private:
  const Scenario& scenario_;
  Demand demand_;
  std::uint32_t planned_ = 0;
  std::mutex mutex_;
  std::unique_ptr<World> first_;
  std::unique_ptr<Accumulator> accumulator_;
  std::map<std::uint32_t, Result> waiting_;
  std::uint32_t next_ = 0;
  std::uint32_t delivered_ = 0;
  std::uint32_t first_failed_ = ~0u;
  std::string failure_;
};

bool wants_level_percentiles(const Scenario& scenario) {
  return std::ranges::any_of(scenario.objectives, [](const Objective& objective) {
    const Statistic::Kind kind = objective.metric.statistic.kind;
    return kind == Statistic::Kind::percentile || kind == Statistic::Kind::sd;
  });
}

}  // namespace

ExperimentSummary run_experiment(const ScenarioFile& file, const ExperimentOptions& options) {
  ExperimentSummary summary;
  const Scenario& any = file.variants.front();
  summary.scenario = any.name;
  summary.question = any.question;
  summary.seed = options.seed.value_or(any.run.seed);
  summary.confidence = any.run.confidence.value;

  std::vector<std::unique_ptr<Variant>> variants;
  std::vector<Task> tasks;
  for (const Scenario& scenario : file.variants) {
    Demand demand;
    demand.level_percentiles = options.all_metrics || wants_level_percentiles(scenario);
    variants.push_back(std::make_unique<Variant>(scenario, demand, options));
    for (std::uint32_t replication = 0; replication < variants.back()->planned(); ++replication) {
      tasks.push_back({variants.size() - 1, replication});
    }
  }

  std::atomic<std::size_t> next_task{0};
  std::mutex progress_mutex;
  const auto stopped = [&] { return options.stop != nullptr && options.stop->load(); };
  const auto work = [&] {
    std::unique_ptr<World> world;
    std::size_t of_variant = variants.size();
    for (;;) {
      const std::size_t index = next_task.fetch_add(1);
      if (index >= tasks.size() || stopped()) return;
      const Task task = tasks[index];
      Variant& variant = *variants[task.variant];
      // What a void variant still has to do would be thrown away.
      if (variant.failed()) continue;
      if (of_variant != task.variant) {
        world = variant.world(options);
        of_variant = task.variant;
      }
      Result result =
          world->run(options.seed.value_or(variant.scenario().run.seed), task.replication);
      if (result.interrupted) return;
      const std::uint32_t finished = variant.deliver(std::move(result), world->plan());
      if (options.progress) {
        const std::lock_guard lock(progress_mutex);
        options.progress(variant.scenario().variant, finished, variant.planned());
      }
    }
  };

  const std::uint32_t processors = std::max(1u, std::thread::hardware_concurrency());
  const auto threads = static_cast<std::uint32_t>(std::min<std::size_t>(
      options.threads == 0 ? processors : options.threads, std::max<std::size_t>(tasks.size(), 1)));
  {
    std::vector<std::jthread> helpers;
    for (std::uint32_t thread = 1; thread < threads; ++thread) helpers.emplace_back(work);
    work();
  }

  Fingerprint fingerprint;
  for (const auto& variant : variants) {
    summary.variants.push_back(variant->summary());
    VariantSummary& one = summary.variants.back();
    for (std::string& warning : annotate(one, variant->scenario()))
      summary.warnings.push_back(std::move(warning));
    fingerprint.add(one.fingerprint);
    summary.partial = summary.partial || one.replications < one.planned;
  }
  summary.fingerprint = fingerprint.value();
  return summary;
}

}  // namespace spillway
