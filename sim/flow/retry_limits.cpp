#include "sim/flow/retry_limits.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "sim/kernel/wide.h"

namespace spillway {

std::uint16_t RetryLimits::add(const RetryRules& rules) {
  assert(limits_.size() < std::numeric_limits<std::uint16_t>::max());
  Limit& limit = limits_.emplace_back();
  limit.rules = rules;
  limit.tokens = rules.size;
  return static_cast<std::uint16_t>(limits_.size() - 1);
}

void RetryLimits::restart() {
  for (Limit& limit : limits_) {
    limit.tokens = limit.rules.size;
    limit.calls = limit.retries = 0;
  }
  calls_.clear();
}

void RetryLimits::begins(std::uint16_t number, Handle frame) {
  if (calls_.try_emplace(frame, Call{number, false, 0}).second) ++limits_[number].calls;
}

void RetryLimits::ended(Handle frame, Outcome outcome) {
  const auto found = calls_.find(frame);
  if (found == calls_.end()) return;
  Call& call = found->second;
  Limit& limit = limits_[call.limit];
  const RetryRules& rules = limit.rules;
  if (outcome != Outcome::ok) {
    limit.tokens = std::max<std::int64_t>(0, limit.tokens - rules.failure);
    if (call.retries) --limit.retries;
    call.retries = false;
    return;
  }
  const std::int64_t back = call.retries && rules.refund ? call.paid : rules.success;
  limit.tokens = std::min(rules.size, limit.tokens + back);
  closed(frame);
}

bool RetryLimits::allow(Handle frame, Outcome outcome) const {
  const auto found = calls_.find(frame);
  if (found == calls_.end()) return true;
  const Limit& limit = limits_[found->second.limit];
  const RetryRules& rules = limit.rules;
  if (rules.size != 0) {
    const std::int64_t cost = outcome == Outcome::timeout ? rules.late_cost : rules.cost;
    if (limit.tokens < cost || limit.tokens <= rules.floor) return false;
  }
  if (!rules.at_once) return true;
  const auto share =
      static_cast<std::uint64_t>(Int128{rules.share_at_once} * limit.calls / RetryRules::kWhole);
  return limit.retries < std::max(rules.at_least, share);
}

void RetryLimits::take(Handle frame, Outcome outcome) {
  const auto found = calls_.find(frame);
  if (found == calls_.end()) return;
  Call& call = found->second;
  Limit& limit = limits_[call.limit];
  call.paid = outcome == Outcome::timeout ? limit.rules.late_cost : limit.rules.cost;
  call.retries = true;
  limit.tokens -= call.paid;
  ++limit.retries;
}

void RetryLimits::closed(Handle frame) {
  const auto found = calls_.find(frame);
  if (found == calls_.end()) return;
  Limit& limit = limits_[found->second.limit];
  --limit.calls;
  if (found->second.retries) --limit.retries;
  calls_.erase(found);
}

}  // namespace spillway
