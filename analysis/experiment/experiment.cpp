#include "analysis/experiment/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "analysis/experiment/accumulator.h"
#include "analysis/experiment/annotate.h"
#include "analysis/experiment/find_warmups.h"
#include "analysis/experiment/replication_rule.h"
#include "analysis/experiment/threads.h"

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
  /// Of replications that have ended, and of those that there will be at most.
  struct Progress {
    std::uint32_t finished;
    std::uint32_t planned;
  };

  Variant(const Scenario& scenario, const Demand& demand, const ExperimentOptions& options)
      : scenario_(scenario), demand_(demand) {
    // Made once here to learn the plan, and used by the first thread that comes.
    first_ = std::make_unique<World>(scenario_, demand_, limits_of(options));
    accumulator_ = std::make_unique<Accumulator>(scenario_, first_->plan());
    planned_ =
        options.replications.value_or(static_cast<std::uint32_t>(scenario.run.replications.count));
    if (first_->plan().deterministic) {
      planned_ = 1;
    } else if (scenario.run.replications.precision && !options.replications) {
      rule_ = std::make_unique<ReplicationRule>(scenario_);
      planned_ = rule_->at_most();
    }
  }

  /// The most replications that it may take; known before the first.
  std::uint32_t planned() const { return planned_; }
  const Scenario& scenario() const { return scenario_; }

  /// A world for a thread of its own.
  std::unique_ptr<World> world(const ExperimentOptions& options) {
    const std::lock_guard lock(mutex_);
    if (first_) return std::move(first_);
    return std::make_unique<World>(scenario_, demand_, limits_of(options));
  }

  /// Takes a result in; those of earlier replications are summed up first, and those beyond the
  /// last one that is wanted are thrown away: how many there are depends on the threads.
  Progress deliver(Result result) {
    const std::lock_guard lock(mutex_);
    if (!result.failure.empty()) {
      // Tasks are handed out in order, so the first replication that fails is always among these.
      if (result.replication < first_failed_) {
        first_failed_ = result.replication;
        failure_ = fmt::format("replication {}: {}", result.replication + 1, result.failure);
      }
      return progress();
    }
    waiting_.emplace(result.replication, std::move(result));
    while (!enough_ && !waiting_.empty() && waiting_.begin()->first == next_) {
      accumulator_->add(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      ++next_;
      enough_ = rule_ && rule_->see(*accumulator_);
    }
    if (enough_) waiting_.clear();
    return progress();
  }

  /// Makes it void before its first replication.
  void give_up(std::string reason) {
    first_failed_ = 0;
    failure_ = std::move(reason);
  }

  /// Whether what it still has to do would be thrown away: it is void, or exact enough.
  bool is_over() {
    const std::lock_guard lock(mutex_);
    return enough_ || !failure_.empty();
  }

  VariantSummary summary() const {
    VariantSummary summary = accumulator_->summary(enough_ ? next_ : planned_);
    summary.warmup_found = scenario_.run.warmup.automatic;
    // A replication beyond the last one wanted counts for nothing, its failure neither.
    if (!enough_) summary.failure = failure_;
    return summary;
  }

  std::vector<std::string> shortfalls() const {
    return rule_ && enough_ ? rule_->shortfalls(*accumulator_) : std::vector<std::string>();
  }

 private:
  Progress progress() {
    ++delivered_;
    // Of those that a rule may yet throw away, only the ones that it has seen count as finished.
    if (rule_) return {next_, enough_ ? next_ : planned_};
    return {delivered_, planned_};
  }

  const Scenario& scenario_;
  Demand demand_;
  std::uint32_t planned_ = 0;  ///< at most
  std::mutex mutex_;
  std::unique_ptr<World> first_;
  std::unique_ptr<Accumulator> accumulator_;
  std::unique_ptr<ReplicationRule> rule_;  ///< where the number of replications is not given
  bool enough_ = false;                    ///< the rule has ended it
  std::map<std::uint32_t, Result> waiting_;
  std::uint32_t next_ = 0;
  std::uint32_t delivered_ = 0;
  std::uint32_t first_failed_ = ~0u;
  std::string failure_;
};

bool wants_level_percentiles(const Scenario& scenario) {
  const auto wants = [](const auto& one) {
    const Statistic::Kind kind = one.metric.statistic.kind;
    return kind == Statistic::Kind::percentile || kind == Statistic::Kind::sd;
  };
  const auto& precision = scenario.run.replications.precision;
  return std::ranges::any_of(scenario.objectives, wants) ||
         (precision && std::ranges::any_of(precision->until, wants));
}

}  // namespace

Limits limits_of(const ExperimentOptions& options) {
  Limits limits = options.limits;
  limits.stop = options.stop;
  return limits;
}

ExperimentSummary run_experiment(const ScenarioFile& file, const ExperimentOptions& options) {
  ExperimentSummary summary;
  const Scenario& any = file.variants.front();
  summary.scenario = any.name;
  summary.question = any.question;
  summary.seed = options.seed.value_or(any.run.seed);
  summary.confidence = any.run.confidence.value;

  std::vector<Scenario> scenarios = file.variants;
  FoundWarmups warmups = find_warmups(scenarios, options);
  summary.warnings = std::move(warmups.warnings);

  std::vector<std::unique_ptr<Variant>> variants;
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const Scenario& scenario = scenarios[i];
    Demand demand;
    demand.level_percentiles = options.all_metrics || wants_level_percentiles(scenario);
    variants.push_back(std::make_unique<Variant>(scenario, demand, options));
    if (!warmups.failures[i].empty()) variants.back()->give_up(std::move(warmups.failures[i]));
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
      if (variant.is_over()) continue;
      if (of_variant != task.variant) {
        world = variant.world(options);
        of_variant = task.variant;
      }
      Result result =
          world->run(options.seed.value_or(variant.scenario().run.seed), task.replication);
      if (result.interrupted) return;
      const auto [finished, planned] = variant.deliver(std::move(result));
      if (options.progress) {
        const std::lock_guard lock(progress_mutex);
        options.progress(variant.scenario().variant, finished, planned);
      }
    }
  };
  on_threads(options.threads, tasks.size(), work);

  Fingerprint fingerprint;
  for (const auto& variant : variants) {
    summary.variants.push_back(variant->summary());
    VariantSummary& one = summary.variants.back();
    for (std::string& warning : annotate(one, variant->scenario()))
      summary.warnings.push_back(std::move(warning));
    for (std::string& shortfall : variant->shortfalls())
      summary.warnings.push_back(std::move(shortfall));
    fingerprint.add(one.fingerprint);
    summary.partial = summary.partial || one.replications < one.planned;
  }
  summary.fingerprint = fingerprint.value();
  return summary;
}

}  // namespace spillway
