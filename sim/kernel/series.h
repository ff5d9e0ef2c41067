#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/kernel/time.h"
#include "sim/kernel/wide.h"

namespace spillway {

/// A level over time in bins of equal width: exact time-average, minimum and maximum of each.
///
/// Cost: as a gauge while a change stays inside the current bin; 48 bytes a bin.
class Series {
 public:
  struct Bin {
    Int128 area = 0;   // ns x units
    Time covered = 0;  // ns of the bin that were seen
    std::int64_t min = std::numeric_limits<std::int64_t>::max();
    std::int64_t max = std::numeric_limits<std::int64_t>::min();

    /// Tells whether the level was seen in this bin at all; min and max mean nothing otherwise.
    bool seen() const { return min <= max; }
    /// Average over the time seen; the last level when that is no time at all. Returns: 0 unseen.
    double mean() const;
  };

  /// Forgets everything and divides [0, end) into `bins` bins, the last one perhaps shorter.
  ///
  /// Range: end > 0, bins > 0.
  void start(Time end, std::uint32_t bins);

  /// Records that the level held over [since, now). Gaps stay unseen.
  ///
  /// A level that held for no time counts for minimum and maximum. Range: since not before the
  /// last now. What lies beyond the end is ignored.
  void level(Time since, Time now, std::int64_t level) {
    if (since < bin_end_ && now <= bin_end_) [[likely]] {
      add(bins_[current_], now - since, level);
    } else {
      spread(since, now, level);
    }
  }

  /// Records what is known of [since, until), which lies within one bin; its area and extremes.
  ///
  /// Range: until at most bin_end(). Reaching the end of a bin goes on to the next.
  void stretch(Time since, Time until, Int128 area, std::int64_t min, std::int64_t max) {
    if (since >= end_) return;
    assert(until <= bin_end_);
    Bin& bin = bins_[current_];
    bin.area += area;
    bin.covered += until - since;
    bin.min = std::min(bin.min, min);
    bin.max = std::max(bin.max, max);
    if (until == bin_end_) next_bin();
  }

  /// The end of the bin that is being filled; kNever once the last is full.
  Time bin_end() const { return bin_end_; }

  Time width() const { return width_; }
  std::size_t size() const { return bins_.size(); }
  const Bin& operator[](std::size_t bin) const { return bins_[bin]; }

 private:
  static void add(Bin& bin, Time span, std::int64_t level) {
    assert(span >= 0);
    bin.area += static_cast<Int128>(level) * span;
    bin.covered += span;
    bin.min = std::min(bin.min, level);
    bin.max = std::max(bin.max, level);
  }

  void next_bin();
  void spread(Time since, Time now, std::int64_t level);

  std::vector<Bin> bins_;
  Time width_ = 0;
  Time end_ = 0;
  Time bin_end_ = 0;  // of the current bin
  std::size_t current_ = 0;
};

/// Numbers of events over time, in bins of equal width: rates.
class CountSeries {
 public:
  /// Forgets everything and divides [0, end) into `bins` bins, the last one perhaps shorter.
  ///
  /// Range: end > 0, bins > 0.
  void start(Time end, std::uint32_t bins);

  /// The same in bins of a width, as many as reach the end. Range: end > 0, width > 0.
  void start_bins_of(Time width, Time end);

  /// Counts events at an instant, not before the last one. Beyond the end they are ignored.
  void record(Time now, std::uint64_t events = 1) {
    if (now >= bin_end_) [[unlikely]] {
      if (!advance(now)) return;
    }
    bins_[current_] += events;
  }

  /// Whether an instant lies in the current bin, or before.
  bool covers(Time now) const { return now < bin_end_; }
  /// Counts an event at an instant that is covered.
  void record_covered() { ++bins_[current_]; }

  Time width() const { return width_; }
  std::size_t size() const { return bins_.size(); }
  std::uint64_t operator[](std::size_t bin) const { return bins_[bin]; }
  /// How long a bin is: `width`, or less for the last one.
  Time length_of(std::size_t bin) const;

 private:
  bool advance(Time now);

  std::vector<std::uint64_t> bins_;
  Time width_ = 0;
  Time end_ = 0;
  Time bin_end_ = 0;
  std::size_t current_ = 0;
};

}  // namespace spillway
