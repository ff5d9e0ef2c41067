#include "analysis/report/failure_spread.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "sim/scenario/names.h"

namespace spillway::report {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

double time_of(const Figure& figure) { return figure.mean.value_or(kNever); }

const Strike* strike_of(const VariantSummary& variant, const std::string& fault) {
  const auto found = std::ranges::find(variant.plan.strikes, fault, &Strike::fault);
  return found == variant.plan.strikes.end() ? nullptr : &*found;
}

/// Edges by name, with their first failures after a fault.
using Failures = std::map<std::string, const Figure*>;

Failures failures_of(const VariantSummary& variant, const std::string& fault) {
  Failures failures;
  if (!variant.failure.empty()) return failures;
  for (const Figure& figure : variant.metrics) {
    if (figure.name.metric == "first_failure" && figure.name.window == fault) {
      failures.emplace(figure.name.component, &figure);
    }
  }
  return failures;
}

/// What an edge's failures follow from: nothing, or another edge; or the fault itself.
struct Cause {
  bool fault = false;
  std::string edge;

  auto operator<=>(const Cause&) const = default;
};

/// The edges of a component, as it calls others.
auto own_edges(const Failures& failures, std::string_view component) {
  const std::string prefix = edge_name(component, "");
  const auto begin = failures.lower_bound(prefix);
  auto end = begin;
  while (end != failures.end() && end->first.starts_with(prefix)) ++end;
  return std::ranges::subrange(begin, end);
}

bool strikes(const Strike& strike, std::string_view name) {
  return std::ranges::find(strike.struck, name) != strike.struck.end();
}

/// Whether a component asks, itself or through others, what the fault strikes.
bool depends_on_struck(std::string_view component, const Failures& failures, const Strike& strike) {
  std::set<std::string_view> seen{component};
  std::vector<std::string_view> open{component};
  while (!open.empty()) {
    const std::string_view caller = open.back();
    open.pop_back();
    for (const auto& [edge, figure] : own_edges(failures, caller)) {
      const std::string_view callee = split_edge(edge).second;
      if (strikes(strike, edge) || strikes(strike, callee)) return true;
      if (seen.insert(callee).second) open.push_back(callee);
    }
  }
  return false;
}

Cause cause_of(const std::string& edge, const Failures& failures, const Strike& strike) {
  const std::string_view callee = split_edge(edge).second;
  if (strikes(strike, edge) || strikes(strike, callee)) return {true, {}};
  Cause cause;
  double first = kNever;
  for (const auto& [own, figure] : own_edges(failures, callee)) {
    if (time_of(*figure) >= first) continue;
    first = time_of(*figure);
    cause.edge = own;
  }
  // It may wait without a timeout: then what it waits for never fails, and still is why.
  if (cause.edge.empty()) cause.fault = depends_on_struck(callee, failures, strike);
  return cause;
}

Reach reach_of(const Failures& failures) {
  std::set<std::string_view> all, failed;
  for (const auto& [edge, figure] : failures) {
    const std::string_view callee = split_edge(edge).second;
    all.insert(callee);
    if (std::isfinite(time_of(*figure))) failed.insert(callee);
  }
  return {failed.size(), all.size()};
}

/// The steps of a fault, each below what it follows from.
class Tree {
 public:
  Tree(const ExperimentSummary& summary, const std::string& fault) {
    for (const VariantSummary& variant : summary.variants) {
      failures_.push_back(failures_of(variant, fault));
      strikes_.push_back(strike_of(variant, fault));
    }
    for (std::size_t place = 0; place < failures_.size(); ++place) {
      for (const auto& [edge, figure] : failures_[place]) consider(edge, time_of(*figure), place);
    }
    find_following();
  }

  std::vector<SpreadStep> steps() {
    grow(following_.find({true, {}}), 0, false);
    grow(following_.find({}), 0, true);
    // What is left follows from one another in a circle.
    for (const auto& [edge, known] : edges_) {
      if (!grown_.contains(edge)) grow_from({{known.first, edge}, 0, true});
    }
    return std::move(steps_);
  }

  std::vector<Reach> reach() const {
    std::vector<Reach> all;
    for (std::size_t place = 0; place < failures_.size(); ++place) {
      all.push_back(strikes_[place] == nullptr ? Reach{} : reach_of(failures_[place]));
    }
    return all;
  }

 private:
  struct Known {
    double first = kNever;
    Cause cause;
  };
  using Edge = std::pair<double, std::string>;  ///< when it first fails, name
  using Following = std::map<Cause, std::vector<Edge>>;
  struct Branch {
    Edge edge;
    std::size_t depth;
    bool by_itself;
  };

  void consider(const std::string& edge, double at, std::size_t place) {
    if (!std::isfinite(at) || strikes_[place] == nullptr) return;
    Known& known = edges_[edge];
    if (at >= known.first) return;
    known = {at, cause_of(edge, failures_[place], *strikes_[place])};
  }

  void find_following() {
    for (const auto& [edge, known] : edges_) {
      following_[known.cause].emplace_back(known.first, edge);
    }
    for (auto& [cause, edges] : following_) std::ranges::sort(edges, std::greater{});
  }

  /// Adds what follows, the earliest first, with all that follows from it.
  void grow(Following::const_iterator from, std::size_t depth, bool by_itself) {
    if (from == following_.end()) return;
    for (auto edge = from->second.rbegin(); edge != from->second.rend(); ++edge) {
      grow_from({*edge, depth, by_itself});
    }
  }

  void grow_from(Branch first) {
    std::vector<Branch> open{std::move(first)};
    while (!open.empty()) {
      const Branch branch = std::move(open.back());
      open.pop_back();
      const std::string& edge = branch.edge.second;
      if (!grown_.insert(edge).second) continue;
      SpreadStep& step = steps_.emplace_back(SpreadStep{edge, branch.depth, branch.by_itself, {}});
      for (const auto& failures : failures_) {
        const auto found = failures.find(edge);
        step.after.push_back(found == failures.end() ? nullptr : found->second);
      }
      const auto following = following_.find({false, edge});
      if (following == following_.end()) continue;
      for (const Edge& next : following->second) open.push_back({next, branch.depth + 1, false});
    }
  }

  std::vector<Failures> failures_;  ///< by variant
  std::vector<const Strike*> strikes_;
  std::map<std::string, Known> edges_;  ///< that fail in some variant
  Following following_;                 ///< by what they follow from, the latest first
  std::set<std::string> grown_;
  std::vector<SpreadStep> steps_;
};

bool has_window(const VariantSummary& variant, const std::string& name) {
  return std::ranges::find(variant.plan.windows, name, &Window::name) != variant.plan.windows.end();
}

}  // namespace

std::vector<FailureSpread> failure_spreads(const ExperimentSummary& summary) {
  std::map<std::string, FailureSpread> spreads;
  for (const VariantSummary& variant : summary.variants) {
    if (!variant.failure.empty() || variant.replications == 0) continue;
    for (const Strike& strike : variant.plan.strikes) {
      if (!has_window(variant, strike.fault) || spreads.contains(strike.fault)) continue;
      Tree tree(summary, strike.fault);
      spreads[strike.fault] = {strike.fault, strike.struck, tree.steps(), tree.reach()};
    }
  }
  std::vector<FailureSpread> all;
  for (auto& [fault, spread] : spreads) {
    const bool asked = std::ranges::any_of(spread.reach, [](const Reach& r) { return r.all > 0; });
    if (asked) all.push_back(std::move(spread));
  }
  return all;
}

}  // namespace spillway::report
