#include "analysis/report/verdict_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "analysis/report/figure_text.h"
#include "sim/language/quantity_text.h"

namespace spillway::report {
namespace {

/// How the objectives of a variant came out.
struct Outcome {
  std::size_t objectives = 0;
  std::size_t missed = 0;
  std::size_t foreseen = 0;  ///< of the missed ones, those that were expected to be
  std::size_t undecided = 0;
  std::size_t surprises = 0;  ///< met though a miss was expected

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Group {
  Outcome outcome;
  std::vector<std::string> variants;
};

Outcome outcome_of(const VariantSummary& variant) {
  Outcome outcome;
  outcome.objectives = variant.objectives.size();
  for (const ObjectiveResult& result : variant.objectives) {
    const bool expected = result.objective.expect_missed;
    switch (result.verdict) {
      case Verdict::met:
        outcome.surprises += expected ? 1 : 0;
        break;
      case Verdict::missed:
        ++outcome.missed;
        outcome.foreseen += expected ? 1 : 0;
        break;
      case Verdict::undecided:
        ++outcome.undecided;
        break;
    }
  }
  return outcome;
}

/// Names that a sentence can hold: the first few, and how many there are beside them.
std::string join_names(std::vector<std::string> names) {
  constexpr std::size_t kMost = 4;
  if (names.size() > kMost) {
    const std::size_t others = names.size() - (kMost - 1);
    names.resize(kMost - 1);
    names.push_back(fmt::format("{} others", others));
  }
  const std::string last = names.back();
  names.pop_back();
  return names.empty() ? last : fmt::format("{} and {}", fmt::join(names, ", "), last);
}

std::string all_of(std::size_t objectives, const std::string& its) {
  if (objectives == 1) return its + " objective";
  if (objectives == 2) return "both objectives";
  return fmt::format("all {} objectives", objectives);
}

/// "misses 2 of 4 objectives, as expected"
std::string phrase(const Outcome& outcome, bool many) {
  const std::string s = many ? "" : "s";
  const std::string its = many ? "their" : "its";
  const std::size_t n = outcome.objectives;
  const auto some = [&](std::size_t count) {
    return n == 1 ? its + " objective" : fmt::format("{} of {} objectives", count, n);
  };
  std::string text;
  if (outcome.missed == n) {
    text = fmt::format("miss{} {}", many ? "" : "es", all_of(n, its));
  } else if (outcome.missed > 0) {
    text = fmt::format("miss{} {}", many ? "" : "es", some(outcome.missed));
  }
  if (outcome.missed > 0 && outcome.foreseen == outcome.missed) {
    text += ", as expected";
  } else if (outcome.foreseen > 0) {
    text += fmt::format(", {} of them as expected", outcome.foreseen);
  }
  if (outcome.undecided > 0) {
    if (!text.empty()) {
      text += fmt::format("{} leave{} {} undecided", outcome.foreseen > 0 ? ", and" : " and", s,
                          outcome.undecided);
    } else if (outcome.undecided == n) {
      text = fmt::format("leave{} {} undecided", s, all_of(n, its));
    } else {
      text = fmt::format("meet{} {} and leave{} {} undecided", s, some(n - outcome.undecided), s,
                         outcome.undecided);
    }
  }
  if (text.empty()) text = fmt::format("meet{} {}", s, all_of(n, its));
  if (outcome.surprises > 0) {
    text += fmt::format(" ({} met against expectation)", outcome.surprises);
  }
  return text;
}

}  // namespace

std::string_view mark(const ObjectiveResult& result) {
  switch (result.verdict) {
    case Verdict::met:
      return result.objective.expect_missed ? "!" : "✓";
    case Verdict::missed:
      return "✗";
    case Verdict::undecided:
      break;
  }
  return "?";
}

std::string wanted(const ObjectiveResult& result, std::string_view relation, bool unicode) {
  const Objective& objective = result.objective;
  std::string text =
      fmt::format("{} {}", relation, print_bound(objective.value, result.figure.unit));
  if (objective.share_of_runs) {
    text += fmt::format(" in {} of runs", print(Share{*objective.share_of_runs}));
    if (result.share_of_runs) {
      Figure share;
      share.unit = "share";
      share.mean = result.share_of_runs;
      share.low = result.share_low;
      share.high = result.share_high;
      text += ": " + print_figure(share, unicode);
    }
  }
  if (objective.expect_missed) {
    text += result.verdict == Verdict::missed ? ", as expected" : ", expected to miss";
  }
  return text;
}

std::string verdict_sentence(const ExperimentSummary& summary) {
  std::vector<Group> groups;
  std::size_t judged = 0;
  bool ran = false;
  for (const VariantSummary& variant : summary.variants) {
    if (!variant.failure.empty() || variant.replications == 0) continue;
    ran = true;
    if (variant.objectives.empty()) continue;
    ++judged;
    const Outcome outcome = outcome_of(variant);
    auto group = std::ranges::find(groups, outcome, &Group::outcome);
    if (group == groups.end()) group = groups.insert(group, Group{outcome, {}});
    group->variants.push_back(variant.variant);
  }
  if (!ran) return "There is no verdict: no variant has a result.";
  if (groups.empty()) return "There is no verdict: the scenario sets no objectives.";
  if (summary.variants.size() == 1) {
    return fmt::format("The design {}.", phrase(groups.front().outcome, false));
  }
  if (groups.size() == 1 && judged == summary.variants.size()) {
    return fmt::format("{} {}.",
                       judged == 2 ? "Both variants" : fmt::format("All {} variants", judged),
                       phrase(groups.front().outcome, true));
  }
  std::string text;
  for (const Group& group : groups) {
    if (!text.empty()) text += "; ";
    text += fmt::format("{} {}", join_names(group.variants),
                        phrase(group.outcome, group.variants.size() > 1));
  }
  return text + ".";
}

}  // namespace spillway::report
