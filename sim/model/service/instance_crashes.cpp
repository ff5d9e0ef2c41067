#include <algorithm>

#include "sim/flow/draw_anew.h"
#include "sim/kernel/wide.h"
#include "sim/model/service/service.h"

// A crash of some of the instances, which all draw from one line. It takes their slots, and what
// runs in them: any slot may be one of theirs. Those who wait in line go on waiting.

namespace spillway {
namespace {

/// So many of so many, drawn one after the other without putting back.
class Draws {
 public:
  Draws(std::uint64_t hits, std::uint64_t all) : hits_(std::min(hits, all)), all_(all) {}

  /// Whether the next one is hit; `unit` is uniform below 2^53.
  bool hit(std::int64_t unit) {
    if (all_ == 0) return false;
    const bool hits = (Uint128{static_cast<std::uint64_t>(unit)} * all_ >> 53) < hits_;
    --all_;
    if (hits) --hits_;
    return hits;
  }

 private:
  std::uint64_t hits_;
  std::uint64_t all_;
};

/// Whether a frame that is inside has a slot.
bool has_slot(const Message& message) {
  if ((message.flags & flag::kHeld) != 0) return true;
  return (message.flags & (flag::kInLine | flag::kReleased)) == 0;
}

}  // namespace

template <class Kept>
void ServiceOf<Kept>::change_struck(const Impairment& impairment, bool begins, Context& context) {
  if (begins) {
    crash_instances(impairment, context);
    struck_ += impairment.instances;
  } else {
    struck_ -= impairment.instances;
  }
  count_slots();
  fill_slots(context);
}

template <class Kept>
void ServiceOf<Kept>::crash_instances(const Impairment& impairment, Context& context) {
  const std::uint64_t left = instances_left();
  const std::uint64_t falls = std::min<std::uint64_t>(impairment.instances, left);
  if (left == 0) return;
  const std::uint64_t slots = std::max(left * wiring_.slots / wiring_.instances, busy_);
  Draws in_slots(slots * falls / left, slots);
  std::uint64_t freed = 0;
  for (Handle request : everything_inside(context)) {
    const Message& was = context.messages[request];
    const bool begun = (was.flags & flag::kReleased) != 0;
    const bool slot = has_slot(was);
    if (!slot && !begun) continue;  // it waits for its first one
    const std::int64_t drawn = context.draw(impairment.site, was);
    if (slot ? !in_slots.hit(drawn) : !Draws(falls, left).hit(drawn)) continue;
    if (slot) ++freed;
    if ((was.flags & flag::kInLine) == 0) {
      interrupt(request, context);
    } else {
      if (!slot) metrics_.waiting.add(context.now(), -1);
      request = context.move_away(request);  // its place in the line is left to a tombstone
    }
    if (is_given_up(request, context)) continue;
    Message& message = context.messages[request];
    message.flags &= static_cast<std::uint16_t>(~(flag::kHeld | flag::kInLine));
    message.pc = wiring_.program;
    if (impairment.loses_work) {
      answer_lost(request, context);
      continue;
    }
    if (impairment.draws_anew) draw_anew(message, context);
    // It had come to a slot before all those who wait for their first one.
    message.flags |= flag::kAway | flag::kReleased | flag::kInLine;
    resumed_.push_back(context.messages, request);
    metrics_.waiting.add(context.now(), 1);
  }
  busy_ -= freed;
  if (SharedLimit* limit = shared_limit(); limit != nullptr) limit->give(freed, context);
  metrics_.busy.add(context.now(), -static_cast<std::int64_t>(freed));
  end_idle_instances(context);
}

template void ServiceOf<ServiceMetrics>::change_struck(const Impairment&, bool, Context&);
template void ServiceOf<ServiceMetrics>::crash_instances(const Impairment&, Context&);
template void ServiceOf<ServiceMetrics&>::change_struck(const Impairment&, bool, Context&);
template void ServiceOf<ServiceMetrics&>::crash_instances(const Impairment&, Context&);

}  // namespace spillway
