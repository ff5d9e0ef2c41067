#pragma once

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

  static constexpr std::uint64_t mark_of(ClockId clock, std::uint32_t kind) {
    return std::uint64_t{kind} << kClockBits | clock;
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
/// without a branch; one with a branch for two clocks.
class WinnerTree {
 public:
  WinnerTree() { grow(); }

  /// Adds a clock with nothing ahead. Set-up only: may rebuild the tree. Range: kind < 4.
  ClockId add(std::uint32_t kind) {
    if (clocks_ == leaves_) grow();
    marks_[clocks_] = Winner::mark_of(clocks_, kind);
    replay(clocks_);
    return clocks_++;
  }

  /// The next event of a clock; `at` is kNever when there is none. Whoever changes it replays.
  Event& head(ClockId clock) { return heads_[clock]; }
  const Event& head(ClockId clock) const { return heads_[clock]; }

  /// Brings the tree up to date with a changed head. Returns: who is the winner now.
  [[gnu::always_inline]] Winner replay(ClockId clock) {
    if (leaves_ == 2) {
      // A source and a server: one match decides all. It is a branch on purpose: if it is foreseen
      // right, the winner's event is at hand before the times have been compared; if not, this is
      // known at once, and not only when the event has been looked up.
      if (comes_before(heads_[1], heads_[0])) {
        asm volatile("");  // else compilers make a value of the branch
        return {orders_[1] = marks_[1]};
      }
      return {orders_[1] = marks_[0]};
    }
    return replay_up(clock);
  }

  /// The same, where it is seldom called for.
  [[gnu::noinline]] void replay_apart(ClockId clock) { replay(clock); }

  /// The kind that a clock was added with.
  std::uint32_t kind(ClockId clock) const { return Winner{marks_[clock]}.kind(); }

  /// Silences all clocks; keeps them.
  void restart();

  std::size_t size() const { return clocks_; }

 private:
  [[gnu::always_inline]] Winner replay_up(ClockId clock) {
    std::uint64_t* const times = times_.data();
    std::uint64_t* const orders = orders_.data();
    auto at = static_cast<std::uint64_t>(heads_[clock].at);
    std::uint64_t order = (heads_[clock].order & ~kOrderFreeMask) | marks_[clock];
    std::size_t place = leaves_ + clock;
    times[place] = at;
    orders[place] = order;
    while (place > 1) {
      play(at, order, times[place ^ 1], orders[place ^ 1]);
      place >>= 1;
      times[place] = at;
      orders[place] = order;
    }
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

  // 1 is the root, 2i and 2i + 1 meet at i, leaf i is at leaves_ + i. Two arrays, and not one of
  // pairs, which compilers would keep in vector registers, on the way to the next comparison.
  std::vector<std::uint64_t> times_;
  std::vector<std::uint64_t> orders_;
  std::vector<Event> heads_;          // one per leaf
  std::vector<std::uint64_t> marks_;  // one per leaf
  std::uint32_t clocks_ = 0;
  std::uint32_t leaves_ = 0;  // a power of two
};

}  // namespace spillway
