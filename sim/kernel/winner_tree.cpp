#include "sim/kernel/winner_tree.h"

#include <algorithm>
#include <stdexcept>

namespace spillway {

[[gnu::noinline]] void WinnerTree::grow() {
  leaves_ = std::max(1U, leaves_ * 2);
  if (leaves_ > 1U << Winner::kClockBits) throw std::length_error("too many clocks");
  heads_.resize(leaves_);
  const auto known = static_cast<ClockId>(marks_.size());
  marks_.resize(leaves_);
  for (ClockId clock = known; clock < leaves_; ++clock) marks_[clock] = clock;
  times_.assign(std::size_t{leaves_} * 2, 0);
  orders_.assign(std::size_t{leaves_} * 2, 0);
  replay_all();
}

void WinnerTree::restart() {
  std::ranges::fill(heads_, Event{});
  replay_all();
}

void WinnerTree::replay_all() {
  for (ClockId clock = 0; clock < leaves_; ++clock) replay(clock);
}

}  // namespace spillway
