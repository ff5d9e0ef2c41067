#include "sim/model/service/service.h"

#include <algorithm>
#include <tuple>

#include "sim/flow/abandon.h"
#include "sim/flow/draw_anew.h"
#include "sim/flow/work_keeper.h"

namespace spillway {
namespace {

constexpr std::uint16_t kAnyAway = flag::kAway | flag::kReleased;

/// Whether a frame has its slot and owes its answer: nothing is to be seen to but how it goes on.
bool is_ordinary(const Message& message) {
  return (message.flags & (flag::kAway | flag::kReplied)) == 0;
}

void clear(Message& message, std::uint16_t flags) {
  message.flags &= static_cast<std::uint16_t>(~flags);
}

/// Whether its caller wants a request that is here taken out: not what is done after its answer.
bool is_cancelled(const Message& request) {
  constexpr std::uint16_t kOf = flag::kCancelled | flag::kInside | flag::kReplied;
  return (request.flags & kOf) == (flag::kCancelled | flag::kInside);
}

}  // namespace

template <class Kept>
void ServiceOf<Kept>::claim(Context& context) {
  if (protection_ != nullptr && protection_->cores) protection_->cores->claim(context.events);
  if (protection_ != nullptr && protection_->processors) {
    protection_->processors->claim(context.events);
  } else if (wiring_.slots == 1) {
    slot_ = context.events.add_slot();
  }
}

template <class Kept>
void ServiceOf<Kept>::begin(Context& context, const Demand& demand) {
  if constexpr (!kIsInstance) begin_measures(metrics_, context.timeline, demand);
  condition_.restart();
  if (protection_ != nullptr) {
    protection_->restart();
    if (protection_->cores) {
      protection_->cores->restart(&metrics_.cores_in_use);
      condition_.give_cores(&*protection_->cores);
    }
    if (protection_->processors) {
      protection_->processors->restart(&metrics_.processors);
      condition_.share(&*protection_->processors);
    }
  }
  guarded_ = protection_ != nullptr;
  slots_ = wiring_.slots;
  room_ = wiring_.room;
  struck_ = 0;
  if (fleet_ != nullptr) {
    fleet_->begin(context, demand);
    overhang_ = 0;
    count_slots();
  }
  busy_ = 0;
  inside_ = 0;
  gone_ = 0;
  waiting_.clear();
  resumed_.clear();
  held_.clear();
}

/// A request has its first slot.
template <class Kept>
[[gnu::always_inline]] inline Progress ServiceOf<Kept>::begin_handler(Handle request,
                                                                      Context& context) {
  const Message& message = context.messages[request];
  if (condition_.hung()) [[unlikely]]
    return Progress::held;
  if (is_late(message, context.now())) [[unlikely]] {
    metrics_.cancelled.add(message.segment);
    return Progress::failed;
  }
  context.see(Moment::started, wiring_.address, message);
  if (!condition_.sound() && condition_.errs(message, context)) [[unlikely]]
    return Progress::failed;
  return advance(request, context, self());
}

template <class Kept>
Progress ServiceOf<Kept>::start(Handle request, Context& context) {
  Message& message = context.messages[request];
  const bool begins = message.pc == wiring_.program;
  clear(message, kAnyAway | flag::kHeld | flag::kInLine);
  return begins ? begin_handler(request, context) : advance(request, context, self());
}

template <class Kept>
[[gnu::always_inline]] inline void ServiceOf<Kept>::enter(MessageLine& line, Handle request,
                                                          Context& context) {
  context.messages[request].flags |= flag::kInLine;
  line.push_back(context.messages, request);
  metrics_.waiting.add(context.now(), 1);
}

/// Gives a slot that counts as busy to the next in line; false: nobody stands there.
template <class Kept>
[[gnu::always_inline]] inline bool ServiceOf<Kept>::give_slot(Context& context) {
  for (;;) {
    const bool first_time = resumed_.empty();
    MessageLine& line = first_time ? waiting_ : resumed_;
    if (line.empty()) {
      if (guarded_ && call_next(context)) [[unlikely]]
        continue;
      return false;
    }
    const Handle request = line.pop_front(context.messages);
    Message& message = context.messages[request];
    if ((message.flags & flag::kTombstone) != 0) [[unlikely]] {
      if (first_time) --gone_;
      context.unearth(request);
      continue;
    }
    metrics_.waiting.add(context.now(), -1);
    const Step step = context.code[message.pc];
    if (step.op == op_of<Work> && condition_.sound() && (message.flags & flag::kHurried) == 0) {
      // It waits for the end of its work: there is nothing more to do now.
      if (message.pc == wiring_.program) context.see(Moment::started, wiring_.address, message);
      clear(message, kAnyAway | flag::kInLine);
      ++message.pc;
      Work::start(step, message, request, context, self());
    } else {
      clear(message, flag::kInLine);
      // By a post: a long line of handlers that end at once must not nest.
      message.flags |= flag::kHeld;
      context.post({say<Credit>(wiring_.address), request});
    }
    return true;
  }
}

template <class Kept>
[[gnu::always_inline]] inline void ServiceOf<Kept>::free_slot(Context& context) {
  if (guarded_ && shared_limit() != nullptr) [[unlikely]]
    return free_slot_and_permit(context);
  // The slot stays busy and goes to the next in line.
  if (busy_ <= slots_ && give_slot(context)) return;
  --busy_;
  metrics_.busy.add(context.now(), -1);
  if (busy_ >= slots_) [[unlikely]]
    end_idle_instances(context);
}

template <class Kept>
[[gnu::always_inline]] inline Next ServiceOf<Kept>::finish(Outcome outcome, Handle request,
                                                           Context& context) {
  Message& message = context.messages[request];
  message.outcome = outcome;
  context.see(Moment::ended, wiring_.address, message);
  if (guarded_) [[unlikely]]
    learn(message, false, context);
  --inside_;
  if ((message.flags & flag::kReleased) == 0) free_slot(context);
  clear(message, flag::kInside);
  if ((message.flags & flag::kReplied) != 0) {
    if (outcome != Outcome::ok) {
      context.fail_root(message);
      finish_job(request, false, false, context);
    }
    context.release(request);
    return {};
  }
  // What came too late has begun nothing: it is neither an answer nor work that was wasted.
  if (message.pc != wiring_.program || !is_late(message, context.now())) {
    if (message.parent == 0) metrics_.for_nobody.add(message.segment);
    metrics_.answered_after.record(message.segment, context.now() - message.since);
  }
  return answer(request, context);
}

/// A request gets a slot that is free.
template <class Kept>
[[gnu::noinline]] Next ServiceOf<Kept>::serve(Handle request, Context& context) {
  ++inside_;
  ++busy_;
  metrics_.busy.add(context.now(), 1);
  const Progress progress = begin_handler(request, context);
  if (progress == Progress::waiting && is_ordinary(context.messages[request])) [[likely]]
    return {};
  return go(progress, request, context);
}

/// A request that may come in gets a slot or a place in line.
template <class Kept>
[[gnu::always_inline]] inline Next ServiceOf<Kept>::take(Handle request, Context& context) {
  if (busy_ < slots_) return serve(request, context);
  if (guarded_ && has_own_line()) [[unlikely]]
    return wait_in_own_line(request, context);
  if (waiting_.size() - gone_ < room_) {
    ++inside_;
    enter(waiting_, request, context);
    return {};
  }
  return refuse(request, context);
}

template <class Kept>
[[gnu::noinline]] Next ServiceOf<Kept>::take_if_admitted(Handle request, Context& context) {
  context.see(Moment::arrived, wiring_.address, context.messages[request]);
  if (guarded_) {
    if (!admits(request, context)) return refuse(request, context);
    if (is_held_up(request, context)) return {};
    if (!gets_permit(request, context)) return refuse(request, context);
  }
  return take(request, context);
}

template <class Kept>
Next ServiceOf<Kept>::on(Offer, Handle request, Context& context) {
  Message& message = context.messages[request];
  message.since = context.now();
  message.pc = wiring_.program;
  message.flags |= flag::kInside;
  metrics_.peak.count(context.now());
  metrics_.received.add(message.segment);
  // Whoever is called is called last, so that the ordinary way has no registers to save.
  if (guarded_ || context.tracer != nullptr) [[unlikely]]
    return take_if_admitted(request, context);
  return take(request, context);
}

template <class Kept>
Next ServiceOf<Kept>::refuse(Handle request, Context& context) {
  Message& message = context.messages[request];
  metrics_.refused.add(message.segment);
  clear(message, flag::kInside);
  message.outcome = Outcome::unavailable;
  if constexpr (kIsInstance) protection_->balancer->ended(protection_->instance, false, context);
  context.see(Moment::refused, wiring_.address, message);
  return answer(request, context);
}

template <class Kept>
Next ServiceOf<Kept>::on(Done, Handle request, Context& context) {
  const Message& message = context.messages[request];
  if ((message.flags & flag::kTombstone) != 0) [[unlikely]] {
    context.unearth(request);
    return {};
  }
  // Only work and waiting end with Done, and both simply go on.
  const Progress progress = advance(request, context, self());
  if (progress == Progress::ended && is_ordinary(message)) [[likely]]
    return finish(Outcome::ok, request, context);
  return go(progress, request, context);
}

template <class Kept>
Next ServiceOf<Kept>::on(Reply, Handle answer, Context& context) {
  const Handle request = receive(answer, context);
  if (request == 0) return {};
  const Progress progress = resume(request, context, self());
  if (progress == Progress::ended && (context.messages[request].flags & flag::kReplied) == 0)
      [[likely]]
    return finish(Outcome::ok, request, context);
  return go(progress, request, context);
}

template <class Kept>
Next ServiceOf<Kept>::on(Expired, Handle request, Context& context) {
  time_out(request, context);
  return go(resume(request, context, self()), request, context);
}

template <class Kept>
Next ServiceOf<Kept>::on(Resend, Handle sent, Context& context) {
  return resend(sent, context, self());
}

template <class Kept>
Next ServiceOf<Kept>::go(Progress progress, Handle request, Context& context) {
  Message& message = context.messages[request];
  if ((message.flags & (flag::kReplied | flag::kMeasured)) == flag::kReplied) [[unlikely]] {
    message.flags |= flag::kMeasured;  // it has answered just now, and goes on
    metrics_.answered_after.record(message.segment, context.now() - message.since);
  }
  switch (progress) {
    case Progress::waiting:
      // A handler that has just given its slot away still counts in busy_: kAway is new.
      if ((message.flags & kAnyAway) == flag::kAway) {
        message.flags |= flag::kReleased;
        free_slot(context);
      }
      return {};
    case Progress::needs_slot:
      if (busy_ < slots_ && shared_limit() == nullptr) {
        ++busy_;
        metrics_.busy.add(context.now(), 1);
        clear(message, kAnyAway);
        return go(advance(request, context, self()), request, context);
      }
      enter(resumed_, request, context);
      if (shared_limit() != nullptr) fill_slots_by_permits(context);
      return {};
    case Progress::held:
      message.flags |= flag::kInLine | flag::kHeld;
      held_.push_back(context.messages, request);
      return {};
    case Progress::ended:
    case Progress::failed:
      return finish(progress == Progress::ended           ? Outcome::ok
                    : message.outcome == Outcome::crashed ? Outcome::unavailable
                                                          : Outcome::error,
                    request, context);
  }
  return {};
}

template <class Kept>
Next ServiceOf<Kept>::on(Credit, Handle request, Context& context) {
  if ((context.messages[request].flags & flag::kTombstone) != 0) [[unlikely]] {
    context.unearth(request);
    return {};
  }
  return go(start(request, context), request, context);
}

/// Frees a frame from whatever it waits for by itself: its work, or an answer. What still names its
/// place is left a tombstone, and the frame moves.
template <class Kept>
void ServiceOf<Kept>::leave_work(Handle& request, Context& context) {
  const Message& message = context.messages[request];
  const std::uint8_t op = context.code[message.pc - 1].op;
  if (waits_for_others(op)) {
    abandon_wait(request, context);
  } else if (SharedProcessors* keeper = keeper_of(op, &condition_); keeper != nullptr) {
    request = context.move_away(request);
    keeper->leave(context);
  } else if (op == op_of<Work> && slot_ != Self::kNoSlot) {
    context.events.clear_slot(slot_);
  } else {
    request = context.move_away(request);
  }
}

template <class Kept>
Next ServiceOf<Kept>::on(Cancel, Handle request, Context& context) {
  if (!context.messages.alive(request)) return {};
  Message& message = context.messages[request];
  if (!is_cancelled(message)) return {};
  metrics_.cancelled.add(message.segment);
  learn(message, true, context);
  --inside_;
  const std::uint16_t was = message.flags;
  const bool waits = (was & flag::kInLine) != 0 && (was & flag::kHeld) == 0;
  if (waits) {
    metrics_.waiting.add(context.now(), -1);
    if ((was & flag::kReleased) == 0 && !has_own_line()) ++gone_;
  }
  if ((was & (flag::kInLine | flag::kHeld)) != 0) {
    context.bury(request);  // its place stays until its turn comes
    if (waits && (was & flag::kReleased) == 0 && has_own_line()) protection_->line->bury(context);
  } else {
    leave_work(request, context);
    context.release(request);
  }
  if (!waits && ((was & flag::kReleased) == 0 || (was & flag::kHeld) != 0)) free_slot(context);
  return {};
}

template <class Kept>
Next ServiceOf<Kept>::on(Lost, std::uint32_t segment, Context&) {
  metrics_.for_nobody.add(segment);
  return {};
}

template <class Kept>
Next ServiceOf<Kept>::on(Impair, std::uint32_t payload, Context& context) {
  const ImpairmentChange change = ImpairmentChange::of(payload);
  const Impairment& impairment = context.impairments[change.impairment];
  if (!kIsInstance && impairment.instances != 0) {
    change_struck(impairment, change.begins, context);
    return {};
  }
  condition_.change(change, context);
  guarded_ = protection_ != nullptr || condition_.down();
  if (!metrics_.shares) count_slots();
  if (SharedProcessors* shared = condition_.processors(); shared != nullptr) {
    const std::uint64_t all = shared->processors();
    shared->set_processors(condition_.stopped() ? 0
                           : metrics_.shares    ? condition_.left_of(all)
                                                : all,
                           context);
  }
  if (SharedProcessors* cores = condition_.cores(); cores != nullptr) {
    cores->set_processors(condition_.stopped() ? 0 : condition_.left_of(cores->processors()),
                          context);
  }
  if (change.begins) {
    if (impairment.kind == FaultKind::crash && !impairment.keeps_work) crash(impairment, context);
    return {};
  }
  if (!condition_.hung()) {
    while (!held_.empty()) {
      const Handle request = held_.pop_front(context.messages);
      if ((context.messages[request].flags & flag::kTombstone) != 0) {
        context.unearth(request);
      } else {
        context.post({say<Credit>(wiring_.address), request});
      }
    }
  }
  // Only a crash and slots that come back leave some free and a line before them.
  fill_slots(context);
  return {};
}

/// Gives slots that are free to those who stand in line.
template <class Kept>
void ServiceOf<Kept>::fill_slots(Context& context) {
  if (shared_limit() != nullptr) return fill_slots_by_permits(context);
  while (!condition_.crashed() && busy_ < slots_ && give_slot(context)) {
    ++busy_;
    metrics_.busy.add(context.now(), 1);
  }
}

/// Gives a slot and the permit for it to the next in line, or the permit back when nobody is there.
template <class Kept>
bool ServiceOf<Kept>::give_slot_with_permit(Context& context) {
  if (!give_slot(context)) {
    shared_limit()->give(1, context);
    return false;
  }
  ++busy_;
  metrics_.busy.add(context.now(), 1);
  return true;
}

/// Leaves a bucket that has held a request up until now.
template <class Kept>
Next ServiceOf<Kept>::drip(Context& context) {
  const Handle request = protection_->bucket.pop(wiring_.address, context);
  if (request == 0) return {};
  clear(context.messages[request], LeakyBucket::kHolds);
  metrics_.waiting.add(context.now(), -1);
  --inside_;
  if (condition_.down() || !gets_permit(request, context)) return refuse(request, context);
  return take(request, context);
}

/// All requests that it has taken in, in the order in which they arrived.
template <class Kept>
std::vector<Handle> ServiceOf<Kept>::everything_inside(const Context& context) const {
  std::vector<Handle> inside;
  context.messages.each([&](Handle handle) {
    const Message& message = context.messages[handle];
    if ((message.flags & flag::kInside) != 0 && (message.flags & flag::kDelivery) == 0 &&
        !LeakyBucket::holds(message) && context.edges[message.via].to == wiring_.address) {
      if constexpr (kIsInstance) {
        if (protection_->balancer->instance_of(handle) != protection_->instance) return;
      }
      inside.push_back(handle);
    }
  });
  // Never by place: places depend on what else there is in the world.
  std::ranges::sort(inside, {}, [&](Handle handle) {
    const Message& message = context.messages[handle];
    return std::tuple(message.since, message.lane, message.ordinal, message.attempt);
  });
  return inside;
}

template <class Kept>
void ServiceOf<Kept>::crash(const Impairment& impairment, Context& context) {
  const std::vector<Handle> inside = everything_inside(context);
  metrics_.busy.add(context.now(), -static_cast<std::int64_t>(busy_));
  if (SharedLimit* limit = shared_limit(); limit != nullptr) limit->give(busy_, context);
  busy_ = 0;
  end_idle_instances(context);
  gone_ = 0;
  std::int64_t waited = has_own_line() ? static_cast<std::int64_t>(protection_->line->size()) : 0;
  for (MessageLine* line : {&waiting_, &resumed_, &held_}) {
    while (!line->empty()) {
      const Handle request = line->pop_front(context.messages);
      if ((context.messages[request].flags & flag::kTombstone) != 0) {
        context.unearth(request);
      } else if (line != &held_) {
        ++waited;
      }
    }
  }
  // What a bucket holds up stands before the instances, and is spared.
  metrics_.waiting.add(context.now(), -waited);
  if (has_own_line()) protection_->line->clear(context);
  for (Handle request : inside) {
    if ((context.messages[request].flags & flag::kInLine) == 0) interrupt(request, context);
    if (is_given_up(request, context)) continue;
    Message& message = context.messages[request];
    clear(message, kAnyAway | flag::kHeld | flag::kInLine);
    message.pc = wiring_.program;
    if (impairment.loses_work) {
      answer_lost(request, context);
      continue;
    }
    if (impairment.draws_anew) draw_anew(message, context);
    stand_in_line(request, context);
  }
}

/// A handler that is not in a line stops where it stands.
template <class Kept>
void ServiceOf<Kept>::interrupt(Handle& request, Context& context) {
  [[maybe_unused]] const Handle was = request;
  leave_work(request, context);
  if constexpr (kIsInstance) protection_->balancer->moved(was, request);
}

/// Whether the word that nobody waits for a request is on its way, which would not know it again:
/// then it is taken out.
template <class Kept>
bool ServiceOf<Kept>::is_given_up(Handle request, Context& context) {
  const Message& message = context.messages[request];
  if (!is_cancelled(message)) return false;
  --inside_;
  metrics_.cancelled.add(message.segment);
  context.release(request);
  return true;
}

/// A crash has lost a request: who waits for it learns that at once.
template <class Kept>
void ServiceOf<Kept>::answer_lost(Handle request, Context& context) {
  Message& message = context.messages[request];
  --inside_;
  clear(message, flag::kInside);
  message.outcome = Outcome::unavailable;
  if ((message.flags & flag::kReplied) != 0) {
    context.fail_root(message);
    context.release(request);
    return;
  }
  if constexpr (kIsInstance) protection_->balancer->ended(protection_->instance, false, context);
  if (const Next next = answer(request, context)) context.post(next);
}

// What other files ask for. Not `template class`: that would make weak references of all that other
// files define, and no linker looks into an archive for those.
template void ServiceOf<ServiceMetrics>::claim(Context&);
template void ServiceOf<ServiceMetrics>::begin(Context&, const Demand&);
template Next ServiceOf<ServiceMetrics>::on(Offer, Handle, Context&);
template Next ServiceOf<ServiceMetrics>::on(Done, Handle, Context&);
template Next ServiceOf<ServiceMetrics>::on(Reply, Handle, Context&);
template Next ServiceOf<ServiceMetrics>::on(Credit, Handle, Context&);
template Next ServiceOf<ServiceMetrics>::on(Expired, Handle, Context&);
template Next ServiceOf<ServiceMetrics>::on(Resend, Handle, Context&);
template Next ServiceOf<ServiceMetrics>::on(Cancel, Handle, Context&);
template Next ServiceOf<ServiceMetrics>::on(Lost, std::uint32_t, Context&);
template Next ServiceOf<ServiceMetrics>::on(Impair, std::uint32_t, Context&);
template Next ServiceOf<ServiceMetrics>::refuse(Handle, Context&);
template Next ServiceOf<ServiceMetrics>::drip(Context&);
template void ServiceOf<ServiceMetrics>::fill_slots(Context&);
template bool ServiceOf<ServiceMetrics>::give_slot_with_permit(Context&);
template void ServiceOf<ServiceMetrics>::interrupt(Handle&, Context&);
template bool ServiceOf<ServiceMetrics>::is_given_up(Handle, Context&);
template void ServiceOf<ServiceMetrics>::answer_lost(Handle, Context&);
template std::vector<Handle> ServiceOf<ServiceMetrics>::everything_inside(const Context&) const;
template void ServiceOf<ServiceMetrics&>::claim(Context&);
template void ServiceOf<ServiceMetrics&>::begin(Context&, const Demand&);
template Next ServiceOf<ServiceMetrics&>::on(Offer, Handle, Context&);
template Next ServiceOf<ServiceMetrics&>::on(Done, Handle, Context&);
template Next ServiceOf<ServiceMetrics&>::on(Reply, Handle, Context&);
template Next ServiceOf<ServiceMetrics&>::on(Credit, Handle, Context&);
template Next ServiceOf<ServiceMetrics&>::on(Expired, Handle, Context&);
template Next ServiceOf<ServiceMetrics&>::on(Resend, Handle, Context&);
template Next ServiceOf<ServiceMetrics&>::on(Cancel, Handle, Context&);
template Next ServiceOf<ServiceMetrics&>::on(Lost, std::uint32_t, Context&);
template Next ServiceOf<ServiceMetrics&>::on(Impair, std::uint32_t, Context&);
template Next ServiceOf<ServiceMetrics&>::refuse(Handle, Context&);
template Next ServiceOf<ServiceMetrics&>::drip(Context&);
template void ServiceOf<ServiceMetrics&>::fill_slots(Context&);
template bool ServiceOf<ServiceMetrics&>::give_slot_with_permit(Context&);
template void ServiceOf<ServiceMetrics&>::interrupt(Handle&, Context&);
template bool ServiceOf<ServiceMetrics&>::is_given_up(Handle, Context&);
template void ServiceOf<ServiceMetrics&>::answer_lost(Handle, Context&);
template std::vector<Handle> ServiceOf<ServiceMetrics&>::everything_inside(const Context&) const;

}  // namespace spillway
