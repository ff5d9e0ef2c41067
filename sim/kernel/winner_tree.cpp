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

void WinnerTree::seat(std::uint32_t kind_of_losers) {
  std::uint32_t losers = 0;
  for (ClockId clock = 0; clock < clocks_; ++clock) losers += kind(clock) == kind_of_losers;
  // With as many leaves as there are clocks, those numbered below the next power of two are one
  // match nearer to the root than the others.
  const std::uint32_t power = std::bit_ceil(std::max(2U, clocks_));
  const bool all_winners_are_nearer = clocks_ - losers <= power - clocks_;
  rebuild(clocks_ >= 2 && all_winners_are_nearer ? clocks_ : power);
  std::uint32_t leaf = leaves_;
  for (const bool loses : {false, true}) {
    for (ClockId clock = 0; clock < clocks_; ++clock) {
      if ((kind(clock) == kind_of_losers) == loses) seats_[clock].leaf = leaf++;
    }
  }
  replay_all();
}

void WinnerTree::restart(std::uint32_t kind_of_losers) {
  for (Seat& seat : seats_) seat.head = {};
  seat(kind_of_losers);
}

void WinnerTree::replay_all() {
  for (ClockId clock = 0; clock < leaves_; ++clock) replay(clock);
}

}  // namespace spillway
