#include "sim/flow/breaker.h"

#include <algorithm>

namespace spillway {
namespace {

/// Whether a part of the whole is at least a share of it, in billionths.
bool reaches(std::uint32_t part, std::uint32_t whole, std::int64_t share) {
  return share != BreakerRules::kNoShare && part * BreakerRules::kOne >= share * whole;
}

}  // namespace

LatestAttempts::LatestAttempts(const BreakerRules& rules) {
  if (rules.period > 0) bucket_ = std::max<Time>(rules.period / kBuckets, 1);
  parts_.resize(bucket_ > 0 ? static_cast<std::size_t>(kBuckets) : rules.calls);
}

void LatestAttempts::clear() {
  std::ranges::fill(parts_, Tally{});
  total_ = {};
  next_ = 0;
}

void LatestAttempts::add(const Tally& one, Time now) {
  if (parts_.empty()) return;
  total_.add(one);
  if (bucket_ == 0) {
    total_.take(parts_[next_]);
    parts_[next_] = one;
    next_ = next_ + 1 == parts_.size() ? 0 : next_ + 1;
    return;
  }
  const Time bucket = now / bucket_;
  for (Time gone = 0; at_ < bucket && gone < kBuckets; ++gone) {
    ++at_;
    Tally& oldest = parts_[static_cast<std::size_t>(at_ % kBuckets)];
    total_.take(oldest);
    oldest = {};
  }
  at_ = bucket;
  parts_[static_cast<std::size_t>(bucket % kBuckets)].add(one);
}

void Breaker::restart() {
  change(State::closed);
  era_ = 0;
  until_ = 0;
  latest_ = LatestAttempts(rules_);
}

void Breaker::change(State state) {
  state_ = state;
  ++era_;
  in_a_row_ = 0;
  passed_ = 0;
  probes_ = {};
  latest_.clear();
}

bool Breaker::admit(Time now) {
  if (state_ == State::open) {
    if (now < until_) return false;
    change(rules_.probes == 0 ? State::closed : State::half_open);
  }
  if (state_ == State::closed) return true;
  if (passed_ == rules_.probes) return false;
  ++passed_;
  return true;
}

bool Breaker::trips(const Tally& tally) const {
  return reaches(tally.failed, tally.ended, rules_.failures) ||
         reaches(tally.slow, tally.ended, rules_.slow_share);
}

bool Breaker::ended(std::uint32_t era, Outcome outcome, Time took, Time now) {
  if (era != era_) return false;
  const bool failed = outcome != Outcome::ok;
  const Tally one{1, failed ? 1u : 0u, took > rules_.slow ? 1u : 0u};
  in_a_row_ = failed ? in_a_row_ + 1 : 0;
  bool opens = false;
  if (state_ == State::closed) {
    latest_.add(one, now);
    opens = (rules_.consecutive != 0 && in_a_row_ >= rules_.consecutive) ||
            (latest_.tally().ended >= rules_.minimum && trips(latest_.tally()));
  } else {
    probes_.add(one);
    if (probes_.ended < rules_.probes) return false;
    opens = (rules_.consecutive != 0 && probes_.failed > 0) || trips(probes_);
  }
  if (opens) {
    change(State::open);
    until_ = now > kNever - rules_.open ? kNever : now + rules_.open;
  } else if (state_ == State::half_open) {
    change(State::closed);
  }
  return opens;
}

void Breaker::given_up(std::uint32_t era) {
  if (era == era_ && state_ == State::half_open) --passed_;
}

}  // namespace spillway
