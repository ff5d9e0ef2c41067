#include "sim/flow/hedges.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace spillway {

std::uint16_t Hedges::add(const HedgeRules& rules) {
  assert(hedges_.size() < std::numeric_limits<std::uint16_t>::max());
  hedges_.emplace_back().rules = rules;
  return static_cast<std::uint16_t>(hedges_.size() - 1);
}

void Hedges::restart() {
  for (Hedge& hedge : hedges_) {
    hedge.rules.budget.restart();
    hedge.times.clear();
    hedge.delay = kNever;
  }
  attempts_.clear();
}

HedgedAttempt& Hedges::begin(Handle frame, std::uint16_t number, Time now) {
  HedgedAttempt& attempt = attempts_[frame];
  attempt = {};
  attempt.rules = number;
  attempt.since = now;
  return attempt;
}

void Hedges::answered(std::uint16_t number, Time took) {
  Hedge& hedge = hedges_[number];
  if (hedge.rules.site != HedgeRules::kNoSite) return;
  hedge.times.record(took);
  const bool first = hedge.delay == kNever && hedge.times.count() == kFirst;
  if (!first && hedge.times.count() < kWindow) return;
  hedge.delay = static_cast<Time>(hedge.times.quantile(hedge.rules.quantile) + 0.5);
  if (!first) hedge.times.clear();
}

void Hedges::replace(Handle frame, Handle from, Handle to) {
  HedgedAttempt* attempt = find(frame);
  if (attempt != nullptr) std::ranges::replace(attempt->copies, from, to);
}

}  // namespace spillway
