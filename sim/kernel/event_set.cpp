#include "sim/kernel/event_set.h"

namespace spillway {

ClockId EventSet::add_clock(Kind kind) {
  settle();
  pipes_.emplace_back();
  return tree_.add(kind);
}

[[gnu::noinline]] void EventSet::add_general_clock() { general_clock_ = add_clock(kGeneral); }

[[gnu::noinline]] void EventSet::look_up() const {
  if (stale_kind_ == kLanes) {
    tree_.copy(lanes_clock_, lanes_.bound());
  } else {
    general_.settle();
    tree_.copy(general_clock_, general_.head());
  }
}

[[gnu::noinline]] void EventSet::cancel_general(Timer timer) {
  if (!general_.cancel(timer) || stale_kind_ == kGeneral) return;
  general_.settle();
  tree_.copy(general_clock_, general_.head());
  head_changed(general_clock_);
}

void EventSet::restart() {
  now_ = 0;
  next_order_ = 0;
  stale_ = 0;
  stale_kind_ = kSlot;
  for (Ring<Event>& pipe : pipes_) pipe.clear();
  tree_.restart();
  lanes_.restart();
  general_.restart();
}

std::size_t EventSet::pending() const {
  std::size_t pending = lanes_.pending() + general_.size();
  for (ClockId clock = 0; clock < tree_.size(); ++clock) {
    if (tree_.kind(clock) == kPipe) {
      pending += pipes_[clock].size();
    } else if (tree_.kind(clock) == kSlot) {
      pending += tree_.head(clock).at != kNever;
    }
  }
  // The event popped last from a pipe is there until somebody asks for the next.
  return pending - (stale_kind_ == kPipe ? 1 : 0);
}

}  // namespace spillway
