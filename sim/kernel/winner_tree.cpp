#include "sim/kernel/winner_tree.h"

#include <algorithm>
#include <stdexcept>

namespace spillway {

[[gnu::noinline]] void WinnerTree::grow() {
  if (clocks_ >> Winner::kClockBits != 0) throw std::length_error("too many clocks");
  leaves_ = std::max(2U, leaves_ * 2);
  seats_.resize(leaves_);
  for (ClockId clock = clocks_; clock < leaves_; ++clock) {
    seats_[clock].mark = clock;
    copy(clock, Event{});
  }
  if (!has_matches()) return;
  times_.assign(std::size_t{leaves_} * 2, 0);
  orders_.assign(std::size_t{leaves_} * 2, 0);
  replay_all();
}

void WinnerTree::restart() {
  for (ClockId clock = 0; clock < leaves_; ++clock) copy(clock, Event{});
  replay_all();
}

void WinnerTree::replay_all() {
  for (ClockId clock = 0; clock < leaves_; ++clock) changed(clock);
}

}  // namespace spillway
