#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/kernel/time.h"

namespace spillway {

/// Lets so many requests be inside at once as has proved to go well.
///
/// - `aimd`: one more for each that ends well while at least half of them are in use; after one
///   that does not (it took longer than `latency`, or its caller had gone), `backoff` times as
///   many.
/// - `vegas`: the shortest time inside ever seen is that without a line; what is inside beyond
///   limit x shortest / now stands in line. Below log10(limit) it grows by 6 log10(limit), below 3
///   log10(limit) by log10(limit), above 6 it shrinks by that; each 30 x limit requests the
///   shortest time is measured anew.
/// Source: Netflix concurrency-limits, AIMDLimit and VegasLimit, without the probe's jitter.
/// Cost: O(1).
class ConcurrencyLimit {
 public:
  enum class Kind : std::uint8_t { aimd, vegas };

  struct Rules {
    Kind kind = Kind::aimd;
    std::int64_t initial = 20;
    std::int64_t least = 1;
    std::int64_t most = 1000;
    Time latency = 5 * kSecond;
    double backoff = 0.9;
  };

  explicit ConcurrencyLimit(const Rules& rules) : rules_(rules), limit_(rules.initial) {}

  void restart() { *this = ConcurrencyLimit(rules_); }

  /// So many may be inside.
  std::uint64_t most_inside() const { return static_cast<std::uint64_t>(limit_); }

  /// A request has ended that was inside for so long, with so many others, itself included;
  /// `dropped`: nobody waits for it any more.
  void learn(Time took, std::uint64_t inside, bool dropped) {
    const bool in_use = static_cast<std::int64_t>(inside) * 2 >= limit_;
    if (rules_.kind == Kind::aimd) {
      if (dropped || took > rules_.latency) {
        change(static_cast<std::int64_t>(static_cast<double>(limit_) * rules_.backoff));
      } else if (in_use) {
        change(limit_ + 1);
      }
    } else {
      follow(took, in_use, dropped);
    }
  }

 private:
  void change(std::int64_t limit) { limit_ = std::clamp(limit, rules_.least, rules_.most); }

  void follow(Time took, bool in_use, bool dropped) {
    if (++seen_ >= 30 * limit_) {
      seen_ = 0;
      shortest_ = took;
      return;
    }
    if (shortest_ == 0 || took < shortest_) {
      shortest_ = took;
      return;
    }
    std::int64_t digits = 1;  // log10, rounded down, but at least 1
    for (std::int64_t power = 100; power <= limit_; power *= 10) ++digits;
    if (dropped) return change(limit_ - digits);
    if (!in_use) return;
    // ceil(limit x (1 - shortest / took)).
    const auto in_line = limit_ - static_cast<std::int64_t>(
                                      static_cast<double>(limit_) *
                                      (static_cast<double>(shortest_) / static_cast<double>(took)));
    if (in_line <= digits) {
      change(limit_ + 6 * digits);
    } else if (in_line < 3 * digits) {
      change(limit_ + digits);
    } else if (in_line > 6 * digits) {
      change(limit_ - digits);
    }
  }

  Rules rules_;
  std::int64_t limit_;
  Time shortest_ = 0;      ///< time inside; 0: not measured
  std::int64_t seen_ = 0;  ///< since it was measured anew
};

}  // namespace spillway
