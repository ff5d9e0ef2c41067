#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/kernel/event.h"
#include "sim/kernel/reservation.h"

namespace spillway {

/// The far future, roughly sorted: buckets by the highest digit in which a time differs from a
/// base that only moves forward.
///
/// Times are written in digits of 6 bits. A bucket (level, digit) holds the events that share all
/// higher digits with the base and have this digit, greater than the base's own, at this level.
/// So each bucket comes wholly before the next, lower levels before higher ones, and the earliest
/// bucket is found with two bit scans. It is either small enough to be taken whole or dealt out
/// over the buckets of a lower level; no event is dealt out more than once a level.
/// Cost: O(1) a push; O(1) amortised dealing (at most 11 levels, 3 or 4 at ten million events).
/// Memory comes from a pool of blocks, in large pages, and is reused between buckets: 24.1 bytes an
/// event.
/// Source: Denardo and Fox, "Shortest-Route Methods: 1. Reaching, Pruning, and Buckets",
/// Operations Research 27(1), 1979; Ahuja, Mehlhorn, Orlin, Tarjan, "Faster algorithms for the
/// shortest path problem", Journal of the ACM 37(2), 1990 (radix heap).
class FarBuckets {
 public:
  FarBuckets() = default;

  /// Number of events.
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// The begin of the last bucket taken: no event here is earlier.
  Time base() const { return static_cast<Time>(base_); }

  /// Adds an event not before the end of the last bucket taken.
  void push(const Event& event) {
    const std::uint64_t time = static_cast<std::uint64_t>(event.at);
    push_at_level(level_of(time ^ base_), event);
  }

  /// Adds an event at a level that the caller has worked out from what a whole set has in common.
  void push_at_level(std::uint32_t level, const Event& event) {
    const std::uint64_t time = static_cast<std::uint64_t>(event.at);
    const std::uint32_t digit =
        static_cast<std::uint32_t>(time >> (level * kDigitBits)) & (kDigits - 1);
    Bucket& bucket = buckets_[level * kDigits + digit];
    if (bucket.used == kBlockSize) start_block(bucket, level, digit, time);
    bucket.block->events[bucket.used++] = event;
    bucket.differ |= time ^ bucket.sample;
    ++bucket.size;
    ++size_;
  }

  /// The level of the highest digit in which times differ, from the bits in which they do.
  static std::uint32_t level_of(std::uint64_t differing_bits) {
    return (63U - static_cast<std::uint32_t>(std::countl_zero(differing_bits | 1))) / kDigitBits;
  }

  /// Empties the earliest bucket into `sink`, having dealt out those of more than `limit` events.
  ///
  /// Events of one and the same time stay together however many they are. The base moves to the
  /// begin of the bucket; later events that belong before its end are not for this set.
  /// Returns: the end of the bucket's span (kNever when it has none below 2^63).
  template <class Sink>
  Time take_earliest(std::size_t limit, Sink sink) {
    std::uint32_t level, digit;
    for (;;) {
      assert(!empty());
      level = static_cast<std::uint32_t>(std::countr_zero(levels_));
      digit = static_cast<std::uint32_t>(std::countr_zero(digits_[level]));
      const Bucket& bucket = buckets_[level * kDigits + digit];
      if (bucket.size <= limit || bucket.differ == 0) break;
      deal_out(level, digit);
    }
    const std::uint32_t shift = level * kDigitBits;
    const std::uint64_t begin = (buckets_[level * kDigits + digit].sample >> shift) << shift;
    base_ = begin;
    empty_bucket(level, digit, sink);
    const std::uint64_t end = begin + (std::uint64_t{1} << shift);
    return end > static_cast<std::uint64_t>(kNever) ? kNever : static_cast<Time>(end);
  }

  /// Removes the events for which `dead` says so.
  template <class Predicate>
  void erase_if(Predicate dead) {
    for (std::uint32_t level = 0; level < kLevels; ++level) {
      for (std::uint64_t digits = digits_[level]; digits != 0; digits &= digits - 1) {
        const auto digit = static_cast<std::uint32_t>(std::countr_zero(digits));
        // Refills the same bucket behind the reader: never needs but one block more.
        empty_bucket(level, digit, [&](const Event& event) {
          if (!dead(event)) push_at_level(level, event);
        });
      }
    }
  }

  /// Passes all events on, in no order, and keeps none.
  template <class Sink>
  void drain(Sink sink) {
    while (levels_ != 0) {
      const auto level = static_cast<std::uint32_t>(std::countr_zero(levels_));
      empty_bucket(level, static_cast<std::uint32_t>(std::countr_zero(digits_[level])), sink);
    }
  }

  /// Forgets all events; keeps the memory.
  void restart() {
    drain([](const Event&) {});
    base_ = 0;
  }

 private:
  static constexpr std::uint32_t kDigitBits = 6;
  static constexpr std::uint32_t kDigits = 1U << kDigitBits;
  static constexpr std::uint32_t kLevels = (63 + kDigitBits - 1) / kDigitBits;
  static constexpr std::uint32_t kBlockSize = 84;  // with the link 2 KiB: long enough to stream

  struct Block {
    Block* next = nullptr;
    std::array<Event, kBlockSize> events;
  };

  struct Bucket {
    Block* block = nullptr;           // the one being filled; full ones follow by `next`
    std::uint32_t used = kBlockSize;  // places used in it; "full" when there is none
    std::uint32_t size = 0;
    std::uint64_t sample = 0;  // the time of one of its events
    std::uint64_t differ = 0;  // bits in which any of its times differs from the sample
  };

  /// Detaches a bucket's events and passes them on; blocks are free again as soon as they are read.
  template <class Sink>
  void empty_bucket(std::uint32_t level, std::uint32_t digit, Sink sink) {
    Bucket& bucket = buckets_[level * kDigits + digit];
    Block* block = bucket.block;
    std::uint32_t used = bucket.used;
    size_ -= bucket.size;
    bucket = Bucket{};
    digits_[level] &= ~(std::uint64_t{1} << digit);
    if (digits_[level] == 0) levels_ &= ~(1U << level);
    while (block != nullptr) {
      for (std::uint32_t i = 0; i < used; ++i) sink(block->events[i]);
      Block* const read = block;
      block = block->next;
      used = kBlockSize;
      read->next = free_;
      free_ = read;
    }
  }

  void start_block(Bucket& bucket, std::uint32_t level, std::uint32_t digit, std::uint64_t time);
  void deal_out(std::uint32_t level, std::uint32_t digit);
  void allocate();

  std::array<Bucket, std::size_t{kLevels} * kDigits> buckets_;
  std::array<std::uint64_t, kLevels> digits_{};  // which buckets of a level hold events
  std::uint32_t levels_ = 0;                     // which levels do
  std::uint64_t base_ = 0;
  std::size_t size_ = 0;
  Block* free_ = nullptr;
  std::vector<Reservation> arenas_;
  std::size_t blocks_ = 0;
};

}  // namespace spillway
