#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/flow/ledger.h"
#include "sim/run/result.h"
#include "sim/scenario/objective.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// A figure that leaves the program: what it is, its estimate with its interval, and the closed
/// form's value where there is one. Units are SI base units: s, 1/s, bytes, shares of 1.
struct Figure {
  MetricName name;
  std::string unit;            ///< "s", "1/s", "share", "1", "B"
  std::optional<double> mean;  ///< infinite: never; none: refused, see `why`
  std::optional<double> low;
  std::optional<double> high;
  std::uint64_t n = 0;  ///< observations in all replications
  std::optional<double> theory;
  std::string theory_model;  ///< "M/M/1", "fluid"; empty without theory
  std::string why;           ///< why a value or its interval is refused; or empty
};

enum class Verdict : std::uint8_t { met, missed, undecided };

/// An objective, and whether the design keeps it.
struct ObjectiveResult {
  Objective objective;
  Figure figure;  ///< of its metric; failures count as infinite
  Verdict verdict = Verdict::undecided;
  std::optional<double> share_of_runs;  ///< that kept it, for "in 95% of runs"
  std::optional<double> share_low, share_high;
};

/// A level or a rate over time: the mean over replications with its interval, and the extremes of
/// all.
struct SeriesSummary {
  std::string name;        ///< `orders.depth`
  std::string unit = "1";  ///< "1/s" for a rate
  double step = 0;         ///< length of its bins, s
  std::vector<double> mean, low, high, min, max;
};

/// What all replications of one variant say together.
struct VariantSummary {
  std::string variant;
  std::uint32_t replications = 0;  ///< finished ones
  std::uint32_t planned = 0;       ///< those asked for; with `until`, those it took
  std::uint64_t events = 0;
  std::uint64_t fingerprint = 0;
  bool deterministic = false;  ///< nothing is drawn: one replication says all
  bool warmup_found = false;   ///< the plan's warm-up was found by a pilot (`warmup: auto`)
  Plan plan;
  std::vector<Figure> metrics;  ///< in the order of components, metrics, windows, statistics
  std::vector<ObjectiveResult> objectives;
  std::vector<Ledger> ledgers;  ///< per channel of the plan, summed over replications
  std::vector<SeriesSummary> series;
  double series_start = 0;  ///< s
  std::string failure;      ///< why the variant is void (a broken invariant, a limit); or empty

  /// The figure of this name, or nullptr.
  const Figure* find(const MetricName& name) const;
};

/// What a whole scenario file says.
struct ExperimentSummary {
  std::string scenario;
  std::string question;
  std::uint64_t seed = 0;
  double confidence = 0.95;
  bool partial = false;  ///< interrupted, or a variant is void
  std::uint64_t fingerprint = 0;
  std::vector<VariantSummary> variants;
  std::vector<std::string> warnings;
};

}  // namespace spillway
