#include <algorithm>

#include "sim/model/queue/queue.h"

// Messages that may not wait for ever: each its own time to live, and all of them the retention of
// their queue. What has a time to live has a timer of its own while it waits. For the retention one
// clock on the head is enough, however many wait: who began its age later leaves later; who did
// not, as a dead letter that keeps its age, has a timer too, and so has each message of a queue
// with groups or priorities.

namespace spillway {

/// When the age that the retention looks at began.
Time Queue::age_begins(const Message& message) const {
  return (message.flags & flag::kDetached) != 0 ? message.born : message.since;
}

/// When a message may wait no longer; kNever: it may wait for ever.
Time Queue::ends_at(Handle handle, Context& context) const {
  const Message& message = context.messages[handle];
  const auto after = [](Time begin, Time span) {
    return span >= kNever - begin ? kNever : begin + span;
  };
  const Time ends = after(message.since, ttl_of(message, context));
  return std::min(ends, after(age_begins(message), wiring_.retention));
}

/// Starts the clock of a message that waits from now on.
void Queue::watch_age(Handle handle, Context& context) {
  const Time ends = ends_at(handle, context);
  if (ends == kNever) return;
  Message& message = context.messages[handle];
  const Time begins = age_begins(message);
  const bool in_order = message.attempt == 0 && begins >= latest_kept_;
  if (message.attempt == 0) latest_kept_ = std::max(latest_kept_, begins);
  if (in_order && !apart_ && wiring_.retention != kNever && ttl_of(message, context) == kNever) {
    if (clock_runs_) return;
    clock_runs_ = true;
    context.events.set_slot(retention_clock_, ends, Phase::kExpiry,
                            {say<Tick>(wiring_.address), 0});
    return;
  }
  message.timer = context.events.push_lane_timer(ttl_lane_, ends, Phase::kExpiry,
                                                 {say<Expired>(wiring_.address), handle});
  message.flags |= flag::kInLine;
}

void Queue::stop_watching(Handle handle, Context& context) {
  Message& message = context.messages[handle];
  message.flags &= static_cast<std::uint16_t>(~flag::kInLine);
  context.events.cancel(message.timer);
}

Next Queue::on(Tick, std::uint32_t what, Context& context) {
  if (what != 0) [[unlikely]] {
    tick(what, context);
    return {};
  }
  clock_runs_ = false;
  const std::size_t depth_before = depth();
  for (Handle head = backlog_.first_unreceived(); head != 0; head = backlog_.first_unreceived()) {
    const bool has_timer = (context.messages[head].flags & flag::kInLine) != 0;
    const Time ends = age_begins(context.messages[head]) + wiring_.retention;
    if (has_timer || ends > context.now()) {
      clock_runs_ = true;
      context.events.set_slot(retention_clock_, std::max(ends, context.now()), Phase::kExpiry,
                              {say<Tick>(wiring_.address), 0});
      break;
    }
    backlog_.erase(context.messages, head);
    leave_line(head, context);
    expire(head, context);
  }
  if (depth() != depth_before) depth_changed(context);
  return {};
}

/// Does what a tick says that no head is about.
void Queue::tick(std::uint32_t what, Context& context) {
  if (what == BrokerSpace::kSpaceAgain) {
    space_again(context);
  } else if (what >= tick::kFixedPoll) {
    poll_now(context);
  } else if (what >= tick::kWaitOver) {
    end_wait(what - tick::kWaitOver, context);
  } else if (what >= tick::kRedrive) {
    redrive(what - tick::kRedrive, context);
  } else {
    end_receive(what - 1);
  }
}

/// Lets go of a message that has waited too long, and stands nowhere any more.
void Queue::expire(Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  metrics_.expired.add(message.segment);
  if (wiring_.dead_letters_expired) return dead_letter(handle, context);
  ++ledger_.expired;
  context.see(Moment::expired, wiring_.address, message);
  context.fail_root(message);
  context.release(handle);
}

}  // namespace spillway
