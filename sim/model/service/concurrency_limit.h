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
/// - `gradient`: grows by `queue` and shrinks by the gradient, which is how often the latest time
///   inside is in `tolerance` times the usual one, at least half and at most once; `smoothing` of
///   that at each request, and only while at least half of them are in use. What is usual is an
///   exponential mean over 600 requests, of the first ten the plain mean; where it is more than
///   twice the latest it forgets a twentieth.
/// Source: Netflix concurrency-limits, AIMDLimit, VegasLimit and Gradient2Limit, without the
/// probe's jitter. Cost: O(1).
class ConcurrencyLimit {
 public:
  enum class Kind : std::uint8_t { aimd, vegas, gradient };

  struct Rules {
    Kind kind = Kind::aimd;
    std::int64_t initial = 20;
    std::int64_t least = 1;
    std::int64_t most = 1000;
    Time latency = 5 * kSecond;
    double backoff = 0.9;
    double tolerance = 1.5;
    double smoothing = 0.2;
    std::int64_t queue = 4;
  };

  explicit ConcurrencyLimit(const Rules& rules)
      : rules_(rules), limit_(rules.initial), exact_(static_cast<double>(rules.initial)) {}

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
    } else if (rules_.kind == Kind::vegas) {
      follow(took, in_use, dropped);
    } else {
      slide(static_cast<double>(took), static_cast<double>(inside));
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

  /// Takes a time inside, in ns, in what is usual.
  void get_used_to(double took) {
    constexpr std::int64_t kFirst = 10;
    constexpr double kShare = 2.0 / 601;
    if (seen_ < kFirst) {
      ++seen_;
      sum_ += took;
      usual_ = sum_ / static_cast<double>(seen_);
    } else {
      usual_ = usual_ * (1 - kShare) + took * kShare;
    }
  }

  void slide(double took, double inside) {
    took = std::max(took, 1.0);  // so that what takes no time has a gradient, too
    get_used_to(took);
    const double ratio = usual_ / took;
    if (ratio > 2) usual_ *= 0.95;
    if (inside * 2 < exact_) return;
    const double gradient = std::clamp(rules_.tolerance * ratio, 0.5, 1.0);
    const double next = exact_ * gradient + static_cast<double>(rules_.queue);
    exact_ = std::clamp(exact_ * (1 - rules_.smoothing) + next * rules_.smoothing,
                        static_cast<double>(rules_.least), static_cast<double>(rules_.most));
    limit_ = static_cast<std::int64_t>(exact_);
  }

  Rules rules_;
  std::int64_t limit_;
  Time shortest_ = 0;      ///< time inside; 0: not measured
  std::int64_t seen_ = 0;  ///< since it was measured anew; of gradient: of the first ten
  double exact_;           ///< the limit of gradient, before it is rounded down
  double usual_ = 0;       ///< time inside, in ns
  double sum_ = 0;         ///< of the first times inside
};

}  // namespace spillway
