#include "sim/model/queue/queue.h"

// What becomes of a queue's messages when its broker fails: what is in memory alone is lost, what
// consumers had comes back, senders who wait for a confirm learn that their connection has closed.
//
//             │ outage            │ crash, one replica   │ crash, no majority │ leader lost:
//             failover
//   stored    │ stays             │ stays, if persistent │ stays              │ stays
//   unstored  │ stays             │ lost                 │ lost               │ lost
//   in flight │ comes back        │ comes back, or lost  │ comes back         │ stays with its
//   taker unconfirmed senders learn `unavailable` in each of them

namespace spillway {
namespace {

// Of a message in a queue, which has no other use for these: while a failure is looked into.
constexpr std::uint16_t kUnstored = flag::kLost;
constexpr std::uint16_t kSenderKnows = flag::kMeasured;
constexpr std::uint16_t kMarks = kUnstored | kSenderKnows;

}  // namespace

/// Confirms a message that is taken, at once or when it is stored.
void Queue::confirm_stored(Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  const Envelope& envelope = context.envelopes[message.pc];
  const bool is_kept = wiring_.replicated || envelope.persistent;
  const bool early = !is_kept || envelope.early;
  const bool hung = condition_.hung();
  const Handle receipt = message.parent;
  if (wiring_.may_fail && (hung || (is_kept && wiring_.confirm))) {
    const Message& draws = receipt != 0 ? context.messages[receipt] : message;
    const Time takes =
        wiring_.confirm ? condition_.stretched(context.draw(*wiring_.confirm, draws)) : 0;
    at_risk_->take({handle, early && !hung ? 0 : receipt, message.ordinal, message.lane,
                    hung ? kNever : context.now() + takes},
                   context.now());
  }
  if (early) {
    confirms_.confirm_at_once(handle, condition_, context);
  } else {
    confirm(handle, Outcome::ok, context);
  }
}

/// Looks into a fault of the broker that has begun.
void Queue::fail(const Impairment& impairment, Context& context) {
  const bool crashes = impairment.kind == FaultKind::crash;
  const bool loses = crashes || impairment.kind == FaultKind::failover;
  const bool closes = crashes || impairment.disconnects;
  if (!loses && !closes) return;
  std::vector<AtRisk::Unstored>& unstored = at_risk_->unstored(context.now());
  for (AtRisk::Unstored& each : unstored) {
    const bool is_told = each.receipt != 0;
    // Its confirm rests here, and goes when it would have gone.
    if (is_told) context.messages[each.receipt].outcome = Outcome::unavailable;
    each.receipt = 0;
    if (!loses || !AtRisk::is_here(each, context.messages)) continue;
    context.messages[each.message].flags |= is_told ? kMarks : kUnstored;
  }
  const auto is_lost = [&](Handle handle) {
    const Message& message = context.messages[handle];
    return (message.flags & kUnstored) != 0 ||
           (crashes && !wiring_.replicated && !context.envelopes[message.pc].persistent);
  };
  for (const AtRisk::Handed& each : at_risk_->in_flight(context.messages)) {
    if (loses && is_lost(each.message)) {
      lose_in_hand(each, context);
    } else if (closes) {
      take_back(each, context);
    }
  }
  if (loses) lose_waiting(is_lost, context);
  if (loses) {
    // Marked is still what was settled already, and lives on as the root of work that goes on.
    for (const AtRisk::Unstored& each : unstored) {
      if (!AtRisk::is_here(each, context.messages)) continue;
      context.messages[each.message].flags &= static_cast<std::uint16_t>(~kMarks);
    }
    unstored.clear();
  }
  depth_changed(context);
}

/// Loses, of what is ready or delayed, what is lost.
template <class IsLost>
void Queue::lose_waiting(IsLost is_lost, Context& context) {
  std::vector<Handle> lost;
  const auto look_at = [&](Handle handle) {
    if (is_lost(handle)) lost.push_back(handle);
  };
  if (levelled_) {
    levelled_->each(context.messages, look_at);
  } else {
    backlog_.each(context.messages, look_at);
  }
  for (const Handle handle : lost) {
    take_out(handle, context);
    leave_line(handle, context);
    lose(handle, context);
  }
  lost.clear();
  delayed_.each(context.messages, [&](Handle handle) {
    if (is_lost(handle)) lost.push_back(handle);
  });
  for (const Handle handle : lost) {
    context.events.cancel(context.messages[handle].timer);
    end_delay(handle, context);
    lose(handle, context);
  }
}

/// Takes a message out of what is in flight.
void Queue::end_flight(Handle handle, Context& context) {
  Message& message = context.messages[handle];
  message.next = 0;
  if ((message.flags & flag::kReleased) != 0) {
    message.flags &= static_cast<std::uint16_t>(~flag::kReleased);
    context.events.cancel(message.timer);
  }
  --in_flight_;
  metrics_.in_flight.add(context.now(), -1);
}

/// Loses a message that a consumer has: its handler goes on, and what it does is done. It is given
/// to nobody else should the handler fail.
void Queue::lose_in_hand(const AtRisk::Handed& handed, Context& context) {
  end_flight(handed.message, context);
  // Acknowledged before its handler, it speaks for no message already, and may have gone.
  if (AtRisk::is_alive(handed, context.messages)) {
    Message& delivery = context.messages[handed.delivery];
    delivery.parent = 0;
    delivery.flags |= flag::kAhead;
  }
  context.messages[handed.message].flags |= kSenderKnows;
  lose(handed.message, context);
}

/// A consumer's connection has closed: what it had is ready again, in its old place. A dead letter
/// it becomes only when somebody else has failed with it.
void Queue::take_back(const AtRisk::Handed& handed, Context& context) {
  end_flight(handed.message, context);
  context.see(Moment::returned, wiring_.address, context.messages[handed.message]);
  if (is_too_old(handed.message, context)) return expire(handed.message, context);
  put_back(handed.message, context);
}

/// Loses a message that stands nowhere any more. Who has learnt that it is not confirmed decides
/// itself what that means.
void Queue::lose(Handle handle, Context& context) {
  const Message& message = context.messages[handle];
  ++ledger_.lost;
  metrics_.lost.add(message.segment);
  context.see(Moment::lost, wiring_.address, message);
  if ((message.flags & kSenderKnows) == 0) context.fail_root(message);
  context.messages[handle].flags &= static_cast<std::uint16_t>(~kMarks);
  context.release(handle);
}

}  // namespace spillway
