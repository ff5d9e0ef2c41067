#include "sim/kernel/winner_tree.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace spillway {

/// Makes room for so many clocks, each at the leaf of its number.
void WinnerTree::rebuild(std::uint32_t leaves) {
  leaves_ = leaves;
  seats_.resize(leaves);
  for (ClockId clock = clocks_; clock < leaves; ++clock) seats_[clock].mark = clock;
  for (ClockId clock = 0; clock < leaves; ++clock) seats_[clock].leaf = leaves + clock;
  times_.assign(std::size_t{leaves} * 2, 0);
  orders_.assign(std::size_t{leaves} * 2, 0);
}

[[gnu::noinline]] void WinnerTree::grow() {
  const std::uint32_t leaves = std::max(2U, leaves_ * 2);
  if (clocks_ >> Winner::kClockBits != 0) throw std::length_error("too many clocks");
  rebuild(leaves);
  replay_all();
}

void WinnerTree::seat(std::span<const std::uint32_t> losers) {
  // With as many leaves as there are clocks, those numbered below the next power of two are one
  // match nearer to the root than the others.
  const std::uint32_t power = std::bit_ceil(std::max(2U, clocks_));
  const std::uint32_t nearer = power - clocks_;
  std::uint32_t kinds = 0;  // whose clocks are farther away, a bit for each
  std::uint32_t winners = clocks_;
  for (const std::uint32_t loser : losers) {
    if (winners <= nearer) break;
    kinds |= 1U << loser;
    for (ClockId clock = 0; clock < clocks_; ++clock) winners -= kind(clock) == loser;
  }
  const bool all_winners_are_nearer = winners <= nearer;
  rebuild(clocks_ >= 2 && all_winners_are_nearer ? clocks_ : power);
  std::uint32_t leaf = leaves_;
  for (const bool farther : {false, true}) {
    for (ClockId clock = 0; clock < clocks_; ++clock) {
      if ((kinds >> kind(clock) & 1) == farther) seats_[clock].leaf = leaf++;
    }
  }
  replay_all();
}

void WinnerTree::restart(std::span<const std::uint32_t> losers) {
  for (Seat& seat : seats_) seat.head = {};
  seat(losers);
}

void WinnerTree::replay_all() {
  for (ClockId clock = 0; clock < leaves_; ++clock) replay(clock);
}

}  // namespace spillway
