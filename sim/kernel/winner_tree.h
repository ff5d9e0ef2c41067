#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/kernel/event.h"
#include "sim/kernel/order.h"
#include "sim/kernel/wide.h"

namespace spillway {

/// Index of a clock: one who has at most one next event.
using ClockId = std::uint32_t;
inline constexpr ClockId kNoClock = ~ClockId{0};

/// Who won a tournament: a clock, and what kind of clock its user says that it is.
struct Winner {
  static constexpr std::uint32_t kClockBits = kOrderFreeBits - 2;

  std::uint64_t mark = 0;  ///< higher bits are of no meaning

  static constexpr std::uint32_t mark_of(ClockId clock, std::uint32_t kind) {
    return kind << kClockBits | clock;
  }
  ClockId clock() const { return static_cast<ClockId>(mark & ((1U << kClockBits) - 1)); }
  std::uint32_t kind() const { return static_cast<std::uint32_t>(mark >> kClockBits) & 3; }
};

/// A tournament over the next events of all clocks.
///
/// A clock's mark stands in the free bits of its event's order: one comparison of 128 bits decides
/// a match, idle clocks and ties included, and nothing has to be looked up to know who won.
/// Up to eight clocks are all looked at each time, so a changed one costs nothing. With more, each
/// inner node of a tree remembers who won below it, and a changed clock replays only the matches on
/// its own way to the root, whose opponents stand at addresses known in advance.
/// Range: at most 2^20 clocks (std::length_error beyond). Cost: seven comparisons without a branch
/// up to eight clocks, three up to four, one with a branch for two; beyond, log2(clocks) without a
/// branch for each change.
class WinnerTree {
 public:
  WinnerTree() { grow(); }

  /// Adds a clock with nothing ahead. Set-up only: may rebuild the tree. Range: kind < 4.
  ClockId add(std::uint32_t kind) {
    if (clocks_ == leaves_) grow();
    seats_[clocks_].mark = Winner::mark_of(clocks_, kind);
    copy(clocks_, Event{});
    changed(clocks_);
    return clocks_++;
  }

  /// The next event of a clock; `at` is kNever when there is none. The free bits of its order are
  /// the clock's mark.
  const Event& head(ClockId clock) const { return seats_[clock].head; }

  // Whoever changes a head says so: `changed`, or `replay` where the winner is asked for.

  /// Gives a clock an event. Range: the free bits of its order are 0.
  [[gnu::always_inline]] void set(ClockId clock, Time at, std::uint64_t order, Action action) {
    assert((order & kOrderFreeMask) == 0);
    Seat& seat = seats_[clock];
    seat.head.set(at, order | seat.mark, action);
  }

  /// The same of an event that is kept elsewhere, or none.
  [[gnu::always_inline]] void copy(ClockId clock, const Event& event) {
    set(clock, event.at, event.order & ~kOrderFreeMask, event.action);
  }

  /// Takes a clock's event away.
  [[gnu::always_inline]] void silence(ClockId clock) { seats_[clock].head.at = kNever; }

  /// Whether there is a tree of matches to bring up to date with each change.
  bool has_matches() const { return leaves_ > kAllLookedAt; }

  /// Brings the tree up to date with a changed head.
  [[gnu::always_inline]] void changed(ClockId clock) {
    if (has_matches()) replay_apart(clock);
  }

  /// The same. Returns: who is the winner now.
  [[gnu::always_inline]] Winner replay(ClockId clock) {
    const Seat* const seats = seats_.data();
    if (leaves_ == 2) {
      // A source and a server: one match decides all. It is a branch on purpose: if it is foreseen
      // right, the winner's event is at hand before the times have been compared; if not, this is
      // known at once, and not only when the event has been looked up.
      if (comes_before(seats[1].head, seats[0].head)) {
        asm volatile("");  // else compilers make a value of the branch
        return {seats[1].mark};
      }
      return {seats[0].mark};
    }
    if (has_matches()) return replay_up(clock);
    return {(leaves_ > 4 ? best_of<8>(seats) : best_of<4>(seats)).order};
  }

  /// The kind that a clock was added with.
  std::uint32_t kind(ClockId clock) const { return Winner{seats_[clock].mark}.kind(); }

  /// Silences all clocks.
  void restart();

  std::size_t size() const { return clocks_; }

 private:
  static constexpr std::uint32_t kAllLookedAt = 8;

  struct Seat {
    Event head;
    std::uint32_t mark = 0;
  };

  struct Key {
    std::uint64_t at, order;
  };

  template <std::size_t kSeats>
  [[gnu::always_inline]] static Key best_of(const Seat* seats) {
    if constexpr (kSeats == 1) {
      return {static_cast<std::uint64_t>(seats->head.at), seats->head.order};
    } else {
      Key best = best_of<kSeats / 2>(seats);
      const Key rival = best_of<kSeats / 2>(seats + kSeats / 2);
      play(best.at, best.order, rival.at, rival.order);
      return best;
    }
  }

  /// Where it is seldom called for.
  [[gnu::noinline]] void replay_apart(ClockId clock) { replay_up(clock); }

  [[gnu::always_inline]] Winner replay_up(ClockId clock) {
    std::uint64_t* const times = times_.data();
    std::uint64_t* const orders = orders_.data();
    const Seat& seat = seats_[clock];
    auto at = static_cast<std::uint64_t>(seat.head.at);
    std::uint64_t order = seat.head.order;
    std::size_t place = leaves_ + clock;
    times[place] = at;
    orders[place] = order;
    do {
      play(at, order, times[place ^ 1], orders[place ^ 1]);
      place >>= 1;
      times[place] = at;
      orders[place] = order;
    } while (place > 1);
    return {order};
  }

  /// Leaves the smaller of two pairs. Who wins is a coin toss, which a branch would get wrong half
  /// the time, and compilers make a branch of any conditional expression here.
  [[gnu::always_inline]] static void play(std::uint64_t& at, std::uint64_t& order,
                                          std::uint64_t rival_at, std::uint64_t rival_order) {
#if defined(__x86_64__)
    std::uint64_t borrowed = rival_at;
    asm("cmpq %[order], %[rival_order]\n\t"
        "sbbq %[at], %[borrowed]\n\t"
        "cmovbq %[rival_at], %[at]\n\t"
        "cmovbq %[rival_order], %[order]"
        : [at] "+&r"(at), [order] "+&r"(order), [borrowed] "+&r"(borrowed)
        : [rival_at] "r"(rival_at), [rival_order] "r"(rival_order)
        : "cc");
#else
    const bool lost = (Uint128{rival_at} << 64 | rival_order) < (Uint128{at} << 64 | order);
    const std::uint64_t mask = -std::uint64_t{lost};
    at ^= (at ^ rival_at) & mask;
    order ^= (order ^ rival_order) & mask;
#endif
  }

  void grow();
  void replay_all();

  // 1 is the root, 2i and 2i + 1 meet at i, the leaves are those from leaves_ to 2 leaves_ - 1.
  // Two arrays, and not one of pairs, which compilers would keep in vector registers, on the way to
  // the next comparison. Empty while all clocks are looked at.
  std::vector<std::uint64_t> times_;
  std::vector<std::uint64_t> orders_;
  std::vector<Seat> seats_;  // one per leaf
  std::uint32_t clocks_ = 0;
  std::uint32_t leaves_ = 0;  // a power of two, at least 2
};

}  // namespace spillway
