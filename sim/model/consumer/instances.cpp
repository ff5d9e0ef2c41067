#include <utility>

#include "sim/model/consumer/consumer.h"

// Instances that come and go. One that goes takes nothing more from the queue, gives back what it
// has not begun, and finishes what it has; with `ack: before` nothing can be given back, and it
// finishes that too. What is still on its way to it goes back when it arrives. A client of a log
// has nothing to give back, and leaves its group.

namespace spillway {

Next Consumer::on(Scale, std::uint32_t change, Context& context) {
  fleet_->change(FleetChange::of(change), context, changed_);
  for (const std::uint32_t instance : changed_) {
    if (fleet_->at(instance) == Fleet::Place::serving) {
      // One that is back keeps what it had in hand.
      fleet_->in_use_at_ending(-static_cast<std::int64_t>(instances_[instance].busy), context);
      if (instances_[instance].struck == 0) connect(instance, true, context);
    } else {
      end(instance, context);
    }
  }
  return {};
}

Next Consumer::on(Tick, std::uint32_t instance, Context& context) {
  if (instance >= SharedProcessors::kDoneOnCores)
    return condition_.told_by(instance)->take(context);
  if (instance >= Batches::kWindowOver) {
    return window_over(instance - Batches::kWindowOver, context);
  }
  if (instance >= SharedLimit::kPermit) {
    use_permit(instance - SharedLimit::kPermit, context);
    return {};
  }
  if (instance >= kPatienceOver) {
    lose_patience(instance - kPatienceOver, context);
    return {};
  }
  fleet_->started(instance, context);
  if (instances_[instance].struck == 0) connect(instance, true, context);
  return {};
}

void Consumer::connect(std::uint32_t instance, bool opens, Context& context, bool crashes) {
  const TakerChange change{wiring_.first_taker + instance, opens, crashes};
  context.post({say<Scale>(wiring_.source), change.payload()});
}

void Consumer::end(std::uint32_t instance, Context& context) {
  Instance& ends = instances_[instance];
  // The queue first, so that what goes back is not delivered here again.
  if (ends.struck == 0) connect(instance, false, context);
  if (batches_ != nullptr) stop_gathering(instance, context);
  if (!wiring_.acknowledges_before) {
    while (!ends.buffer.empty()) {
      const Handle delivery = ends.buffer.pop_front(context.messages);
      context.messages[delivery].flags &= static_cast<std::uint16_t>(~flag::kInLine);
      if (const Next next = turn_away(delivery, context)) context.post(next);
    }
  }
  if (wiring_.reads_log) stop_handlers(instance, context);
  fleet_->in_use_at_ending(static_cast<std::int64_t>(ends.busy), context);
  // What it has acknowledged already may still wait there for a permit.
  if (ends.busy == 0 && ends.buffer.empty()) fleet_->ended(instance, context);
}

/// A client of a log that takes its leave commits what it has handled; what it has in hand is
/// begun anew by others.
void Consumer::stop_handlers(std::uint32_t instance, Context& context) {
  for (Handle delivery : all_deliveries(context)) {
    if (context.messages[delivery].via != wiring_.first_taker + instance) continue;
    // A hang keeps its place in the line.
    delivery = (context.messages[delivery].flags & flag::kHeld) != 0 ? context.move_away(delivery)
                                                                     : interrupt(delivery, context);
    lose(delivery, false, context);
  }
  // Not all of them had come to a slot.
  std::uint64_t& busy = instances_[instance].busy;
  metrics_.busy.add(context.now(), -static_cast<std::int64_t>(busy));
  if (wiring_.limit != nullptr) wiring_.limit->give(busy, context);
  busy = 0;
}

/// Gives back a delivery that nobody here begins.
Next Consumer::turn_away(Handle delivery, Context& context) {
  context.messages[delivery].outcome = Outcome::unavailable;
  return settle(delivery, context);
}

/// A slot of an instance is free, and nothing waits for it there.
void Consumer::slot_freed(std::uint32_t instance, Context& context) {
  if (fleet_->at(instance) != Fleet::Place::ending) return;
  fleet_->in_use_at_ending(-1, context);
  if (instances_[instance].busy == 0) fleet_->ended(instance, context);
}

/// Those that end lose what they have in hand, and are gone.
void Consumer::vanish_ending(Context& context) {
  for (std::uint32_t instance = 0; instance < fleet_->size() && fleet_->ending() > 0; ++instance) {
    if (fleet_->at(instance) == Fleet::Place::ending) vanish(instance, context);
  }
}

/// One that ends loses what it has in hand, and is gone.
void Consumer::vanish(std::uint32_t instance, Context& context) {
  fleet_->in_use_at_ending(-static_cast<std::int64_t>(instances_[instance].busy), context);
  fleet_->ended(instance, context);
}

/// Crashes the first instances, or brings them back. One that has crashed is no taker of the queue.
void Consumer::strike_instances(ImpairmentChange change, Context& context) {
  const Impairment& impairment = context.impairments[change.impairment];
  const bool crashes = impairment.kind == FaultKind::crash;
  std::vector<bool> struck(instances_.size(), false);
  for (std::uint32_t instance = 0; instance < impairment.instances; ++instance) {
    std::uint32_t& times = instances_[instance].struck;
    if (change.begins ? times++ != 0 : --times != 0) continue;
    struck[instance] = true;
    // The queue first, so that what goes back is not delivered here again.
    if (serves(instance)) connect(instance, !change.begins, context, crashes);
  }
  if (change.begins) crash_instances(struck, crashes && wiring_.hidden, context);
}

/// These lose all that is there or on its way to them.
void Consumer::crash_instances(const std::vector<bool>& struck, bool silently, Context& context) {
  std::vector<Handle> lost = all_deliveries(context);
  std::erase_if(lost, [&](Handle delivery) {
    return !struck[context.messages[delivery].via - wiring_.first_taker];
  });
  for (std::uint32_t place = 0; place < struck.size(); ++place) {
    if (!struck[place]) continue;
    Instance& instance = instances_[place];
    if (fleet_ != nullptr && fleet_->at(place) == Fleet::Place::ending) vanish(place, context);
    metrics_.busy.add(context.now(), -static_cast<std::int64_t>(instance.busy));
    if (wiring_.limit != nullptr) wiring_.limit->give(instance.busy, context);
    instance.busy = 0;
    instance.buffer.clear();
  }
  for (const Handle delivery : lost) {
    // A hang keeps its place in the line.
    const bool held = (context.messages[delivery].flags & flag::kHeld) != 0;
    lose(held ? context.move_away(delivery) : interrupt(delivery, context), silently, context);
  }
}

}  // namespace spillway
