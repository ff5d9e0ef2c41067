#include "analysis/report/chosen_figures.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "analysis/report/figure_text.h"
#include "analysis/report/figures_by_name.h"
#include "sim/flow/named_window.h"

namespace spillway::report {
namespace {

/// When a line is shown.
enum class Show : std::uint8_t {
  always,
  happened,    ///< some variant's value is not 0
  not_once,    ///< some variant's value is not 1
  with_losses  ///< some attempt of the edge timed out or failed
};

struct Choice {
  std::string_view metric;
  Statistic statistic;
  Show show = Show::always;
  enum class Over : std::uint8_t {
    run,
    run_and_windows,
    and_recovery,  ///< those, and what comes after a window where it is not as it was before
    windows_or_run
  };
  Over over = Over::run;
};

constexpr Statistic kValue{};
constexpr Statistic kMean{Statistic::Kind::mean, 0};
constexpr Statistic kMax{Statistic::Kind::max, 0};
constexpr Statistic percentile(double percent) { return {Statistic::Kind::percentile, percent}; }

constexpr std::array kOfProducer{
    Choice{"success", kValue, Show::always, Choice::Over::and_recovery},
    Choice{"goodput", kValue},
    Choice{"latency", percentile(50)},
    Choice{"latency", percentile(99), Show::always, Choice::Over::run_and_windows},
    Choice{"recovery_time", kValue, Show::happened, Choice::Over::windows_or_run},
    Choice{"completed", kValue},
    Choice{"completion", percentile(50)},
    Choice{"completion", percentile(99), Show::always, Choice::Over::run_and_windows},
};
constexpr std::array kOfService{
    Choice{"utilization", kValue, Show::always, Choice::Over::run_and_windows},
    Choice{"cpu", kValue, Show::happened},
    Choice{"latency", percentile(99)},
    Choice{"waiting", kMax, Show::happened},
    Choice{"refused", kValue, Show::happened},
    Choice{"throttled", kValue, Show::happened},
    Choice{"shed", kValue, Show::happened},
    Choice{"cancelled", kValue, Show::happened},
    Choice{"wasted", kValue, Show::happened},
    Choice{"ejections", kValue, Show::happened},
    Choice{"ejected", kMean, Show::happened, Choice::Over::run_and_windows},
    Choice{"instances", kMean, Show::happened, Choice::Over::run_and_windows},
    Choice{"instances", kMax, Show::happened},
    Choice{"cost", kValue, Show::happened},
};
constexpr std::array kOfQueue{
    Choice{"depth", kMax},
    Choice{"depth", kMean},
    Choice{"age", kMax},
    Choice{"wait", percentile(99)},
    Choice{"drain_time", kValue, Show::happened, Choice::Over::windows_or_run},
    Choice{"redelivered", kValue, Show::happened},
    Choice{"empty_receives", kValue, Show::happened},
    Choice{"duplicates", kValue, Show::happened},
    Choice{"reordered", kValue, Show::happened},
    Choice{"dead_lettered", kValue, Show::happened},
    Choice{"redriven", kValue, Show::happened},
    Choice{"expired", kValue, Show::happened},
    Choice{"deduplicated", kValue, Show::happened},
    Choice{"dropped", kValue, Show::happened},
    Choice{"rejected", kValue, Show::happened},
    Choice{"throttled", kValue, Show::happened},
    Choice{"lost", kValue, Show::happened},
    Choice{"cost", kValue, Show::happened},
};
constexpr std::array kOfGroup{
    Choice{"lag", kMax},
    Choice{"partition_lag", kMax},
    Choice{"age", kMax},
    Choice{"wait", percentile(99)},
    Choice{"drain_time", kValue, Show::happened, Choice::Over::windows_or_run},
    Choice{"rebalances", kValue, Show::happened},
    Choice{"redelivered", kValue, Show::happened},
    Choice{"duplicates", kValue, Show::happened},
    Choice{"expired", kValue, Show::happened},
    Choice{"dropped", kValue, Show::happened},
    Choice{"lost", kValue, Show::happened},
};
constexpr std::array kOfLog{
    Choice{"rejected", kValue, Show::happened},
    Choice{"throttled", kValue, Show::happened},
    Choice{"cost", kValue, Show::happened},
};
constexpr std::array kOfSubscription{
    Choice{"wait", percentile(99)},
    Choice{"filtered", kValue, Show::happened},
    Choice{"dead_lettered", kValue, Show::happened},
    Choice{"rejected", kValue, Show::happened},
    Choice{"lost", kValue, Show::happened},
};
constexpr std::array kOfConsumer{
    Choice{"utilization", kValue, Show::always, Choice::Over::run_and_windows},
    Choice{"cpu", kValue, Show::happened},
    Choice{"failed", kValue, Show::happened},
    Choice{"throttled", kValue, Show::happened},
    Choice{"wasted", kValue, Show::happened},
    Choice{"absorbed", kValue, Show::happened},
    Choice{"instances", kMean, Show::happened, Choice::Over::run_and_windows},
    Choice{"instances", kMax, Show::happened},
    Choice{"cost", kValue, Show::happened},
};
constexpr std::array kOfEdge{
    Choice{"attempts", kValue, Show::with_losses},
    Choice{"amplification", kValue, Show::not_once, Choice::Over::run_and_windows},
    Choice{"timeouts", kValue, Show::happened},
    Choice{"errors", kValue, Show::happened},
    Choice{"lost", kValue, Show::happened},
    Choice{"late", kValue, Show::happened},
    Choice{"polls", kValue, Show::happened},
    Choice{"short_circuited", kValue, Show::happened},
    Choice{"open", kValue, Show::happened},
    Choice{"hedges", kValue, Show::happened},
    Choice{"pool_utilization", kValue, Show::happened},
    Choice{"pool_wait", percentile(99), Show::happened},
    Choice{"pool_refused", kValue, Show::happened},
    Choice{"failed_checks", kValue, Show::happened},
    Choice{"unhealthy", kValue, Show::happened},
    Choice{"batch_size", kValue, Show::happened},
    Choice{"batch_wait", percentile(99), Show::happened},
    Choice{"batch_lost", kValue, Show::happened},
};
constexpr std::array kOfFault{
    Choice{"begun", kValue, Show::not_once},
};

constexpr std::array kOfStore{
    Choice{"hit_ratio", kValue, Show::happened, Choice::Over::run_and_windows},
    Choice{"staleness", kMean, Show::happened},
    Choice{"staleness", percentile(99), Show::happened, Choice::Over::run_and_windows},
    Choice{"stale", kValue, Show::happened, Choice::Over::run_and_windows},
    Choice{"read_your_writes", kValue, Show::happened},
    Choice{"outdated", kValue, Show::happened},
    Choice{"failed", kValue, Show::happened},
    Choice{"outbox.depth", kMax, Show::happened},
    Choice{"outbox.wait", percentile(99), Show::happened},
    Choice{"outbox.repeated", kValue, Show::happened},
    Choice{"cost", kValue, Show::happened},
};

constexpr std::array kOfBroker{
    Choice{"blocked", kValue, Show::happened, Choice::Over::run_and_windows},
};
constexpr std::array kOfLimit{
    Choice{"utilization", kValue, Show::always, Choice::Over::run_and_windows},
    Choice{"throttled", kValue, Show::happened},
};
constexpr std::array kOfTopic{
    Choice{"cost", kValue, Show::happened},
};
constexpr std::array kOfTotal{
    Choice{"cost", kValue},
    Choice{"cost.month", kValue},
    Choice{"collapsed", kValue},
    Choice{"availability", kValue},
    Choice{"missed_time", kValue, Show::always, Choice::Over::windows_or_run},
};

/// A kind of component, told by a metric that none of the later ones has.
struct Kind {
  std::string_view mark;
  std::span<const Choice> choices;
};
constexpr std::array<Kind, 16> kKinds{{
    {"goodput", kOfProducer},
    {"refused", kOfService},
    {"lag", kOfGroup},
    {"depth", kOfQueue},
    {"appended", kOfLog},
    {"published", kOfTopic},
    {"filtered", kOfSubscription},
    {"handled", kOfConsumer},
    {"staleness", kOfStore},
    {"nodes_down", kOfBroker},
    {"in_use", kOfLimit},
    {"attempts", kOfEdge},
    {"begun", kOfFault},
    {"cost", kOfTotal},
    {"collapsed", kOfTotal},
    {"availability", kOfTotal},
}};

/// A component, and which of the kinds it is; kKinds.size() for others.
struct Named {
  std::string name;
  std::size_t kind = kKinds.size();
  std::size_t place = 0;  ///< among all
};

std::vector<Named> components_of(const ExperimentSummary& summary) {
  std::vector<Named> all;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const VariantSummary& variant : summary.variants) {
    for (const Figure& figure : variant.metrics) {
      const auto [known, is_new] = places.try_emplace(figure.name.component, all.size());
      if (is_new) all.push_back({figure.name.component, kKinds.size(), all.size()});
      Named& component = all[known->second];
      for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
        if (figure.name.metric == kKinds[kind].mark)
          component.kind = std::min(kind, component.kind);
      }
    }
  }
  std::ranges::sort(all, {}, [](const Named& one) { return std::pair(one.kind, one.place); });
  return all;
}

std::vector<std::string> windows_of(const ExperimentSummary& summary) {
  std::vector<std::string> all;
  for (const VariantSummary& variant : summary.variants) {
    for (const Window& window : variant.plan.windows) {
      if (!is_named_window(window)) continue;
      if (std::ranges::find(all, window.name) == all.end()) all.push_back(window.name);
    }
  }
  return all;
}

/// The suffixes of the windows `recovery` and `before`: empty, or `:provider-hangs`.
std::vector<std::string> recoveries_of(const ExperimentSummary& summary) {
  constexpr std::string_view kRecovery = "recovery";
  std::vector<std::string> all;
  for (const VariantSummary& variant : summary.variants) {
    for (const Window& window : variant.plan.windows) {
      if (is_named_window(window) || !window.name.starts_with(kRecovery)) continue;
      std::string suffix = window.name.substr(kRecovery.size());
      if (std::ranges::find(all, suffix) == all.end()) all.push_back(std::move(suffix));
    }
  }
  return all;
}

bool is_empty(const FigureRow& row) {
  return std::ranges::all_of(row.figures, [](const Figure* figure) { return figure == nullptr; });
}

/// Whether some variant's value is another one.
bool differs_from(double usual, const FigureRow& row) {
  return std::ranges::any_of(row.figures, [&](const Figure* figure) {
    return figure != nullptr && figure->mean && *figure->mean != usual;
  });
}

/// Whether in some variant the first is lower than the second, and not by chance.
bool is_lower(const FigureRow& row, const FigureRow& than) {
  for (std::size_t i = 0; i < row.figures.size(); ++i) {
    const Figure *one = row.figures[i], *other = than.figures[i];
    if (one == nullptr || other == nullptr || !one->mean || !other->mean) continue;
    if (one->high.value_or(*one->mean) < other->low.value_or(*other->mean)) return true;
  }
  return false;
}

bool read_the_same(const Figure* a, const Figure* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return print_figure(*a) == print_figure(*b);
}

bool has_value(const FigureRow& row) {
  return std::ranges::any_of(row.figures, [](const Figure* figure) {
    return figure != nullptr && figure->mean.has_value();
  });
}

/// Whether one may be the other, as far as their intervals tell.
bool may_be(const Figure* a, const Figure* b) {
  if (a == nullptr || b == nullptr || !a->mean || !b->mean) return read_the_same(a, b);
  return a->low.value_or(*a->mean) <= b->high.value_or(*b->mean) &&
         b->low.value_or(*b->mean) <= a->high.value_or(*a->mean);
}

/// Whether a line says nothing that another has not said: `completion` where nothing is
/// asynchronous, a window where nothing is different.
bool repeats(const FigureRow& row, const FigureRow& earlier) {
  return std::ranges::equal(row.figures, earlier.figures, read_the_same);
}

class Chosen {
 public:
  explicit Chosen(const ExperimentSummary& summary) : figures_(summary) {}

  void add(const MetricName& name, Show show) {
    FigureRow row = figures_.row_of(name);
    if (!is_shown(name, row, show)) return;
    MetricName twin = name;
    if (name.metric == "completion") twin.metric = "latency";
    if (name.metric == "completed") twin.metric = "success";
    if (twin.metric != name.metric && repeats(row, figures_.row_of(twin))) return;
    keep(name, std::move(row));
  }

  /// Adds a window's line where there is something in it and it is not as the whole run.
  void add_window(const MetricName& name, Show show) {
    MetricName whole = name;
    whole.window.clear();
    const FigureRow row = figures_.row_of(name);
    if (!has_value(row)) return;
    if (std::ranges::equal(row.figures, figures_.row_of(whole).figures, may_be)) return;
    add(name, show);
  }

  /// Adds what comes after the window where it is lower than what came before.
  void add_recovery(MetricName name, const std::string& suffix) {
    name.window = "before" + suffix;
    const FigureRow before = figures_.row_of(name);
    name.window = "recovery" + suffix;
    FigureRow row = figures_.row_of(name);
    if (is_lower(row, before)) keep(name, std::move(row));
  }

  /// Adds what an objective asks for, unless it is there.
  void add_asked(const MetricName& name) { keep(name, figures_.row_of(name)); }

  std::vector<FigureRow> rows() && { return std::move(rows_); }

 private:
  bool is_shown(MetricName name, const FigureRow& row, Show show) const {
    switch (show) {
      case Show::always:
        return true;
      case Show::happened:
        return differs_from(0, row);
      case Show::not_once:
        return differs_from(1, row);
      case Show::with_losses:
        break;
    }
    return std::ranges::any_of(std::array{"timeouts", "errors", "lost"}, [&](const char* loss) {
      name.metric = loss;
      return differs_from(0, figures_.row_of(name));
    });
  }

  void keep(const MetricName& name, FigureRow row) {
    if (!names_.empty() && names_.front().component != name.component) names_.clear();
    if (is_empty(row) || std::ranges::find(names_, name) != names_.end()) return;
    names_.push_back(name);
    rows_.push_back(std::move(row));
  }

  FiguresByName figures_;
  std::vector<MetricName> names_;  // of this component
  std::vector<FigureRow> rows_;
};

}  // namespace

std::vector<FigureRow> choose_figures(const ExperimentSummary& summary) {
  Chosen chosen(summary);
  const std::vector<std::string> windows = windows_of(summary);
  for (const Named& component : components_of(summary)) {
    if (component.kind < kKinds.size()) {
      for (const Choice& choice : kKinds[component.kind].choices) {
        MetricName name{component.name, std::string(choice.metric), choice.statistic, ""};
        if (choice.over != Choice::Over::windows_or_run || windows.empty()) {
          chosen.add(name, choice.show);
        }
        if (choice.over == Choice::Over::run) continue;
        for (const std::string& window : windows) {
          name.window = window;
          if (choice.over == Choice::Over::windows_or_run) {
            chosen.add(name, choice.show);
          } else {
            chosen.add_window(name, choice.show);
          }
        }
        if (choice.over != Choice::Over::and_recovery) continue;
        for (const std::string& window : recoveries_of(summary)) {
          chosen.add_recovery(name, window);
        }
      }
    }
    for (const VariantSummary& variant : summary.variants) {
      if (!variant.failure.empty()) continue;
      for (const ObjectiveResult& result : variant.objectives) {
        if (result.objective.metric.component == component.name) {
          chosen.add_asked(result.objective.metric);
        }
      }
    }
  }
  return std::move(chosen).rows();
}

bool some_fail(const ExperimentSummary& summary) {
  const auto fails = [](const Figure& figure) {
    return figure.name.metric == "success" && figure.name.window.empty() &&
           figure.name.statistic.kind == Statistic::Kind::value && figure.mean && *figure.mean < 1;
  };
  return std::ranges::any_of(summary.variants, [&](const VariantSummary& variant) {
    return variant.failure.empty() && std::ranges::any_of(variant.metrics, fails);
  });
}

std::vector<FigureRow> all_figures(const ExperimentSummary& summary) {
  std::vector<FigureRow> rows;
  const FiguresByName figures(summary);
  for (const Named& component : components_of(summary)) {
    std::vector<MetricName> seen;
    for (const Figure* figure : figures.of(component.name)) {
      if (std::ranges::find(seen, figure->name) != seen.end()) continue;
      seen.push_back(figure->name);
      rows.push_back(figures.row_of(figure->name));
    }
  }
  return rows;
}

}  // namespace spillway::report
