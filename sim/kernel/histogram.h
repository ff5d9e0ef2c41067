#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>

#include "sim/kernel/buckets.h"
#include "sim/kernel/digest.h"
#include "sim/kernel/wide.h"

namespace spillway {

/// Counts of whole non-negative values in buckets of equal relative width.
///
/// Values below 512 have a bucket each; above, each octave has 256 of equal width (buckets.h). So a
/// bucket is at most 1/256 = 0.39 % of its values wide, and that bounds the error of a quantile.
/// Count, sum, sum of squares, minimum and maximum are exact, and so is merging, in any order.
///
/// A value may have a weight: the nanoseconds that a level lasted, for a histogram over time.
/// Range: values 0 to 2^63 - 1; total weight below 2^64.
///
/// Cost: about 2 ns a value; 1 KiB for each octave that occurs, 2 KiB when a count in it needs
/// more than 32 bits.
class Histogram {
 public:
  Histogram() = default;
  Histogram(const Histogram& other) { merge(other); }
  Histogram(Histogram&&) = default;
  Histogram& operator=(const Histogram& other);
  Histogram& operator=(Histogram&&) = default;

  void record(std::int64_t value) {
    count_one(value);
    const auto size = static_cast<std::uint64_t>(value);
    ++count_;
    sum_ += size;
    add_square(Uint128{size} * size, 0);
    widen(value, 1);
  }

  /// Records a value `weight` times.
  void record(std::int64_t value, std::uint64_t weight);

  /// Records values that were collected. Cost: a quarter of one by one where they are as many as a
  /// digest takes (`kDigestLength`).
  void record_all(std::span<const std::int64_t> values);

  /// Number of values; their total weight.
  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }

  /// Exact sum of the values.
  Uint128 sum() const { return sum_; }

  /// Exact sum of the values' squares: 192 bits hold it whatever was recorded.
  struct Squares {
    Uint128 low = 0;
    std::uint64_t high = 0;
    friend bool operator==(const Squares&, const Squares&) = default;
  };
  Squares sum_of_squares() const { return squares_; }

  /// Smallest and greatest value. Returns: 0 when empty.
  std::int64_t min() const { return empty() ? 0 : min_; }
  std::int64_t max() const { return max_; }

  /// Returns: 0 when empty.
  double mean() const;

  /// Sample variance, from exact sums, so nothing cancels.
  ///
  /// Formula: (n sum(x^2) - sum(x)^2) / (n (n - 1)). Returns: 0 below two values.
  double variance() const;

  /// The value that a share p of all values does not exceed: the ceil(p n)-th smallest.
  ///
  /// Within a bucket values are taken as evenly spread, except that those equal to the minimum or
  /// to the maximum are known: atoms there (a constant delay, a timeout) come out exact, and so
  /// does all below 512. Range: 0 <= p <= 1. Returns: 0 when empty.
  double quantile(double p) const;

  /// The same when `failures` more values are infinite: a message that never came.
  ///
  /// Returns: infinity when the quantile falls among the failures; 0 when there is nothing at all.
  double quantile_with_failures(double p, std::uint64_t failures) const;

  /// Share of the values that are at most `value`; within its bucket as for quantile.
  ///
  /// Returns: 0 when empty.
  double fraction_at_most(std::int64_t value) const;

  /// Adds all that another has recorded. Exact, and the order of merging does not show.
  void merge(const Histogram& other);

  /// Forgets all values; keeps the memory.
  void clear();

  /// Calls visit(lowest, highest, count) for each bucket that holds values, in ascending order.
  template <class Visitor>
  void each_bucket(Visitor visit) const {
    for (std::size_t page = 0; page < kPages; ++page) {
      if (low_[page] == nullptr) continue;
      for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
        const std::uint64_t count = count_at(page, bucket);
        if (count != 0) visit(buckets::lowest(page, bucket), buckets::highest(page, bucket), count);
      }
    }
  }

  /// The buckets by number, ascending with the values they hold: for counting beside a histogram.
  static constexpr std::size_t kBucketCount = buckets::kPages * buckets::kInPage;
  static std::size_t bucket_of(std::int64_t value) { return buckets::number_of(value); }
  static std::int64_t lowest_of(std::size_t number) {
    return buckets::lowest(number / buckets::kInPage, number % buckets::kInPage);
  }
  static std::int64_t highest_of(std::size_t number) {
    return buckets::highest(number / buckets::kInPage, number % buckets::kInPage);
  }

  /// Same values in the same buckets, and the same exact sums.
  friend bool operator==(const Histogram& a, const Histogram& b);

 private:
  static constexpr std::size_t kBuckets = buckets::kInPage;
  static constexpr std::size_t kPages = buckets::kPages;

  using Counts = std::array<std::uint32_t, kBuckets>;

  [[gnu::always_inline]] void count_one(std::int64_t value) {
    const auto [page, bucket] = buckets::place_of(value);
    if (low_[page] == nullptr) [[unlikely]]
      add_page(page);
    if (++(*low_[page])[bucket] == 0) [[unlikely]]
      carry(page, bucket, 1);
  }

  std::uint64_t count_at(std::size_t page, std::size_t bucket) const {
    const std::uint64_t high = high_[page] == nullptr ? 0 : (*high_[page])[bucket];
    return (high << 32) | (*low_[page])[bucket];
  }

  void add_square(Uint128 low, std::uint64_t high) {
    squares_.low += low;
    squares_.high += high + (squares_.low < low ? 1 : 0);
  }

  void widen(std::int64_t value, std::uint64_t weight) {
    if (value <= min_) [[unlikely]] {
      at_min_ = weight + (value == min_ ? at_min_ : 0);
      min_ = value;
    }
    if (value >= max_) [[unlikely]] {
      at_max_ = weight + (value == max_ ? at_max_ : 0);
      max_ = value;
    }
  }

  /// A bucket without the values equal to the minimum or the maximum.
  struct Inner {
    std::int64_t low, high;  // the span in which the others lie
    std::uint64_t count;
  };
  Inner inner(std::size_t page, std::size_t bucket) const;

  void record_digest(const Digest& digest, std::span<const std::int64_t> values);
  void add_page(std::size_t page);
  void carry(std::size_t page, std::size_t bucket, std::uint32_t count);
  void add_count(std::size_t page, std::size_t bucket, std::uint64_t count);
  double value_at(std::uint64_t rank) const;

  // By page: counts, and their upper halves once one of them has needed it.
  std::array<std::unique_ptr<Counts>, kPages> low_;
  std::array<std::unique_ptr<Counts>, kPages> high_;
  std::uint64_t present_ = 0;  // bit p: page p is there
  std::uint64_t count_ = 0;
  Uint128 sum_ = 0;
  Squares squares_;
  std::int64_t min_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_ = 0;
  std::uint64_t at_min_ = 0;  // how many are equal to it
  std::uint64_t at_max_ = 0;
};

}  // namespace spillway
