#pragma once

#include <cstdint>

#include "sim/kernel/time.h"

namespace spillway {

/// What a client's rate limiter goes by. Unit: rates in 1/s.
struct AdaptiveRateRules {
  double beta = 0.7;       ///< what a refusal leaves of the rate
  double scale = 0.4;      ///< how fast it comes back; in 1/s^4
  double smoothing = 0.8;  ///< weight of the latest period in the measured rate
  Time period = 500 * kMillisecond;
  double most = 2;     ///< times the measured rate, at most
  double least = 0.5;  ///< in 1/s
};

/// The rate at which a client may send, found from how its attempts end: a bucket of tokens whose
/// fill rate follows a cubic, as TCP's CUBIC lets its window.
///
///   after a refusal at rate w:  beta w, and t seconds later  scale (t - K)^3 + w,
///                               K = cbrt(w (1 - beta) / scale)
///
/// So it comes back to w after K seconds, lingers there, and then grows ever faster, to at most
/// `most` times the rate at which answers come, which is taken each period and smoothed. It limits
/// nothing before the first refusal. A token is worth one attempt; the bucket holds those of one
/// second, and one at least.
///
/// Source: boto/botocore, botocore/retries/adaptive.py, throttling.py and bucket.py (the adaptive
/// mode of the AWS SDKs); the published calculations of
/// awslabs/aws-sdk-rust, client_rate_limiter.rs, are in its tests.
class AdaptiveRate {
 public:
  AdaptiveRate() = default;
  explicit AdaptiveRate(const AdaptiveRateRules& rules) : rules_(rules) {}

  void restart() { *this = AdaptiveRate(rules_); }

  /// Takes a token, if there is one, or if none is needed.
  bool take(Time now);
  /// How long it takes until there is one. 0: there is one. Range: it limits.
  Time wait(Time now);
  /// Takes the token that was waited for.
  void take_due(Time now);
  /// An attempt has ended; `refused`: because it was one too many.
  void answered(bool refused, Time now);

  bool limits() const { return limits_; }
  /// Tokens that come a second.
  double fill_rate() const { return fill_rate_; }
  /// Answers a second, smoothed.
  double measured() const { return measured_; }
  /// The rate that the cubic gave last, without its bounds.
  double calculated() const { return calculated_; }

  /// Lets it go on as one that was refused at rate `w`, at an instant; for tests.
  void refused_at(double w, Time at) {
    limits_ = true;
    most_before_ = w;
    refused_at_ = at;
    period_ = at - at % rules_.period;
  }

 private:
  void refill(Time now);
  void measure(Time now);

  AdaptiveRateRules rules_;
  bool limits_ = false;
  double fill_rate_ = 0;
  double capacity_ = 1;
  double tokens_ = 0;
  Time filled_at_ = 0;
  double measured_ = 0;
  double calculated_ = 0;
  std::uint64_t answers_ = 0;  ///< since the measured rate was taken
  Time period_ = 0;            ///< until when it was taken
  double most_before_ = 0;     ///< the rate at the latest refusal
  Time refused_at_ = 0;
};

}  // namespace spillway
