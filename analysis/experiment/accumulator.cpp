#include "analysis/experiment/accumulator.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "analysis/stats/interval.h"
#include "analysis/stats/order_statistic.h"
#include "analysis/stats/sectioning.h"
#include "sim/kernel/math.h"

namespace spillway {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr std::string_view kEmptyWindow =
    "the warm-up or the end of the run leaves nothing of its window";

using Kind = Statistic::Kind;

/// The statistics that every metric of a kind is given out with.
std::vector<Statistic> usual_statistics(Sample::Kind kind, bool percentiles) {
  switch (kind) {
    case Sample::Kind::count:
    case Sample::Kind::share:
    case Sample::Kind::value:
    case Sample::Kind::happened:
      return {{Kind::value, 0}};
    case Sample::Kind::level:
    case Sample::Kind::distribution: {
      std::vector<Statistic> statistics{{Kind::mean, 0}, {Kind::max, 0}};
      if (percentiles) {
        for (const double percent : {50.0, 95.0, 99.0}) {
          statistics.push_back({Kind::percentile, percent});
        }
      }
      return statistics;
    }
  }
  return {};
}

/// A statistic of one replication. Failures count as infinite when asked.
double statistic_of(const Sample& sample, const Statistic& statistic, bool failures_infinite) {
  const std::uint64_t failures = failures_infinite ? sample.failures : 0;
  switch (statistic.kind) {
    case Kind::value:
      return sample.kind == Sample::Kind::share ? sample.total / sample.weight : sample.total;
    case Kind::mean:
      return failures != 0 ? kInfinity : sample.total / sample.weight;
    case Kind::min:
      return sample.min;
    case Kind::max:
      return failures != 0 ? kInfinity : sample.max;
    case Kind::sd:
      if (sample.histogram) return std::sqrt(sample.histogram->variance()) * sample.unit;
      return sample.levels ? std::sqrt(sample.levels->variance()) * sample.unit : std::nan("");
    case Kind::percentile: {
      const Histogram* histogram = sample.levels ? sample.levels.get() : sample.histogram.get();
      if (histogram == nullptr) return std::nan("");
      return histogram->quantile_with_failures(statistic.percent / 100, failures) * sample.unit;
    }
  }
  return std::nan("");
}

Verdict verdict_of(Relation relation, double bound, const Figure& figure) {
  if (!figure.mean) return Verdict::undecided;
  const bool most = relation == Relation::at_most || relation == Relation::below;
  const double worst = most ? figure.high.value_or(kInfinity) : figure.low.value_or(-kInfinity);
  const double best = most ? figure.low.value_or(-kInfinity) : figure.high.value_or(kInfinity);
  const auto keeps = [&](double value) { return holds(relation, value, bound); };
  if (keeps(worst)) return Verdict::met;
  if (!keeps(best) || (std::isinf(*figure.mean) && !keeps(*figure.mean))) return Verdict::missed;
  return Verdict::undecided;
}

}  // namespace

const Figure* VariantSummary::find(const MetricName& name) const {
  for (const Figure& figure : metrics) {
    if (figure.name == name) return &figure;
  }
  return nullptr;
}

Accumulator::Accumulator(const Scenario& scenario, Plan plan)
    : scenario_(scenario), plan_(std::move(plan)) {}

void Accumulator::choose_figures(const Result& first) {
  kept_.resize(plan_.metrics.size());
  const bool levels_kept = std::ranges::any_of(
      first.samples, [](const Sample& sample) { return sample.levels != nullptr; });
  for (std::size_t metric = 0; metric < plan_.metrics.size(); ++metric) {
    const Sample& sample = first.samples[metric];
    kept_[metric].kind = sample.kind;
    kept_[metric].unit = sample.unit;
    const bool percentiles = sample.kind == Sample::Kind::distribution || levels_kept;
    for (const Statistic& statistic : usual_statistics(sample.kind, percentiles)) {
      usual_.push_back({metric, statistic, false, {}});
    }
  }
  for (const Objective& objective : scenario_.objectives) {
    of_objectives_.push_back(want(objective.metric, true));
  }
  if (const auto& precision = scenario_.run.replications.precision) {
    for (const PrecisionGoal& goal : precision->until) {
      of_goals_.push_back(want(goal.metric, false));
    }
  }
  ledgers_.resize(plan_.channels.size());
  series_.resize(plan_.series.size());
}

Accumulator::Wanted Accumulator::want(const MetricName& name, bool failures_infinite) const {
  Wanted wanted{plan_.metrics.size(), name.statistic, failures_infinite, {}};
  for (std::size_t metric = 0; metric < plan_.metrics.size(); ++metric) {
    const MetricKey& key = plan_.metrics[metric];
    if (key.component == name.component && key.metric == name.metric &&
        plan_.windows[key.window].name == name.window) {
      wanted.metric = metric;
    }
  }
  return wanted;
}

void Accumulator::add(const Result& result) {
  if (replications_ == 0) choose_figures(result);
  ++replications_;
  events_ += result.events;
  fingerprint_.add(result.fingerprint);
  keep(result);
  for (auto* list : {&usual_, &of_objectives_, &of_goals_}) {
    for (Wanted& wanted : *list) {
      if (wanted.metric == plan_.metrics.size()) continue;
      wanted.per_replication.push_back(
          statistic_of(result.samples[wanted.metric], wanted.statistic, wanted.failures_infinite));
    }
  }
}

void Accumulator::keep(const Result& result) {
  for (std::size_t metric = 0; metric < kept_.size(); ++metric) {
    const Sample& sample = result.samples[metric];
    Kept& kept = kept_[metric];
    kept.totals.push_back(sample.total);
    kept.weights.push_back(sample.weight);
    kept.n += sample.n;
    kept.failures += sample.failures;
    const Histogram* histogram = sample.levels ? sample.levels.get() : sample.histogram.get();
    if (histogram != nullptr) {
      kept.has_histogram = true;
      kept.pooled.merge(*histogram);
    }
  }
  for (std::size_t channel = 0; channel < ledgers_.size(); ++channel) {
    ledgers_[channel] += result.ledgers[channel];
  }
  for (std::size_t series = 0; series < series_.size(); ++series) {
    const BinnedSeries& seen = result.series[series];
    auto& bins = series_[series];
    bins.resize(seen.mean.size());
    for (std::size_t bin = 0; bin < bins.size(); ++bin) {
      bins[bin].mean.add(seen.mean[bin]);
      bins[bin].min = std::min(bins[bin].min, seen.min[bin]);
      bins[bin].max = std::max(bins[bin].max, seen.max[bin]);
    }
  }
}

stats::Estimate Accumulator::estimate_of(const Wanted& wanted, double confidence) const {
  const Kept& kept = kept_[wanted.metric];
  stats::Estimate estimate;
  const bool ratio = wanted.statistic.kind == Kind::mean ||
                     (wanted.statistic.kind == Kind::value && kept.kind == Sample::Kind::share);
  if (ratio && wanted.failures_infinite && kept.failures != 0 &&
      wanted.statistic.kind == Kind::mean) {
    estimate.mean = kInfinity;
    estimate.why = stats::kInfinite;
  } else if (ratio) {
    estimate = stats::ratio_interval(kept.totals, kept.weights, confidence);
    // A level's weight is its time in ns, and its total in units x ns: the ratio is the level.
  } else if (wanted.statistic.kind == Kind::percentile) {
    const double p = wanted.statistic.percent / 100;
    const std::uint64_t failures = wanted.failures_infinite ? kept.failures : 0;
    const std::uint64_t values = kept.pooled.count() + failures;
    if (!kept.has_histogram) {
      estimate.why = "of an age, mean and maximum are kept only";
    } else if (values == 0) {
      estimate.why = stats::kNothingObserved;
    } else if (p > 0 && p < 1 && values < stats::least_sample(p)) {
      estimate.why = stats::kTooFewMessages;
    } else {
      std::vector<double> seen;
      for (const double value : wanted.per_replication) {
        if (!std::isnan(value)) seen.push_back(value);
      }
      estimate = stats::sectioned_percentile(
          kept.pooled.quantile_with_failures(p, failures) * kept.unit, seen, confidence);
    }
  } else if (kept.kind == Sample::Kind::happened) {
    const auto times = static_cast<std::uint64_t>(std::ranges::count(kept.totals, 1.0));
    estimate = stats::share_interval(times, kept.totals.size(), confidence);
  } else if (kept.kind == Sample::Kind::distribution && kept.n == 0 && kept.failures == 0) {
    estimate.why = stats::kNothingObserved;
  } else {
    estimate = stats::mean_interval(wanted.per_replication, confidence);
  }
  if (kept.kind == Sample::Kind::share && plan_.metrics[wanted.metric].unit == "share") {
    estimate = stats::clipped(estimate, 0, 1);
  }
  return estimate;
}

std::vector<stats::Estimate> Accumulator::goals(double confidence) const {
  std::vector<stats::Estimate> estimates;
  for (const Wanted& goal : of_goals_) {
    if (goal.metric == plan_.metrics.size()) {
      estimates.push_back({.why = kEmptyWindow});
    } else {
      estimates.push_back(estimate_of(goal, confidence));
    }
  }
  return estimates;
}

std::string Accumulator::unit_of(const MetricName& name) const {
  const auto found = std::ranges::find_if(plan_.metrics, [&](const MetricKey& key) {
    return key.component == name.component && key.metric == name.metric;
  });
  return found == plan_.metrics.end() ? "" : found->unit;
}

Figure Accumulator::figure(const Wanted& wanted) const {
  const MetricKey& key = plan_.metrics[wanted.metric];
  Figure figure;
  figure.name = {key.component, key.metric, wanted.statistic, plan_.windows[key.window].name};
  figure.unit = key.unit;
  figure.n = kept_[wanted.metric].n;

  const stats::Estimate estimate = estimate_of(wanted, scenario_.run.confidence.value);
  if (estimate.has_mean()) figure.mean = estimate.mean;
  figure.low = estimate.low;
  figure.high = estimate.high;
  figure.why = estimate.why;
  if (plan_.deterministic && figure.mean && std::isfinite(*figure.mean)) {
    figure.low = figure.high = std::nullopt;
    figure.why = "nothing is drawn: one replication is exact";
  }
  return figure;
}

ObjectiveResult Accumulator::judge(const Objective& objective, const Wanted& wanted) const {
  ObjectiveResult result;
  result.objective = objective;
  if (wanted.metric == plan_.metrics.size()) {
    result.figure.name = objective.metric;
    result.figure.why = kEmptyWindow;
    return result;
  }
  result.figure = figure(wanted);
  Figure judged = result.figure;
  if (objective.share_of_runs) {
    std::uint64_t kept = 0;
    for (const double value : wanted.per_replication) {
      Figure one;
      one.mean = one.low = one.high = value;
      if (verdict_of(objective.relation, objective.value, one) == Verdict::met) ++kept;
    }
    const stats::Estimate share =
        stats::share_interval(kept, wanted.per_replication.size(), scenario_.run.confidence.value);
    result.share_of_runs = share.mean;
    result.share_low = share.low;
    result.share_high = share.high;
    judged.mean = share.mean;
    judged.low = share.low;
    judged.high = share.high;
    if (plan_.deterministic) judged.low = judged.high = judged.mean;
    result.verdict = verdict_of(Relation::at_least, *objective.share_of_runs, judged);
    return result;
  }
  if (plan_.deterministic) judged.low = judged.high = judged.mean;
  result.verdict = verdict_of(objective.relation, objective.value, judged);
  return result;
}

std::vector<SeriesSummary> Accumulator::series() const {
  std::vector<SeriesSummary> all;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    SeriesSummary& summary = all.emplace_back();
    summary.name = plan_.series[i].name;
    summary.unit = plan_.series[i].unit;
    summary.step = to_seconds(plan_.series[i].step);
    double quantile = 0;
    if (replications_ > 1) {
      quantile = math::student_t_quantile(0.5 + scenario_.run.confidence.value / 2,
                                          static_cast<double>(replications_ - 1));
    }
    for (const Bin& bin : series_[i]) {
      const double half = quantile * bin.mean.standard_error();
      summary.mean.push_back(bin.mean.mean());
      summary.low.push_back(bin.mean.mean() - half);
      summary.high.push_back(bin.mean.mean() + half);
      summary.min.push_back(bin.min);
      summary.max.push_back(bin.max);
    }
  }
  return all;
}

VariantSummary Accumulator::summary(std::uint32_t planned) const {
  VariantSummary summary;
  summary.variant = scenario_.variant;
  summary.replications = replications_;
  summary.planned = planned;
  summary.events = events_;
  summary.fingerprint = fingerprint_.value();
  summary.deterministic = plan_.deterministic;
  summary.plan = plan_;
  if (replications_ == 0) return summary;
  for (const Wanted& wanted : usual_) summary.metrics.push_back(figure(wanted));
  for (std::size_t i = 0; i < scenario_.objectives.size(); ++i) {
    summary.objectives.push_back(judge(scenario_.objectives[i], of_objectives_[i]));
  }
  summary.ledgers = ledgers_;
  summary.series = series();
  return summary;
}

}  // namespace spillway
