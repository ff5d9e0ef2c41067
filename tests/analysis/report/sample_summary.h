#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "analysis/experiment/summary.h"

// Summaries made by hand, for what is printed of them.

namespace spillway::report {

inline constexpr Statistic kMean{Statistic::Kind::mean, 0};
inline constexpr Statistic kMax{Statistic::Kind::max, 0};
inline constexpr Statistic kP50{Statistic::Kind::percentile, 50};
inline constexpr Statistic kP99{Statistic::Kind::percentile, 99};

inline Figure figure(MetricName name, std::string unit, std::optional<double> mean,
                     double half_width = 0) {
  Figure result;
  result.name = std::move(name);
  result.unit = std::move(unit);
  result.mean = mean;
  if (mean) {
    result.low = *mean - half_width;
    result.high = *mean + half_width;
  }
  result.n = 1000;
  return result;
}

inline ObjectiveResult objective(std::string name, std::string text, Relation relation,
                                 double value, Figure of, Verdict verdict) {
  ObjectiveResult result;
  result.objective.name = std::move(name);
  result.objective.text = std::move(text);
  result.objective.metric = of.name;
  result.objective.relation = relation;
  result.objective.value = value;
  result.figure = std::move(of);
  result.verdict = verdict;
  return result;
}

/// A variant that calls its workers: overloaded in the sale.
inline VariantSummary sync_variant() {
  VariantSummary variant;
  variant.variant = "sync";
  variant.replications = variant.planned = 30;
  variant.events = 1'204'511;
  variant.fingerprint = 0x1234;
  variant.plan.warmup = 10 * kSecond;
  variant.plan.duration = 120 * kSecond;
  variant.plan.windows = {{"", {{10 * kSecond, 120 * kSecond}}, {}},
                          {"sale", {{30 * kSecond, 60 * kSecond}}, {}}};
  variant.metrics = {
      figure({"shop", "success", {}, ""}, "share", 0.8713, 0.0021),
      figure({"shop", "success", {}, "sale"}, "share", 0.6021, 0.011),
      figure({"shop", "goodput", {}, ""}, "1/s", 104.22, 0.61),
      figure({"shop", "latency", kP50, ""}, "s", 0.0262, 0.0002),
      figure({"shop", "latency", kP99, ""}, "s", 0.4123, 0.0031),
      figure({"shop", "latency", kP99, "sale"}, "s", 0.4312, 0.0031),
      figure({"shop", "completion", kP50, ""}, "s", 0.0262, 0.0002),
      figure({"shop", "completion", kP99, ""}, "s", 0.4123, 0.0031),
      figure({"orders", "utilization", {}, ""}, "share", 0.6412, 0.0045),
      figure({"orders", "latency", kP99, ""}, "s", 0.4103, 0.003),
      figure({"orders", "refused", {}, ""}, "1", 1412.0, 35),
  };
  variant.objectives = {
      objective("available", "shop.success >= 99.9%", Relation::at_least, 0.999,
                figure({"shop", "success", {}, ""}, "share", 0.8713, 0.0021), Verdict::missed),
      objective("quick", "shop.latency.p99 <= 500ms", Relation::at_most, 0.5,
                figure({"shop", "latency", kP99, ""}, "s", 0.4123, 0.0031), Verdict::met),
  };
  return variant;
}

/// A variant with a queue between shop and workers: filled by the sale, drained after it.
inline VariantSummary async_variant() {
  VariantSummary variant = sync_variant();
  variant.variant = "async";
  variant.events = 2'104'511;
  variant.fingerprint = 0x5678;
  Figure drain = figure({"orders-queue", "drain_time", {}, "sale"}, "s", 26.2, 0.81);
  drain.theory = 26.13;
  drain.theory_model = "fluid";
  variant.metrics = {
      figure({"shop", "success", {}, ""}, "share", 1.0),
      figure({"shop", "success", {}, "sale"}, "share", 1.0),
      figure({"shop", "goodput", {}, ""}, "1/s", 119.9, 0.5),
      figure({"shop", "latency", kP50, ""}, "s", 0.0031, 0.00001),
      figure({"shop", "latency", kP99, ""}, "s", 0.0042, 0.00001),
      figure({"shop", "latency", kP99, "sale"}, "s", 0.0042, 0.00001),
      figure({"shop", "completion", kP50, ""}, "s", 4.9, 0.12),
      figure({"shop", "completion", kP99, ""}, "s", 15.8, 0.31),
      figure({"orders-queue", "depth", kMean, ""}, "1", 512.3, 21.0),
      figure({"orders-queue", "depth", kMax, ""}, "1", 2340.4, 22.0),
      figure({"orders-queue", "age", kMax, ""}, "s", 15.4, 0.2),
      figure({"orders-queue", "wait", kP99, ""}, "s", 15.6, 0.3),
      figure({"orders-queue", "redelivered", {}, ""}, "1", 0.0),
      drain,
      figure({"workers", "utilization", {}, ""}, "share", 0.7812, 0.0045),
      figure({"workers", "utilization", {}, "sale"}, "share", 1.0),
      figure({"workers", "handled", {}, ""}, "1", 14400.0, 60),
  };
  variant.objectives = {
      objective("available", "shop.success >= 99.9%", Relation::at_least, 0.999,
                figure({"shop", "success", {}, ""}, "share", 1.0), Verdict::met),
      objective("quick", "shop.latency.p99 <= 500ms", Relation::at_most, 0.5,
                figure({"shop", "latency", kP99, ""}, "s", 0.0042, 0.00001), Verdict::met),
      objective("done", "shop.completion.p99 <= 16s in 95% of runs", Relation::at_most, 16,
                figure({"shop", "completion", kP99, ""}, "s", 15.8, 0.31), Verdict::undecided),
  };
  variant.objectives.back().objective.share_of_runs = 0.95;
  variant.objectives.back().share_of_runs = 0.9;
  variant.objectives.back().share_low = 0.735;
  variant.objectives.back().share_high = 0.979;
  variant.plan.channels = {"orders-queue"};
  Ledger ledger;
  ledger.sent = ledger.acknowledged = ledger.receives = 432'011;
  variant.ledgers = {ledger};
  SeriesSummary depth;
  depth.name = "orders-queue.depth";
  depth.step = 2;
  for (int second = 0; second < 120; second += 2) {
    const double value = second < 30   ? 1
                         : second < 60 ? 78.0 * (second - 30)
                         : second < 86 ? 2340.0 - 90.0 * (second - 60)
                                       : 1;
    depth.mean.push_back(value);
    depth.low.push_back(value * 0.98);
    depth.high.push_back(value * 1.02);
    depth.min.push_back(value * 0.9);
    depth.max.push_back(value * 1.1);
  }
  variant.series = {depth};
  variant.series_start = 0;
  return variant;
}

/// Two variants of a shop whose payments hang for 20 s from 50 s on: calls fail meanwhile where
/// they wait for them, and wait in a queue where they do not.
inline ExperimentSummary outage() {
  ExperimentSummary summary;
  summary.scenario = "payment-outage";
  summary.question = "Does the shop go on selling while its payments hang?";
  summary.seed = 2026;
  for (const bool sync : {true, false}) {
    VariantSummary variant;
    variant.variant = sync ? "sync" : "async";
    variant.replications = variant.planned = 30;
    variant.plan.warmup = 10 * kSecond;
    variant.plan.duration = 120 * kSecond;
    variant.plan.windows = {{"", {{10 * kSecond, 120 * kSecond}}, {}},
                            {"hangs", {{50 * kSecond, 70 * kSecond}}, {}},
                            {"before", {{10 * kSecond, 50 * kSecond}}, {}},
                            {"recovery", {{70 * kSecond, 120 * kSecond}}, {}}};
    const double share = sync ? 0.8 : 1;
    variant.metrics = {
        figure({"shop", "success", {}, ""}, "share", share, sync ? 0.002 : 0),
        figure({"shop", "success", {}, "hangs"}, "share", sync ? 0 : 1),
        figure({"shop", "success", {}, "before"}, "share", 1),
        figure({"shop", "success", {}, "recovery"}, "share", sync ? 0.98 : 1, sync ? 0.004 : 0),
        figure({"shop", "goodput", {}, ""}, "1/s", 100 * share, 0.5),
        figure({"shop", "latency", kP99, ""}, "s", 0.12, 0.002),
        figure({"shop", "latency", kP99, "hangs"}, "s", std::nullopt),
        figure({"payments", "utilization", {}, ""}, "share", 0.3, 0.01),
        figure({"payments", "refused", {}, ""}, "1", 0.0),
        figure({"payments", "cancelled", {}, ""}, "1", 0.0),
        figure({"payments", "wasted", {}, ""}, "share", sync ? 0.19 : 0, sync ? 0.01 : 0),
        figure({"shop -> payments", "attempts", {}, ""}, "1", 12'500, 40),
        figure({"shop -> payments", "timeouts", {}, ""}, "1", sync ? 2'500 : 0, sync ? 30 : 0),
        figure({"shop -> payments", "errors", {}, ""}, "1", 0.0),
        figure({"shop -> log", "attempts", {}, ""}, "1", 12'500, 40),
        figure({"shop -> log", "timeouts", {}, ""}, "1", 0.0),
        figure({"shop -> log", "errors", {}, ""}, "1", 0.0),
        figure({"hangs", "begun", {}, ""}, "1", 1.0),
    };
    SeriesSummary goodput, failed;
    goodput.name = "shop.goodput";
    failed.name = "shop.failed";
    goodput.unit = failed.unit = "1/s";
    goodput.step = failed.step = 5;
    for (int second = 0; second < 120; second += 5) {
      const bool fails = sync && second >= 50 && second < 70;
      const double well = second == 0 ? 90 : fails ? 0 : 100, badly = fails ? 100 : 0;
      for (const auto& [one, rate] : {std::pair{&goodput, well}, std::pair{&failed, badly}}) {
        one->mean.push_back(rate);
        one->low.push_back(rate == 0 ? 0 : rate - 2);
        one->high.push_back(rate == 0 ? 0 : rate + 2);
        one->min.push_back(rate == 0 ? 0 : rate - 9);
        one->max.push_back(rate == 0 ? 0 : rate + 9);
      }
    }
    variant.series = {goodput, failed};
    summary.variants.push_back(std::move(variant));
  }
  return summary;
}

/// Two variants of a shop in a sale.
inline ExperimentSummary sale() {
  ExperimentSummary summary;
  summary.scenario = "flash-sale";
  summary.question =
      "Does a queue between shop and workers keep ordering possible in the sale, and how long do "
      "orders then take?";
  summary.seed = 2026;
  summary.fingerprint = 0x9f3a00000000beef;
  summary.variants = {sync_variant(), async_variant()};
  return summary;
}

}  // namespace spillway::report
