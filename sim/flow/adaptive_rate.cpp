#include "sim/flow/adaptive_rate.h"

#include <algorithm>

#include "sim/kernel/math.h"

namespace spillway {

void AdaptiveRate::refill(Time now) {
  tokens_ = std::min(capacity_, tokens_ + to_seconds(now - filled_at_) * fill_rate_);
  filled_at_ = now;
}

bool AdaptiveRate::take(Time now) {
  if (!limits_) return true;
  refill(now);
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

Time AdaptiveRate::wait(Time now) {
  refill(now);
  if (tokens_ >= 1) return 0;
  // Up to the next nanosecond: then there is one.
  const double wait = (1 - tokens_) / fill_rate_ * static_cast<double>(kSecond);
  return static_cast<Time>(std::min(wait, 9e18)) + 1;
}

void AdaptiveRate::take_due(Time now) {
  refill(now);
  tokens_ = std::max(0.0, tokens_ - 1);
}

void AdaptiveRate::measure(Time now) {
  const Time period = now - now % rules_.period;
  ++answers_;
  if (period <= period_) return;
  const double latest = static_cast<double>(answers_) / to_seconds(period - period_);
  measured_ = latest * rules_.smoothing + measured_ * (1 - rules_.smoothing);
  answers_ = 0;
  period_ = period;
}

void AdaptiveRate::answered(bool refused, Time now) {
  measure(now);
  if (refused) {
    most_before_ = limits_ ? std::min(measured_, fill_rate_) : measured_;
    refused_at_ = now;
    calculated_ = most_before_ * rules_.beta;
  } else {
    const double back = math::pow(most_before_ * (1 - rules_.beta) / rules_.scale, 1.0 / 3.0);  // K
    const double past = to_seconds(now - refused_at_) - back;
    calculated_ = rules_.scale * past * past * past + most_before_;
  }
  const double rate = std::min(calculated_, rules_.most * measured_);
  refill(now);
  limits_ = limits_ || refused;
  fill_rate_ = std::max(rate, rules_.least);
  capacity_ = std::max(rate, 1.0);
  tokens_ = std::min(tokens_, capacity_);
}

}  // namespace spillway
