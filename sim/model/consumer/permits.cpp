#include <algorithm>

#include "sim/model/consumer/consumer.h"

// A limit that the consumer shares with others: each slot in use has one of its permits.
//
//   buffer ──a slot, and a permit──► handler ──ended──► the permit goes to who waits for one
//     │ a slot, and no permit                                       │
//     ├──────► throttled: waits for its turn ◄──────────────────────┘
//     │
//     └─ of a poller, for as long as its queue hides it ──► dropped, and delivered again
//
// What waits in the buffer goes in its order; each instance waits for one permit at a time.
// Pollers stand for AWS Lambda's, which try to invoke until a batch's visibility timeout is over
// and then drop it: it comes back to the queue with one receive more, and may end as a dead letter
// that no handler has seen. Here a poller invokes as soon as it has a permit; Lambda's tries again
// from time to time.

namespace spillway {

/// Whether there is a slot, and something that may go there.
bool Consumer::has_next(std::uint32_t number) const {
  const Instance& instance = instances_[number];
  if (instance.busy >= wiring_.concurrency) return false;
  if (batches_ == nullptr) return !instance.buffer.empty();
  const Batches::Gathering& gathering = batches_->gatherings[number];
  return gathering.count != 0 && (gathering.is_due || batches_->is_complete(gathering));
}

/// Begins what waits in an instance's buffer, as far as there are slots and permits.
void Consumer::begin_next(std::uint32_t number, Context& context) {
  Instance& instance = instances_[number];
  while (has_next(number) && gets_permit(number, context)) {
    ++instance.busy;
    metrics_.busy.add(context.now(), 1);
    context.post({say<Credit>(wiring_.address), instance.buffer.pop_front(context.messages)});
  }
}

/// Takes a permit for what is next in an instance's buffer. Returns false where it has to wait.
bool Consumer::gets_permit(std::uint32_t number, Context& context) {
  if (wiring_.limit->take(context.now())) return true;
  Instance& instance = instances_[number];
  if (const Handle next = instance.buffer.front(); instance.throttled != next) {
    instance.throttled = next;
    const std::uint32_t segment = context.messages[next].segment;
    metrics_.throttled.add(segment);
    wiring_.limit->metrics().throttled.add(segment);
  }
  if (!instance.awaits_permit) {
    instance.awaits_permit = true;
    ++held_up_;
    wiring_.limit->wait({say<Tick>(wiring_.address), SharedLimit::kPermit + number});
  }
  expect_to_lose_patience(number, context);
  return false;
}

/// A handler has ended: its permit goes to whoever waits for one, and that may be this instance.
void Consumer::pass_permit_on(std::uint32_t number, Context& context) {
  --instances_[number].busy;
  metrics_.busy.add(context.now(), -1);
  wiring_.limit->give(1, context);
  begin_next(number, context);
  if (wiring_.scales && instances_[number].buffer.empty()) slot_freed(number, context);
}

/// An instance has the permit that it has waited for.
void Consumer::use_permit(std::uint32_t number, Context& context) {
  Instance& instance = instances_[number];
  instance.awaits_permit = false;
  --held_up_;
  if (!has_next(number)) return wiring_.limit->give(1, context);
  if (batches_ != nullptr) {
    begin_batch(number, context);
    begin_due(number, context);
    expect_more(number, context);
    return;
  }
  ++instance.busy;
  metrics_.busy.add(context.now(), 1);
  context.post({say<Credit>(wiring_.address), instance.buffer.pop_front(context.messages)});
  begin_next(number, context);
}

void Consumer::expect_to_lose_patience(std::uint32_t number, Context& context) {
  Instance& instance = instances_[number];
  if (wiring_.patience == kNever || instance.loses_patience) return;
  instance.loses_patience = true;
  const Time since = context.messages[instance.buffer.front()].since;
  context.events.push_pipe(patience_, std::max(context.now(), since + wiring_.patience),
                           Phase::kExpiry, {say<Tick>(wiring_.address), kPatienceOver + number});
}

/// Drops what has waited too long for a permit: its queue hears nothing, and delivers it again.
void Consumer::lose_patience(std::uint32_t number, Context& context) {
  Instance& instance = instances_[number];
  instance.loses_patience = false;
  const auto is_too_late = [&] {
    return has_next(number) &&
           context.messages[instance.buffer.front()].since + wiring_.patience <= context.now();
  };
  while (is_too_late()) {
    std::uint64_t together = 1;
    if (batches_ != nullptr) together = batches_->gatherings[number].count;
    for (; together != 0; --together) {
      lose(instance.buffer.pop_front(context.messages), true, context);
    }
    if (batches_ != nullptr) count_next_receive(number, context);
  }
  if (has_next(number)) expect_to_lose_patience(number, context);
  if (batches_ != nullptr) expect_more(number, context);
}

}  // namespace spillway
