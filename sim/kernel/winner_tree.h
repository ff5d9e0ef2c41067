#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/kernel/event.h"
#include "sim/kernel/order.h"

namespace spillway {

/// Index of a clock: one who has at most one next event.
using ClockId = std::uint32_t;
inline constexpr ClockId kNoClock = ~ClockId{0};

/// A tournament over the next events of all clocks.
///
/// Each inner node remembers who won below it, so a changed clock replays only the matches on its
/// own way to the root, whose opponents stand at addresses known in advance.
/// Cost: replay log2(clocks) comparisons without a branch; none for a single clock.
class WinnerTree {
 public:
  WinnerTree() { grow(); }

  /// Adds a clock with nothing ahead. Set-up only: may rebuild the tree.
  ClockId add() {
    if (clocks_ == leaves_) grow();
    return clocks_++;
  }

  /// The next event of a clock; `at` is kNever when there is none. Whoever changes it replays.
  Event& head(ClockId clock) { return heads_[clock]; }
  const Event& head(ClockId clock) const { return heads_[clock]; }

  /// The clock whose head comes first.
  ClockId winner() const { return nodes_[1].clock; }

  /// Brings the tree up to date with a changed head.
  [[gnu::always_inline]] void replay(ClockId clock) {
    if (leaves_ == 2) {
      // A source and a server: one match decides all.
      nodes_[1].clock = comes_before(heads_[1], heads_[0]) ? 1 : 0;
    } else {
      replay_up(clock);
    }
  }

  /// Silences all clocks; keeps them.
  void restart();

  std::size_t size() const { return clocks_; }

 private:
  struct Node {
    Time at = kNever;
    ClockId clock = 0;
  };

  [[gnu::noinline]] void replay_up(ClockId clock) {
    Node* const nodes = nodes_.data();
    const Event* const heads = heads_.data();
    Node candidate{heads[clock].at, clock};
    std::size_t place = leaves_ + clock;
    nodes[place] = candidate;
    while (place > 1) {
      const Node rival = nodes[place ^ 1];
      bool lost = rival.at < candidate.at;
      // Two idle clocks tie all the time, and it does not matter who wins.
      if ((rival.at == candidate.at) & (rival.at != kNever)) [[unlikely]]
        lost = heads[rival.clock].order < heads[candidate.clock].order;
      // Who wins is a coin toss, which a branch would get wrong half the time; written as masks,
      // since compilers turn a conditional expression into one.
      const Time mask = -Time{lost};
      candidate.at ^= (candidate.at ^ rival.at) & mask;
      candidate.clock ^= (candidate.clock ^ rival.clock) & static_cast<std::uint32_t>(mask);
      place >>= 1;
      nodes[place] = candidate;
    }
  }

  void grow();
  void replay_all();

  std::vector<Node> nodes_;   // 1 is the root, 2i and 2i + 1 meet at i, leaf i at leaves_ + i
  std::vector<Event> heads_;  // one per leaf
  std::uint32_t clocks_ = 0;
  std::uint32_t leaves_ = 0;  // a power of two
};

}  // namespace spillway
