#include "analysis/experiment/replication_rule.h"

#include <fmt/format.h>

#include "sim/language/quantity_text.h"

namespace spillway {
namespace {

std::vector<stats::PrecisionTarget> targets_of(const std::vector<PrecisionGoal>& goals) {
  std::vector<stats::PrecisionTarget> targets;
  targets.reserve(goals.size());
  for (const PrecisionGoal& goal : goals) targets.push_back({goal.relative, goal.absolute});
  return targets;
}

stats::PrecisionSettings settings_of(const RunParameters& run) {
  stats::PrecisionSettings settings;
  settings.confidence = run.replications.precision->confidence.value_or(run.confidence).value;
  settings.at_most = static_cast<std::uint64_t>(run.replications.precision->at_most);
  return settings;
}

/// Within how much of the true value an estimate is: its half-width over the least magnitude that
/// the true value may have, as the rule counts it.
std::string relative_text(const stats::Estimate& estimate) {
  const double error = *stats::relative_error(estimate);
  if (!(error < 1)) return "known by its order of magnitude at best: its interval reaches 0";
  return fmt::format("known to {}", print_quantity(error / (1 - error), "1", 2));
}

std::string absolute_text(double value, const std::string& unit) {
  if (unit == "s" || unit == "1/s") return print_quantity(value, unit, 2);
  return fmt::format("{:.2g}", value);
}

}  // namespace

ReplicationRule::ReplicationRule(const Scenario& scenario)
    : where_(scenario.variant == "base" ? "" : scenario.variant + ": "),
      goals_(scenario.run.replications.precision->until),
      targets_(targets_of(goals_)),
      at_most_(static_cast<std::uint32_t>(scenario.run.replications.precision->at_most)),
      rule_(targets_, settings_of(scenario.run)) {}

bool ReplicationRule::see(const Accumulator& first_n) {
  const bool looks = rule_.replications() + 1 >= stats::PrecisionSettings{}.at_least;
  std::vector<stats::Estimate> estimates;
  if (looks) estimates = first_n.goals(rule_.confidence_of_each());
  return rule_.see(estimates) != stats::Precision::more;
}

std::vector<std::string> ReplicationRule::shortfalls(const Accumulator& all) const {
  std::vector<std::string> texts;
  if (rule_.state() != stats::Precision::not_reached) return texts;
  const std::vector<stats::Estimate> estimates = all.goals(rule_.confidence_of_each());
  for (std::size_t i = 0; i < goals_.size(); ++i) {
    if (stats::is_exact_enough(estimates[i], targets_[i])) continue;
    const PrecisionGoal& goal = goals_[i];
    const std::string unit = all.unit_of(goal.metric);
    const std::string asked = goal.relative > 0 ? print_quantity(goal.relative, "1", 3)
                                                : "+-" + absolute_text(goal.absolute, unit);
    const std::string achieved =
        !estimates[i].half_width() ? fmt::format("without an interval ({})", estimates[i].why)
        : goal.relative > 0        ? relative_text(estimates[i])
                            : "known to +-" + absolute_text(*estimates[i].half_width(), unit);
    texts.push_back(
        fmt::format("{}{} is not as exact as asked: after {} replications it is {}, {} "
                    "was asked for",
                    where_, to_string(goal.metric), rule_.replications(), achieved, asked));
  }
  if (texts.empty()) {
    texts.push_back(fmt::format(
        "{}what `until` asks for has held only since replication {} of {}: too short to rule out "
        "luck",
        where_, *rule_.held_from(), rule_.replications()));
  }
  return texts;
}

}  // namespace spillway
