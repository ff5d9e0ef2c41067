#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <limits>

#include "sim/kernel/histogram.h"
#include "sim/kernel/series.h"
#include "sim/kernel/time.h"
#include "sim/kernel/wide.h"

namespace spillway {

/// A level that changes at instants (a queue's length, busy servers) and its integral over time.
///
/// The integral is kept as a whole number, so Little's law holds to the nanosecond: the area under
/// the number present equals the sum of the times that each spent present.
/// Cost: a 64-bit multiplication and a 128-bit addition a change; a series costs nothing but at
/// the ends of its bins, a histogram a test when absent.
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
    from_ = now;
    stretch_ = {};
    open_ = {0, level, level, now, now, now};
    watch();
  }

  /// Changes the level. Range: now not before the last change.
  ///
  /// A level that lasts for no time counts for minimum and maximum.
  [[gnu::always_inline]] void set(Time now, std::int64_t level) {
    advance(now);
    level_ = level;
  }

  [[gnu::always_inline]] void add(Time now, std::int64_t delta) { set(now, level_ + delta); }

  std::int64_t level() const { return level_; }

  /// The span open since the last mark, as if it were closed now.
  Span peek(Time now) const {
    Gauge copy = *this;
    copy.histogram_ = nullptr;
    copy.series_ = nullptr;
    copy.watch();
    return copy.mark(now);
  }

  /// Closes the span open since the last mark (or restart) and opens the next.
  Span mark(Time now) {
    advance(now);
    hand_over(now);
    Span closed = open_;
    closed.until = now;
    open_ = {0, level_, level_, now, now, now};
    return closed;
  }

  /// Tells an observer, from now on, how long each level lasted; nullptr = nobody. They are told
  /// by marks at the latest, so a run ends with a mark. A histogram's levels are >= 0.
  void observe(Histogram* levels) { histogram_ = levels; }
  void observe(Series* series) {
    series_ = series;
    watch();
  }

 private:
  /// What happened since something was handed over last: a series is told a bin at a time.
  struct Stretch {
    Int128 area = 0;
    std::int64_t min = std::numeric_limits<std::int64_t>::max();
    std::int64_t max = std::numeric_limits<std::int64_t>::min();
    Time max_at = 0;
  };

  [[gnu::always_inline]] void advance(Time now) {
    assert(now >= since_);
    if (histogram_ != nullptr) histogram_->record(level_, static_cast<std::uint64_t>(now - since_));
    if (now >= watched_until_) [[unlikely]] {
      if (cross(now)) return;
    }
    stretch_.area += static_cast<Int128>(level_) * (now - since_);
    see_level();
    since_ = now;
  }

  void see_level() {
    stretch_.min = std::min(stretch_.min, level_);
    if (level_ > stretch_.max) {
      stretch_.max = level_;
      stretch_.max_at = since_;
    }
  }

  void watch() { watched_until_ = series_ == nullptr ? kNever : series_->bin_end(); }

  /// Crosses the ends of bins up to now. Returns: whether the last end is now itself.
  [[gnu::noinline]] bool cross(Time now);

  /// Gives the stretch up to `until` to the open span and to the series.
  void hand_over(Time until);

  std::int64_t level_ = 0;
  Time since_ = 0;
  Time watched_until_ = kNever;
  Stretch stretch_;
  Histogram* histogram_ = nullptr;
  Series* series_ = nullptr;
  Time from_ = 0;  // of the stretch
  Span open_;
};

}  // namespace spillway
