#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/kernel/time.h"

namespace spillway {

/// Keeps retries below a share of the calls: of the last ten seconds, calls (first attempts) x
/// share less retries is what may still be tried again.
///
/// All instances of a caller share it. Ten seconds are the life of a deposit in Finagle's
/// RetryBudget (finagle.github.io/blog/2016/02/08/retry-budgets), as is the reserve for rare
/// callers: so many a second are always allowed. Without it, below 1 / share calls in ten seconds
/// nothing is tried again. What is counted goes by whole seconds, so that it lives for nine to ten.
/// Unit: share 0 to 1, kept in billionths; reserve: 1/s. Cost: O(1) amortised.
class RetryBudget {
 public:
  RetryBudget() = default;
  explicit RetryBudget(double share, double reserve = 0)
      : deposit_(static_cast<std::int64_t>(share * kOne + 0.5)),
        reserve_(static_cast<std::int64_t>(reserve * kSeconds * kOne + 0.5)),
        limited_(true) {}

  /// Whether it can keep anybody from trying again.
  bool limited() const { return limited_; }

  void restart() {
    balances_ = {};
    second_ = 0;
    total_ = 0;
  }

  /// A call has been made for the first time.
  void deposit(Time now) {
    if (limited_) add(now, deposit_);
  }

  /// Takes one retry out. Returns false when there is none left.
  bool withdraw(Time now) {
    if (!limited_) return true;
    add(now, 0);
    if (total_ + reserve_ < kOne) return false;
    add(now, -kOne);
    return true;
  }

 private:
  static constexpr std::int64_t kOne = 1'000'000'000;
  static constexpr Time kSeconds = 10;

  void add(Time now, std::int64_t amount) {
    const Time second = now / kSecond;
    // What is as old as ten seconds goes.
    for (Time gone = 0; second_ < second && gone < kSeconds; ++gone) {
      ++second_;
      std::int64_t& oldest = balances_[static_cast<std::size_t>(second_ % kSeconds)];
      total_ -= oldest;
      oldest = 0;
    }
    second_ = second;
    balances_[static_cast<std::size_t>(second % kSeconds)] += amount;
    total_ += amount;
  }

  std::int64_t deposit_ = 0;
  std::int64_t reserve_ = 0;
  bool limited_ = false;
  std::array<std::int64_t, kSeconds> balances_{};  ///< of each of the last seconds
  Time second_ = 0;                                ///< the latest of them
  std::int64_t total_ = 0;
};

/// How the pause before another attempt is spread, so that callers don't come back together.
/// Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
enum class Jitter : std::uint8_t {
  none,          ///< d
  full,          ///< uniform in [0, d]
  equal,         ///< d / 2 + uniform in [0, d / 2]
  decorrelated,  ///< uniform in [base, 3 x the pause before], cut off at the cap
  exponential,   ///< exponential with mean d: the callers of a retrial queue
};

/// The exponential quantile of a time's mean: `unit` is uniform below 2^53. Rounds to the nearest.
/// Range: at most 37 times the mean.
Time exponential_pause(Time mean, std::int64_t unit);

/// How a call or send is tried again, compiled.
struct Retry {
  std::vector<Time> pauses;  ///< before attempt 2, 3 …, without jitter
  Time base = 0;
  Time cap = kNever;
  Jitter jitter = Jitter::none;
  std::uint32_t site = 0;  ///< of the jitter
  RetryBudget budget;
};

}  // namespace spillway
