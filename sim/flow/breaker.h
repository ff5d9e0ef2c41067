#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/flow/message.h"
#include "sim/kernel/time.h"

namespace spillway {

/// When a circuit breaker opens, for how long, and how it closes again. Shares are in billionths.
struct BreakerRules {
  static constexpr std::int64_t kOne = 1'000'000'000;
  static constexpr std::int64_t kNoShare = -1;

  std::uint32_t calls = 0;             ///< the latest so many are looked at; 0 = by time
  Time period = 0;                     ///< or those of the latest so long; 0 = by count
  std::uint32_t minimum = 1;           ///< so many before their shares say anything
  std::int64_t failures = kNoShare;    ///< opens at this share of failures
  std::uint32_t consecutive = 0;       ///< opens at so many failures in a row; 0 = it does not
  Time slow = kNever;                  ///< longer than this is slow
  std::int64_t slow_share = kNoShare;  ///< opens at this share of slow ones
  Time open = 0;                       ///< how long nothing passes
  std::uint32_t probes = 1;            ///< how many pass then, and are judged; 0 = it just closes

  friend bool operator==(const BreakerRules&, const BreakerRules&) = default;
};

/// How many attempts have ended, and how.
struct Tally {
  std::uint32_t ended = 0;
  std::uint32_t failed = 0;
  std::uint32_t slow = 0;

  void add(const Tally& other) {
    ended += other.ended;
    failed += other.failed;
    slow += other.slow;
  }
  void take(const Tally& other) {
    ended -= other.ended;
    failed -= other.failed;
    slow -= other.slow;
  }
};

/// What a closed breaker looks at: the latest attempts, by their number or by time.
///
/// Time goes by tenths of the period, as in Hystrix (10 buckets of its 10 s): what is counted lives
/// for nine to ten of them. Cost: O(1) amortised.
class LatestAttempts {
 public:
  explicit LatestAttempts(const BreakerRules& rules);

  void clear();
  void add(const Tally& one, Time now);
  const Tally& tally() const { return total_; }

 private:
  static constexpr Time kBuckets = 10;

  Time bucket_ = 0;           ///< length of one, ns; 0 = by number
  Time at_ = 0;               ///< number of the latest bucket
  std::size_t next_ = 0;      ///< the oldest by number, which is written over
  std::vector<Tally> parts_;  ///< of attempts, or of buckets
  Tally total_;
};

/// A circuit breaker: lets attempts pass while it is closed, refuses them while it is open, and
/// lets a few pass, half-open, to see how those end.
///
///   closed ── too many failures ──► open ── its time is up ──► half-open
///      ▲                              ▲                           │
///      └──────── the probes went well ┴── they did not ───────────┘
///
/// What set out before the state changed says nothing of the new one. Without probes it closes when
/// its time is up. An open one changes when the next attempt asks.
class Breaker {
 public:
  explicit Breaker(const BreakerRules& rules = {}, std::uint32_t edge = 0)
      : rules_(rules), edge_(edge), latest_(rules) {}

  std::uint32_t edge() const { return edge_; }

  void restart();

  /// Whether an attempt may set out now.
  bool admit(Time now);

  /// Says since which change of its state attempts set out: handed back when they end.
  std::uint32_t era() const { return era_; }

  /// An attempt of that era has ended after so long. Returns whether that opens the breaker.
  bool ended(std::uint32_t era, Outcome outcome, Time took, Time now);

  /// An attempt of that era was given up by its own caller: another may pass in its place.
  void given_up(std::uint32_t era);

  /// Until when it is open; of a breaker that has opened.
  Time open_until() const { return until_; }

 private:
  enum class State : std::uint8_t { closed, open, half_open };

  bool trips(const Tally& tally) const;
  void change(State state);

  BreakerRules rules_;
  std::uint32_t edge_ = 0;
  State state_ = State::closed;
  std::uint32_t era_ = 0;
  std::uint32_t in_a_row_ = 0;  ///< failures
  std::uint32_t passed_ = 0;    ///< probes that have set out
  Time until_ = 0;
  LatestAttempts latest_;  ///< of a closed one
  Tally probes_;           ///< that have ended
};

}  // namespace spillway
