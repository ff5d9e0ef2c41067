#include "sim/kernel/event_set.h"

namespace spillway {

ClockId EventSet::add_clock(Kind kind) {
  settle();
  clocks_.push_back({{}, kind});
  return tree_.add();
}

[[gnu::noinline]] void EventSet::add_general_clock() { general_clock_ = add_clock(Kind::kGeneral); }

void EventSet::restart() {
  now_ = 0;
  sequence_ = 0;
  pending_ = 0;
  stale_ = kNoClock;
  for (Clock& clock : clocks_) clock.events = {};
  tree_.restart();
  entries_.restart();
  general_.restart();
}

}  // namespace spillway
