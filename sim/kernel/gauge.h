#pragma once

#include <algorithm>
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
/// Cost: an addition and two comparisons a change; a series costs nothing but at the ends of its
/// bins, a histogram a test when absent. What a change looks at lies in one cache line.
class alignas(64) Gauge {
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
    start_stretch(now);
    open_ = {0, level, level, now, now, now};
    watch();
  }

  /// Changes the level. Range: now not before the last change.
  ///
  /// A level that lasts for no time counts for minimum and maximum.
  void set(Time now, std::int64_t level) { add(now, level - level_); }

  /// Changes the level by a difference. Range: as for set.
  [[gnu::always_inline]] void add(Time now, std::int64_t delta) {
    if (now >= watched_until_) [[unlikely]]
      return add_watched(now, delta);
    change(now, delta);
  }

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
  Span mark(Time now);

  /// Tells an observer, from the restart or mark just made on, how long each level lasts; nullptr =
  /// nobody. They are told by marks at the latest, so a run ends with a mark. A histogram's levels
  /// are >= 0.
  void observe(Histogram* levels) {
    histogram_ = levels;
    watch();
  }
  void observe(Series* series) {
    series_ = series;
    watch();
  }

 private:
  /// What happened since something was handed over last: a series is told a bin at a time.
  struct Stretch {
    /// The area as it would be had every unit of the level been there since instant 0, less what
    /// that is too much: a unit that comes at t takes t away, one that goes at t brings t. So a
    /// change costs no look at how long the level before has lasted.
    /// Of it, the lowest 64 bits: a stretch ends before the area above its minimum needs more.
    std::uint64_t area = 0;
    std::int64_t min = 0, max = 0;
    Time max_at = 0;
  };

  [[gnu::always_inline]] void change(Time now, std::int64_t delta) {
    stretch_.area -= static_cast<std::uint64_t>(delta) * static_cast<std::uint64_t>(now);
    level_ += delta;
    if (delta < 0) {
      if (level_ < stretch_.min) [[unlikely]]
        widen(now);
    } else if (level_ > stretch_.max) [[unlikely]] {
      widen(now);
    }
  }

  /// Takes a level into the stretch that it has not seen.
  [[gnu::noinline]] void widen(Time now) {
    const std::int64_t min = std::min(stretch_.min, level_);
    const std::int64_t max = std::max(stretch_.max, level_);
    const std::uint64_t range = static_cast<std::uint64_t>(max) - static_cast<std::uint64_t>(min);
    if (range > widest_ && !fit(range, now)) return;
    if (max > stretch_.max) stretch_.max_at = now;
    stretch_.min = min;
    stretch_.max = max;
  }

  /// Sees to it that the area of levels of this range fits, until when it does. Returns: false when
  /// it no longer would: another stretch has begun.
  bool fit(std::uint64_t range, Time now);

  /// Changes the level where a histogram has to be told or a bin has come to its end.
  [[gnu::noinline]] void add_watched(Time now, std::int64_t delta);

  /// Tells a histogram how long the level has lasted, and a series of all bins that end up to now.
  /// Returns: whether the last end is now itself.
  bool advance(Time now);

  void start_stretch(Time now) {
    stretch_ = {-(static_cast<std::uint64_t>(level_) * static_cast<std::uint64_t>(now)), level_,
                level_, now};
    from_ = now;
    widest_ = 0;
    fits_until_ = kNever;
  }

  Time bin_end() const { return series_ == nullptr ? kNever : series_->bin_end(); }

  void watch() {
    watched_until_ = std::min(bin_end(), fits_until_);
    if (histogram_ != nullptr) watched_until_ = 0;
  }

  /// Gives the stretch up to `until` to the open span and to the series, and begins the next.
  void hand_over(Time until);

  std::int64_t level_ = 0;
  Time watched_until_ = kNever;  // 0: of every change
  Stretch stretch_;
  Histogram* histogram_ = nullptr;
  Series* series_ = nullptr;
  Time since_ = 0;            // a histogram was told
  Time from_ = 0;             // of the stretch
  std::uint64_t widest_ = 0;  // range of levels whose area fits
  Time fits_until_ = kNever;  // it does until then
  Span open_;
};

}  // namespace spillway
