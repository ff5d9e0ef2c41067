#include "sim/kernel/lane_set.h"

namespace spillway {

[[gnu::noinline]] void LaneSet::begin(LaneId lane, Time at, std::uint64_t order, Action action) {
  // What it held before may have been cancelled, and be its bound still: an earlier one stays.
  if (!comes_before({at, order, action}, tree_.head(lane))) return;
  tree_.set(lane, at, order, action);
  first_ = tree_.replay(lane);
}

void LaneSet::look_up(LaneId lane) {
  tree_.copy(lane, lanes_.first(lane));
  first_ = tree_.replay(lane);
}

std::size_t LaneSet::pending() const {
  std::size_t pending = 0;
  for (LaneId lane = 0; lane < lanes_.lanes(); ++lane) pending += lanes_.size(lane);
  return pending;
}

void LaneSet::restart() {
  lanes_.restart();
  tree_.restart();
  first_ = {};
}

}  // namespace spillway
