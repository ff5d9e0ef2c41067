#include "sim/kernel/lane_set.h"

namespace spillway {

[[gnu::noinline]] void LaneSet::begin(LaneId lane, Time at, std::uint64_t order, Action action) {
  // What it held before may have been cancelled, and be its bound still: an earlier one stays.
  if (!comes_before({at, order, action}, tree_.head(lane))) return;
  tree_.set(lane, at, order, action);
  first_ = tree_.replay(lane);
}

void LaneSet::look_up(LaneId lane) {
  tree_.copy(lane, entries_[lanes_[lane].first]);
  first_ = tree_.replay(lane);
}

std::size_t LaneSet::pending() const {
  std::size_t pending = 0;
  for (const Lane& lane : lanes_) pending += entries_.size(lane);
  return pending;
}

void LaneSet::restart() {
  for (Lane& lane : lanes_) lane = {};
  entries_.restart();
  tree_.restart();
  first_ = {};
}

}  // namespace spillway
