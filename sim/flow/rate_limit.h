#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>

#include "sim/kernel/time.h"
#include "sim/kernel/wide.h"

namespace spillway {

/// Lets so many requests, messages or bytes pass: by a token bucket, evenly spaced by a leaky
/// bucket, or so many in each window of time.
///
/// The bucket fills steadily and holds `burst` tokens; each request that passes takes one. So in
/// any span of length d pass at most burst + rate x d. Instead of the tokens it keeps the instant
/// at which the bucket will be full (the generic cell rate algorithm's theoretical arrival time,
/// ITU-T I.371, annex A): nothing is refilled by a clock, and no token is split.
///
/// The leaky bucket is the same with a burst that has to wait: who would take a token of the burst
/// passes when a bucket of one token has it. Source: nginx, ngx_http_limit_req_module (`burst`
/// without `nodelay`).
/// Error: the interval of two tokens is rounded to 2^-32 ns, or to a part in 2^52. Cost: O(1).
class RateLimit {
 public:
  /// Range: rate 1e-6 to 1e9 a second, burst 1 to 1e9.
  static RateLimit bucket(double per_second, std::int64_t burst) {
    assert(per_second > 0 && burst > 0);
    RateLimit limit;
    limit.interval_ = static_cast<Int128>(1e9 / per_second * kUnit + 0.5);
    limit.ahead_ = limit.interval_ * (burst - 1);
    return limit;
  }
  /// Up to `queue` requests wait until they may pass, at equal distances. Range: rate 1e-6 to 1e9 a
  /// second, queue 0 to 1e9.
  static RateLimit leaky(double per_second, std::int64_t queue) {
    RateLimit limit = bucket(per_second, queue + 1);
    limit.leaks_ = true;
    return limit;
  }
  /// Counts anew in each window, the first of which begins with the run: up to twice as many may
  /// pass in a short span around the end of one. Range: most >= 1, window > 0.
  static RateLimit fixed_window(std::int64_t most, Time window) {
    assert(most > 0 && window > 0);
    RateLimit limit;
    limit.most_ = most;
    limit.window_ = window;
    return limit;
  }

  /// The bucket is full, and nothing has passed in the window.
  void restart() {
    full_at_ = 0;
    passed_ = 0;
    current_ = 0;
  }

  /// Whether a request that comes now may pass; it then counts.
  bool admits(Time now) { return window_ == 0 ? takes_token(now) : counts(now); }

  /// Whether a token bucket holds so many now; a request may need more than one. Range: tokens up
  /// to 2^62 / rate; more than the burst it never holds.
  bool holds(std::int64_t tokens, Time now) const {
    return std::max(full_at_, Int128{now} << 32) + interval_ * (tokens - 1) <=
           (Int128{now} << 32) + ahead_;
  }
  /// Takes them. Range: holds(tokens, now).
  void take(std::int64_t tokens, Time now) {
    full_at_ = std::max(full_at_, Int128{now} << 32) + interval_ * tokens;
  }

  /// Whether who is admitted may have to wait.
  bool leaks() const { return leaks_; }
  /// When the one that was admitted last passes, rounded up to a nanosecond. Range: leaks().
  Time passes_at() const {
    return static_cast<Time>((full_at_ - interval_ + ((Int128{1} << 32) - 1)) >> 32);
  }

 private:
  static constexpr double kUnit = 4294967296.0;  // 2^32 to a ns

  bool takes_token(Time now) {
    const Int128 at = Int128{now} << 32;
    if (full_at_ > at + ahead_) return false;
    full_at_ = std::max(full_at_, at) + interval_;
    return true;
  }

  bool counts(Time now) {
    const Time window = now / window_;
    if (window != current_) passed_ = 0;
    current_ = window;
    if (passed_ == most_) return false;
    ++passed_;
    return true;
  }

  Int128 interval_ = 0;  ///< of two tokens, in 2^-32 ns
  Int128 ahead_ = 0;     ///< so much later the bucket may be full when a request takes a token
  Int128 full_at_ = 0;
  bool leaks_ = false;
  std::int64_t most_ = 0;
  Time window_ = 0;
  std::int64_t passed_ = 0;  ///< in the current window
  Time current_ = 0;
};

}  // namespace spillway
