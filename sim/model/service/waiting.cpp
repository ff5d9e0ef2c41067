// Who waits for a first slot, where the first in line is not simply the next.

#include "sim/model/service/service.h"

namespace spillway {

/// A request stands in the service's own line, if it has one, or in the ordinary one.
template <class Kept>
void ServiceOf<Kept>::stand_in_line(Handle request, Context& context) {
  context.messages[request].flags |= flag::kInLine;
  if (has_own_line()) {
    protection_->line->push(request, context);
  } else {
    waiting_.push_back(context.messages, request);
  }
  metrics_.waiting.add(context.now(), 1);
}

/// All slots are taken: a request waits in the service's own line, if there is room.
template <class Kept>
Next ServiceOf<Kept>::wait_in_own_line(Handle request, Context& context) {
  if (protection_->line->size() >= room_ && !sheds_for(request, context)) {
    return refuse(request, context);
  }
  ++inside_;
  stand_in_line(request, context);
  return {};
}

/// Drops who is less urgent than a request for which there is no room; false: nobody is.
template <class Kept>
bool ServiceOf<Kept>::sheds_for(Handle request, Context& context) {
  if (!has_own_line()) return false;
  const Handle less_urgent = protection_->line->take_less_urgent(request, context);
  if (less_urgent == 0) return false;
  shed(less_urgent, context);
  return true;
}

/// Puts who is next in the service's own line at the head of the ordinary one, and drops who has
/// waited too long. Returns false where nobody waits.
template <class Kept>
bool ServiceOf<Kept>::call_next(Context& context) {
  if (!has_own_line()) return false;
  DisciplinedLine& line = *protection_->line;
  const Time now = context.now();
  if (protection_->codel && line.next(context) != 0) {
    const auto look = [&] {
      const Handle next = line.next(context);
      NextInLine seen;
      seen.there = next != 0;
      seen.last = line.size() == 1;
      if (seen.there) seen.waited = now - context.messages[next].since;
      return seen;
    };
    const auto drop = [&] {
      const Handle next = line.next(context);
      line.pop(now);
      shed(next, context);
    };
    protection_->codel->choose(now, line.waiting_since(), look, drop);
  }
  const Handle next = line.next(context);
  if (next == 0) return false;
  line.pop(now);
  waiting_.push_back(context.messages, next);
  return true;
}

/// Drops a request that was in line.
template <class Kept>
void ServiceOf<Kept>::shed(Handle request, Context& context) {
  Message& message = context.messages[request];
  metrics_.waiting.add(context.now(), -1);
  --inside_;
  message.flags &= static_cast<std::uint16_t>(~flag::kInLine);
  if ((message.flags & flag::kReplied) == 0) {
    metrics_.shed.add(message.segment);
    if (const Next next = refuse(request, context)) context.post(next);
    return;
  }
  // It had answered before a crash: nobody is refused, and what was left to do is not done.
  context.fail_root(message);
  context.release(request);
}

template void ServiceOf<ServiceMetrics>::stand_in_line(Handle, Context&);
template Next ServiceOf<ServiceMetrics>::wait_in_own_line(Handle, Context&);
template bool ServiceOf<ServiceMetrics>::sheds_for(Handle, Context&);
template bool ServiceOf<ServiceMetrics>::call_next(Context&);
template void ServiceOf<ServiceMetrics>::shed(Handle, Context&);
template void ServiceOf<ServiceMetrics&>::stand_in_line(Handle, Context&);
template Next ServiceOf<ServiceMetrics&>::wait_in_own_line(Handle, Context&);
template bool ServiceOf<ServiceMetrics&>::sheds_for(Handle, Context&);
template bool ServiceOf<ServiceMetrics&>::call_next(Context&);
template void ServiceOf<ServiceMetrics&>::shed(Handle, Context&);

}  // namespace spillway
