#include "sim/kernel/hash.h"
#include "sim/model/queue/queue.h"

// What operators do with what is ready: they purge it, or move dead letters back (redrive). A queue
// that is down or hangs does neither.

namespace spillway {
namespace {

/// Begins the lane of a message that was moved back.
constexpr std::uint32_t kRedriven = 0x72656472U;

}  // namespace

/// Does what an operator has begun.
void Queue::keep_up(std::uint32_t number, Context& context) {
  if (!open_ || depth() == 0) return;
  if (context.impairments[number].kind == FaultKind::purge) {
    while (depth() != 0) drop(take_next(context), context);
    return depth_changed(context);
  }
  // What comes while it lasts stays, or what fails again and again would go round for ever.
  redrives_.push_back({number, depth()});
  redrive(static_cast<std::uint32_t>(redrives_.size() - 1), context);
}

/// Moves dead letters back, the oldest first: all at once, or the next one.
void Queue::redrive(std::uint32_t index, Context& context) {
  Redrive& redrive = redrives_[index];
  const Impairment& action = context.impairments[redrive.impairment];
  while (open_ && redrive.left > 0 && depth() != 0) {
    --redrive.left;
    move_back(take_next(context), action.moves_to, context);
    if (action.pause > 0) {
      context.events.push(context.now() + action.pause, Phase::kFault,
                          {say<Tick>(wiring_.address), tick::kRedrive + index});
      break;
    }
  }
  depth_changed(context);
}

/// Moves a message to another queue, where it is new: so what handles it draws anew. Who remembers
/// ids knows it still.
void Queue::move_back(Handle handle, Address to, Context& context) {
  Message& message = context.messages[handle];
  ++ledger_.redriven;
  metrics_.redriven.add(message.segment);
  context.see(Moment::redriven, wiring_.address, message);
  const std::uint32_t before = message.lane;
  message.lane = mix32(before, kRedriven);
  Identities& identities = context.identities;
  if (identities.kept) {
    identities.same(message.ordinal, message.lane, identities.first_of(message.ordinal, before));
  }
  message.attempt = 0;
  message.since = context.now();
  if ((message.flags & flag::kDetached) != 0) message.born = message.since;
  context.post({say<Offer>(to), handle});
}

}  // namespace spillway
