#include "sim/flow/breakers.h"

#include <cassert>
#include <limits>

#include "sim/flow/context.h"

namespace spillway {

std::uint16_t Breakers::add(const BreakerRules& rules, std::uint32_t edge) {
  assert(breakers_.size() < std::numeric_limits<std::uint16_t>::max());
  breakers_.emplace_back(rules, edge);
  return static_cast<std::uint16_t>(breakers_.size() - 1);
}

void Breakers::restart() {
  for (Breaker& breaker : breakers_) breaker.restart();
  asked_.clear();
}

bool Breakers::admit(std::uint16_t number, Handle frame, Context& context) {
  Breaker& breaker = breakers_[number];
  const bool passed = breaker.admit(context.now());
  if (!passed) {
    context.edges[breaker.edge()].metrics.short_circuited.add(context.messages[frame].segment);
  }
  asked_.insert_or_assign(frame, Asked{number, passed, breaker.era(), context.now()});
  return passed;
}

bool Breakers::ended(Handle frame, Outcome outcome, Context& context) {
  const auto found = asked_.find(frame);
  if (found == asked_.end()) return false;
  const Asked asked = found->second;
  asked_.erase(found);
  if (!asked.passed) return true;
  Breaker& breaker = breakers_[asked.breaker];
  const Time now = context.now();
  if (breaker.ended(asked.era, outcome, now - asked.at, now)) {
    context.edges[breaker.edge()].metrics.open.add(now, breaker.open_until());
  }
  return false;
}

void Breakers::given_up(Handle frame) {
  const auto found = asked_.find(frame);
  if (found == asked_.end()) return;
  const Asked asked = found->second;
  asked_.erase(found);
  if (asked.passed) breakers_[asked.breaker].given_up(asked.era);
}

}  // namespace spillway
