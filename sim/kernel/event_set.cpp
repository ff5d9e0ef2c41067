#include "sim/kernel/event_set.h"

namespace spillway {

ClockId EventSet::add_clock(Kind kind) {
  settle();
  lanes_.emplace_back();
  return tree_.add(kind);
}

[[gnu::noinline]] void EventSet::add_general_clock() { general_clock_ = add_clock(kGeneral); }

void EventSet::restart() {
  now_ = 0;
  sequence_ = 0;
  pending_ = 0;
  stale_ = kNoClock;
  for (Lane& lane : lanes_) lane = {};
  tree_.restart();
  entries_.restart();
  general_.restart();
}

}  // namespace spillway
