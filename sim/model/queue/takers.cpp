#include <algorithm>

#include "sim/flow/fleet.h"
#include "sim/model/queue/queue.h"

// Takers that come and go: instances of consumers that scale. One that is absent has its place and
// its credits here, and no connection.

namespace spillway {

void Queue::close_absent_takers() {
  const auto absent = [](const Taker& taker) { return !taker.starts_open; };
  const auto begin = wiring_.takers.begin();
  auto from = std::find_if(begin, wiring_.takers.end(), absent);
  while (from != wiring_.takers.end()) {
    const auto until = std::find_if_not(from, wiring_.takers.end(), absent);
    turns_.close(static_cast<std::uint32_t>(from - begin),
                 static_cast<std::uint32_t>(until - from));
    from = std::find_if(until, wiring_.takers.end(), absent);
  }
}

Next Queue::on(Scale, std::uint32_t payload, Context& context) {
  const TakerChange change = TakerChange::of(payload);
  if (!change.opens) {
    if (wiring_.receives) end_receives(change.taker, 1, context);
    if (polls_ != nullptr) suspend_polls(change.taker, 1, context);
    turns_.close(change.taker, 1);
    return {};
  }
  turns_.open(change.taker, 1);
  if (depth() != 0) {
    deliver(context);
    depth_changed(context);
  }
  if (polls_ != nullptr) wait_for_messages(change.taker, context);
  return {};
}

}  // namespace spillway
