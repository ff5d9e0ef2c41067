#include "sim/kernel/event_set.h"

namespace spillway {
ClockId EventSet::add_clock(Kind kind) {
  settle();
  pipes_.emplace_back();
  lanes_.emplace_back();
  return tree_.add(kind);
}

[[gnu::noinline]] void EventSet::add_general_clock() {
  general_clock_ = add_clock(kGeneral);
  tree_.seat(kLosers);
}

void EventSet::restart() {
  now_ = 0;
  next_order_ = 0;
  stale_ = 0;
  pipe_is_stale_ = false;
  for (Ring<Event>& pipe : pipes_) pipe.clear();
  for (Lane& lane : lanes_) lane = {};
  tree_.restart(kLosers);
  entries_.restart();
  general_.restart();
}

std::size_t EventSet::pending() const {
  settle();
  std::size_t pending = general_.size();
  for (ClockId clock = 0; clock < lanes_.size(); ++clock) {
    if (tree_.kind(clock) == kSlot) {
      if (tree_.head(clock).at != kNever) ++pending;
    } else if (tree_.kind(clock) == kPipe) {
      pending += pipes_[clock].size();
    } else {
      pending += entries_.size(lanes_[clock]);
    }
  }
  return pending;
}

}  // namespace spillway
