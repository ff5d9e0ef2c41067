#include "sim/kernel/winner_tree.h"

#include <algorithm>

namespace spillway {

[[gnu::noinline]] void WinnerTree::grow() {
  leaves_ = std::max(1U, leaves_ * 2);
  heads_.resize(leaves_);
  nodes_.assign(std::size_t{leaves_} * 2, Node{});
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
