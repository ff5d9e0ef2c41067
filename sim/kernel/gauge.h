#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>

#include "sim/kernel/histogram.h"
#include "sim/kernel/series.h"
#include "sim/kernel/time.h"
#include "sim/kernel/wide.h"

namespace spillway {

/// A level that changes at instants (a queue's length, busy servers) and its integral over time.
///
/// The integral is kept as a whole number, so Little's law holds to the nanosecond: the area under
/// the number present equals the sum of the times that each spent present.
/// Cost: a 64-bit multiplication and a 128-bit addition a change; observers cost a test each when
/// absent.
class Gauge {
 public:
  /// What happened between two marks.
  struct Span {
    Int128 area = 0;  ///< Integral of the level. Unit: ns x units.
    std::int64_t min = 0, max = 0;
    Time from = 0, until = 0;
    Time max_at = 0;  ///< When the maximum was first reached; `from` when it was there already.

    Time length() const { return until - from; }
    /// Time-average. Returns: the maximum when the span has no length.
    double mean() const {
      return length() == 0 ? static_cast<double>(max)
                           : static_cast<double>(area) / static_cast<double>(length());
    }
    friend bool operator==(const Span&, const Span&) = default;
  };

  /// Starts over with a level and nothing behind it. Observers stay.
  void restart(Time now, std::int64_t level = 0) {
    level_ = level;
    since_ = now;
    open_ = {0, level, level, now, now, now};
  }

  /// Changes the level. Range: now not before the last change.
  ///
  /// A level that lasts for no time counts for minimum and maximum.
  void set(Time now, std::int64_t level) {
    advance(now);
    level_ = level;
    open_.min = std::min(open_.min, level);
    if (level > open_.max) {
      open_.max = level;
      open_.max_at = now;
    }
  }

  void add(Time now, std::int64_t delta) { set(now, level_ + delta); }

  std::int64_t level() const { return level_; }

  /// The span open since the last mark, as if it were closed now.
  Span peek(Time now) const {
    assert(now >= since_);
    Span span = open_;
    span.area += static_cast<Int128>(level_) * (now - since_);
    span.until = now;
    return span;
  }

  /// Closes the span open since the last mark (or restart) and opens the next.
  Span mark(Time now) {
    advance(now);
    Span closed = open_;
    closed.until = now;
    open_ = {0, level_, level_, now, now, now};
    return closed;
  }

  /// Tells an observer, from now on, how long each level lasted; nullptr = nobody. They are told
  /// when the level changes and at marks, so a run ends with a mark. A histogram's levels are >= 0.
  void observe(Histogram* levels) { histogram_ = levels; }
  void observe(Series* series) { series_ = series; }

 private:
  void advance(Time now) {
    assert(now >= since_);
    open_.area += static_cast<Int128>(level_) * (now - since_);
    if (histogram_ != nullptr) histogram_->record(level_, static_cast<std::uint64_t>(now - since_));
    if (series_ != nullptr) series_->level(since_, now, level_);
    since_ = now;
  }

  std::int64_t level_ = 0;
  Time since_ = 0;
  Span open_;
  Histogram* histogram_ = nullptr;
  Series* series_ = nullptr;
};

}  // namespace spillway
