// What a service says to health checks.

#include "sim/flow/request.h"
#include "sim/model/service/service.h"

namespace spillway {

/// Whether a check would be answered: it takes no slot and no place in line, as a health endpoint
/// with a thread of its own; but where a request would find no room, it finds none either.
template <class Kept>
bool ServiceOf<Kept>::has_room() const {
  const std::size_t in_line = has_own_line() ? protection_->line->size() : waiting_.size() - gone_;
  return !condition_.down() && (busy_ < slots_ || in_line < room_);
}

/// One that hangs says nothing.
template <class Kept>
Next ServiceOf<Kept>::on(Probe, Handle probe, Context& context) {
  Message& message = context.messages[probe];
  if (!has_room()) {
    message.outcome = Outcome::unavailable;
  } else if (condition_.hung()) {
    message.flags |= flag::kLost;  // its sender has it, or has given it up
    if (message.parent == 0) context.release(probe);
    return {};
  } else if (!condition_.sound() && condition_.errs(message, context)) {
    message.outcome = Outcome::error;
  }
  return answer(probe, context);
}

template bool ServiceOf<ServiceMetrics>::has_room() const;
template bool ServiceOf<ServiceMetrics&>::has_room() const;
template Next ServiceOf<ServiceMetrics>::on(Probe, Handle, Context&);
template Next ServiceOf<ServiceMetrics&>::on(Probe, Handle, Context&);

}  // namespace spillway
