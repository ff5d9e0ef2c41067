#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
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
/// Each inner node remembers who won below it, so a changed clock replays only the matches on its
/// own way to the root, whose opponents stand at addresses known in advance. A node is the time and
/// order of its winner, whose mark stands in the order's free bits: one comparison of 128 bits
/// decides a match, idle clocks and ties included, and nothing has to be looked up to know who won.
/// Range: at most 2^20 clocks (std::length_error beyond). Cost: replay log2(clocks) comparisons
/// without a branch, as many for all clocks that win often: else their number would be a guess. One
/// with a branch for two clocks.
class WinnerTree {
 public:
  WinnerTree() { grow(); }

  /// Adds a clock with nothing ahead. Set-up only: may rebuild the tree. Range: kind < 4.
  ClockId add(std::uint32_t kind) {
    if (clocks_ == leaves_) grow();
    seats_[clocks_].mark = Winner::mark_of(clocks_, kind);
    replay(clocks_);
    return clocks_++;
  }

  /// Gives each clock a leaf. The clocks of some kinds win seldom; the kind that wins least comes
  /// first. Those of as many kinds as bring all others one match nearer to the root are one farther
  /// away from it, if some do.
  void seat(std::span<const std::uint32_t> losers);

  /// The next event of a clock; `at` is kNever when there is none. Whoever changes it replays.
  Event& head(ClockId clock) { return seats_[clock].head; }
  const Event& head(ClockId clock) const { return seats_[clock].head; }

  /// Brings the tree up to date with a changed head. Returns: who is the winner now.
  [[gnu::always_inline]] Winner replay(ClockId clock) {
    if (leaves_ == 2) {
      // A source and a server: one match decides all. It is a branch on purpose: if it is foreseen
      // right, the winner's event is at hand before the times have been compared; if not, this is
      // known at once, and not only when the event has been looked up.
      if (comes_before(seats_[1].head, seats_[0].head)) {
        asm volatile("");  // else compilers make a value of the branch
        return {orders_[1] = seats_[1].mark};
      }
      return {orders_[1] = seats_[0].mark};
    }
    return replay_up(clock);
  }

  /// The same, where it is seldom called for.
  [[gnu::noinline]] void replay_apart(ClockId clock) { replay(clock); }

  /// The kind that a clock was added with.
  std::uint32_t kind(ClockId clock) const { return Winner{seats_[clock].mark}.kind(); }

  /// Silences all clocks and seats them.
  void restart(std::span<const std::uint32_t> losers);

  std::size_t size() const { return clocks_; }

 private:
  struct Seat {
    Event head;
    std::uint32_t mark = 0;
    std::uint32_t leaf = 0;
  };

  [[gnu::always_inline]] Winner replay_up(ClockId clock) {
    std::uint64_t* const times = times_.data();
    std::uint64_t* const orders = orders_.data();
    const Seat& seat = seats_[clock];
    auto at = static_cast<std::uint64_t>(seat.head.at);
    std::uint64_t order = (seat.head.order & ~kOrderFreeMask) | seat.mark;
    std::size_t place = seat.leaf;
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
  void rebuild(std::uint32_t leaves);
  void replay_all();

  // 1 is the root, 2i and 2i + 1 meet at i, the leaves are those from leaves_ to 2 leaves_ - 1: all
  // ways lead to the root, whatever their number. Two arrays, and not one of pairs, which compilers
  // would keep in vector registers, on the way to the next comparison.
  std::vector<std::uint64_t> times_;
  std::vector<std::uint64_t> orders_;
  std::vector<Seat> seats_;  // one per leaf
  std::uint32_t clocks_ = 0;
  std::uint32_t leaves_ = 0;  // at least 2
};

}  // namespace spillway
