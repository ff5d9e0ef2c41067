#pragma once

#include <algorithm>
#include <utility>

#include "sim/flow/context.h"
#include "sim/flow/hedging.h"
#include "sim/flow/request.h"
#include "sim/flow/self.h"
#include "sim/kernel/wide.h"

// What a frame does while it waits for an answer or a confirmation: attempts, timeouts, retries.
//
//   open ──► attempt ──► answered well ─────────────────────────► go on
//               ▲   │
//               │   ├──► answered with a failure ─┐
//               │   └──► timeout: stops waiting ──┤ (the callee goes on, unless it is told)
//               │                                 ▼
//               └── pause ◄── may be tried again? ── no ──► fallback, or the handler fails

namespace spillway {

/// The exchange that a waiting frame waits in: of the step before its program counter.
inline const Exchange& exchange_of(const Message& frame, const Context& context) {
  return context.exchanges[context.code[frame.pc - 1].argument];
}

/// Until when the frame may wait in an exchange that begins now: its own deadline, or the one its
/// own caller has handed down.
inline Time deadline_of(const Exchange& exchange, const Message& frame, Time now) {
  Time until = exchange.deadline == kNever ? kNever : now + exchange.deadline;
  if ((frame.flags & flag::kHurried) != 0 && frame.deadline < until) until = frame.deadline;
  return until;
}

/// Starts the clock of an attempt of which `waited_for` is the request or receipt.
[[gnu::always_inline]] inline void arm(const Exchange& exchange, Handle waited_for, Handle handle,
                                       Context& context, const Self& self) {
  Message& frame = context.messages[handle];
  frame.next = waited_for;
  const Message& request = context.messages[waited_for];
  const Time until = request.deadline;
  if (!exchange.limited && until == kNever) return;
  Time at = until;
  const bool drawn = exchange.timeout_site != Exchange::kNoSite;
  if (drawn) {
    at = context.now() + context.draw(exchange.timeout_site, request);
  } else if (exchange.timeout != kNever) {
    at = context.now() + exchange.timeout;
  }
  if (until < at) at = until;
  const Next expired{say<Expired>(self.address), handle};
  frame.timer = drawn || !exchange.limited ? context.events.push_timer(at, Phase::kExpiry, expired)
                                           : context.events.push_lane_timer(
                                                 exchange.timer_lane, at, Phase::kExpiry, expired);
}

/// Stops the clock of the attempt that a frame waits for.
[[gnu::always_inline]] inline void disarm(Message& frame, Context& context) {
  if (frame.timer == 0) return;
  context.events.cancel(frame.timer);
  frame.timer = 0;
}

/// What an attempt consists of.
struct Attempt {
  Handle waited_for = 0;  ///< the request, or the receipt of a message; 0 = nothing to wait for
  Handle sent = 0;        ///< the request, or the message
};

/// Makes the request of attempt number `attempt`; numbers go on from the frame's own attempt.
[[gnu::always_inline]] inline Attempt make_request(const Exchange& exchange, Handle handle,
                                                   std::uint16_t attempt, Time until,
                                                   Context& context, const Self& self) {
  const Handle made = context.spawn(handle);
  const Message& frame = context.messages[handle];
  Message& request = context.messages[made];
  request.lane = lane_over(exchange, frame.lane);
  // What is asked of a store again is asked of the same key.
  if (exchange.kind == Exchange::Kind::access) [[unlikely]]
    request.timer = request.lane;
  // Attempt 1 of a caller's first try has other numbers than attempt 1 of its second.
  if (attempt != frame.attempt) [[unlikely]]
    request.lane = mix32(request.lane, frame.attempt + 1u);
  request.pc = context.code[frame.pc - 1].argument;
  if (exchange.travels || (frame.flags & flag::kHurried) != 0) request.flags |= flag::kHurried;
  request.reply_to = say<Reply>(self.address);
  request.attempt = attempt;
  request.via = exchange.edge;
  request.deadline = until;
  return {made, made};
}

/// Makes the message that attempt number `attempt` sends, and the receipt that is waited for.
[[gnu::noinline]] inline Attempt make_message(const Exchange& exchange, Handle handle,
                                              std::uint16_t attempt, Time until, Context& context,
                                              const Self& self) {
  const Message& frame = context.messages[handle];
  std::uint32_t lane = lane_over(exchange, lane_of_draws(frame));
  if (attempt != frame.attempt) {  // a second message is another one
    const std::uint32_t first = std::exchange(lane, mix32(lane, attempt));
    if (context.identities.kept) context.identities.same(frame.ordinal, lane, first);
  }
  Attempt made;
  if (exchange.confirm) made.waited_for = context.spawn(handle);
  made.sent = context.spawn(handle);
  Message& message = context.messages[made.sent];
  message.parent = made.waited_for;
  message.lane = lane;
  message.via = exchange.edge;
  message.pc = exchange.envelope;
  if (made.waited_for == 0) return made;
  Message& receipt = context.messages[made.waited_for];
  receipt.lane = lane;
  receipt.next = made.sent;
  receipt.reply_to = say<Reply>(self.address);
  receipt.attempt = attempt;
  receipt.via = exchange.edge;
  receipt.deadline = until;
  return made;
}

/// Makes what an attempt sends.
[[gnu::always_inline]] inline Attempt make_attempt(const Exchange& exchange, Handle handle,
                                                   std::uint16_t attempt, Time until,
                                                   Context& context, const Self& self) {
  return exchange.kind == Exchange::Kind::send
             ? make_message(exchange, handle, attempt, until, context, self)
             : make_request(exchange, handle, attempt, until, context, self);
}

/// An attempt may not set out: it is answered here and now, as unavailable.
[[gnu::noinline]] inline Next refuse(Handle request, Handle handle, Context& context) {
  Message& message = context.messages[request];
  message.outcome = Outcome::unavailable;
  context.messages[handle].next = request;
  return {message.reply_to, request};
}

/// Sends an attempt on its way. Returns what happens at once.
[[gnu::always_inline]] inline Next send_off(const Exchange& exchange, Handle sent,
                                            Context& context) {
  Edge& edge = context.edges[exchange.edge];
  const Message& message = context.messages[sent];
  edge.metrics.attempts.add(message.segment);
  return context.travel(edge.out, {exchange.to, sent}, Phase::kArrival, message);
}

/// The same, and starts its clock.
[[gnu::always_inline]] inline Next set_out(const Exchange& exchange, const Attempt& made,
                                           Handle handle, Context& context, const Self& self) {
  if (made.waited_for != 0) arm(exchange, made.waited_for, handle, context, self);
  return send_off(exchange, made.sent, context);
}

/// The same, where copies may follow.
inline Next set_out_hedged(const Exchange& exchange, const Attempt& made, Handle handle,
                           Context& context, const Self& self) {
  const Next next = set_out(exchange, made, handle, context, self);
  if (exchange.hedge != 0) begin_hedging(exchange, handle, context, self);
  return next;
}

/// The frame waits until its attempt has a connection, or has waited too long.
inline void wait_for_connection(Handle request, Handle handle, Context& context, const Self& self) {
  Message& frame = context.messages[handle];
  frame.next = request;
  const Time until =
      std::min(context.connections.waits_until(handle), context.messages[request].deadline);
  if (until == kNever) return;
  frame.timer =
      context.events.push_timer(until, Phase::kExpiry, {say<Expired>(self.address), handle});
}

/// The frame waits until its attempt may set out at the pace of its call, or its deadline is over.
inline void wait_for_turn(const Attempt& made, Handle handle, Context& context, const Self& self) {
  Message& frame = context.messages[handle];
  frame.next = made.waited_for;
  const Time until = context.messages[made.waited_for].deadline;
  if (until == kNever) return;
  frame.timer =
      context.events.push_timer(until, Phase::kExpiry, {say<Expired>(self.address), handle});
}

/// The same as `set_out`, where a breaker or a pool has to let the attempt pass, or copies may
/// follow it.
[[gnu::noinline]] inline Next set_out_admitted(const Exchange& exchange, const Attempt& made,
                                               Handle handle, Context& context, const Self& self) {
  if (exchange.breaker != 0 && !context.breakers.admit(exchange.breaker, handle, context)) {
    return refuse(made.sent, handle, context);
  }
  if (exchange.pool != 0) {
    switch (context.connections.ask(exchange.pool, handle, made.sent, context)) {
      case ConnectionPools::Answer::taken:
        break;
      case ConnectionPools::Answer::waits:
        wait_for_connection(made.sent, handle, context, self);
        return {};
      case ConnectionPools::Answer::refused:
        return refuse(made.sent, handle, context);
    }
  }
  return set_out_hedged(exchange, made, handle, context, self);
}

/// The same of one that may have to wait for its turn, or whose retries are limited.
[[gnu::noinline]] inline Next set_out_guarded(const Exchange& exchange, const Attempt& made,
                                              Handle handle, Context& context, const Self& self) {
  if (exchange.retry_limit != 0 && made.waited_for != 0) {
    context.retry_limits.begins(exchange.retry_limit, handle);
  }
  if (exchange.pace != 0 && made.waited_for != 0 &&
      !context.paces.admit(exchange.pace, handle, made.sent, self.address, context)) {
    wait_for_turn(made, handle, context, self);
    return {};
  }
  return set_out_admitted(exchange, made, handle, context, self);
}

/// Begins an attempt. Returns what happens at once.
[[gnu::always_inline]] inline Next depart(const Exchange& exchange, const Attempt& made,
                                          Handle handle, Context& context, const Self& self) {
  if (context.has_guards && exchange.guarded()) [[unlikely]]
    return set_out_guarded(exchange, made, handle, context, self);
  return set_out(exchange, made, handle, context, self);
}

/// Lets a further attempt go to who is healthy now: the frame then waits in the call to that
/// service. Returns its exchange.
[[gnu::noinline]] inline const Exchange& redirect(const Exchange& exchange, Handle handle,
                                                  Handle made, Context& context) {
  const std::uint32_t at = context.failovers.choose(exchange.failover);
  Message& frame = context.messages[handle];
  if (frame.pc == at + 1) return exchange_of(frame, context);
  frame.pc = at + 1;
  const std::uint32_t number = context.code[at].argument;
  const Exchange& other = context.exchanges[number];
  Message& request = context.messages[made];
  request.lane = mix32(lane_over(other, frame.lane), frame.attempt + 1u);
  request.pc = number;
  request.via = other.edge;
  return other;
}

/// The same of an attempt that is not the first. What may not set out is none.
[[gnu::noinline]] inline Next depart_again(const Exchange& before, const Attempt& made,
                                           Handle handle, Context& context, const Self& self) {
  const Exchange& exchange =
      before.failover == 0 ? before : redirect(before, handle, made.sent, context);
  EdgeMetrics& metrics = context.edges[exchange.edge].metrics;
  const std::uint32_t segment = context.messages[made.sent].segment;
  const std::uint64_t already = metrics.attempts.at(segment);
  const Next next = depart(exchange, made, handle, context, self);
  metrics.retries.add(segment, metrics.attempts.at(segment) - already);
  return next;
}

/// Whether a travelling deadline has passed: nobody waits for this request any more.
inline bool is_late(const Message& request, Time now) {
  return (request.flags & flag::kHurried) != 0 && request.deadline <= now;
}

/// A share of a time: `unit` is uniform below 2^53. Rounds down.
inline Time share_of(Time time, std::int64_t unit) {
  return static_cast<Time>((Int128{time} * unit) >> 53);
}

/// The pause of a frame after `tries` attempts.
inline Time pause_before(const Retry& retry, std::uint16_t tries, const Message& frame,
                         Context& context) {
  const auto drawn = [&](std::uint16_t after) {
    return context.sites[retry.site].at(frame.ordinal, mix32(lane_of_draws(frame), after));
  };
  if (retry.jitter == Jitter::decorrelated) {
    Time pause = retry.base;
    for (std::uint16_t i = 1; i <= tries; ++i) {
      const Time most = pause > kNever / 3 ? kNever : 3 * pause;
      pause = std::min(retry.cap, retry.base + share_of(most - retry.base, drawn(i)));
    }
    return pause;
  }
  const Time pause = retry.pauses[tries - 1u];
  if (retry.jitter == Jitter::none || pause == 0) return pause;
  if (retry.jitter == Jitter::full) return share_of(pause, drawn(tries));
  if (retry.jitter == Jitter::exponential) return exponential_pause(pause, drawn(tries));
  return pause - pause / 2 + share_of(pause / 2, drawn(tries));
}

/// What follows when an exchange has failed: the fallback, or the failure of the handler.
inline Flow give_up(const Exchange& exchange, Message& frame) {
  if (exchange.fallback == 0) return Flow::failed;
  frame.pc = exchange.fallback;
  return Flow::go_on;
}

/// Begins an exchange: its first attempt.
[[gnu::always_inline]] inline Flow open(const Exchange& exchange, Handle handle, Context& context,
                                        const Self& self) {
  Message& frame = context.messages[handle];
  Time until = kNever;
  if (exchange.deadline != kNever || (frame.flags & flag::kHurried) != 0) [[unlikely]] {
    until = deadline_of(exchange, frame, context.now());
    if (until <= context.now()) {
      frame.outcome = Outcome::timeout;
      return give_up(exchange, frame);
    }
  }
  if (exchange.attempts > 1) context.retries[exchange.retry].budget.deposit(context.now());
  const Attempt made = make_attempt(exchange, handle, frame.attempt, until, context, self);
  if (const Next next = depart(exchange, made, handle, context, self)) context.post(next);
  if (made.waited_for != 0) return Flow::wait;
  frame.next = made.sent;  // what is left of a root may live on in it: see Context::answered
  return Flow::go_on;
}

/// The same of an ordinary call, made by a frame that is not in a hurry: all that such a call does
/// not have is left out. `number` is the exchange's own.
[[gnu::always_inline]] inline Flow open_ordinary(Exchange& exchange, std::uint32_t number,
                                                 Handle handle, Context& context,
                                                 const Self& self) {
  Message& frame = context.messages[handle];
  if (frame.lane != exchange.lane_before) [[unlikely]] {
    exchange.lane_before = frame.lane;
    exchange.lane_after = lane_over(exchange, frame.lane);
  }
  const Handle made = context.spawn(handle);
  Message& request = context.messages[made];
  request.lane = exchange.lane_after;
  request.pc = number;
  request.reply_to = say<Reply>(self.address);
  request.attempt = frame.attempt;
  request.via = exchange.edge;
  frame.next = made;
  if (exchange.limited) {
    frame.timer =
        context.events.push_lane_timer(exchange.timer_lane, context.now() + exchange.timeout,
                                       Phase::kExpiry, {say<Expired>(self.address), handle});
  }
  if (const Next next = send_off(exchange, made, context)) context.post(next);
  return Flow::wait;
}

/// Begins any exchange, where that is rare.
[[gnu::noinline]] inline Flow open_apart(const Exchange& exchange, Handle handle, Context& context,
                                         const Self& self) {
  return open(exchange, handle, context, self);
}

/// Tries again, now or after a pause, if that is allowed.
[[gnu::noinline]] inline bool try_again(const Exchange& exchange, std::uint16_t last_attempt,
                                        Time until, Handle handle, Context& context,
                                        const Self& self) {
  const Message& frame = context.messages[handle];
  const auto tries = static_cast<std::uint16_t>(last_attempt - frame.attempt + 1);
  if (tries >= exchange.attempts ||
      (exchange.retry_when >> static_cast<unsigned>(frame.outcome) & 1) == 0) {
    return false;
  }
  Retry& retry = context.retries[exchange.retry];
  const auto attempt = static_cast<std::uint16_t>(last_attempt + 1);
  const Time pause = pause_before(retry, tries, frame, context);
  const bool limited = exchange.retry_limit != 0;
  if (pause >= until - context.now() ||
      (limited && !context.retry_limits.allow(handle, frame.outcome)) ||
      !retry.budget.withdraw(context.now())) {
    return false;
  }
  if (limited) context.retry_limits.take(handle, frame.outcome);
  const Attempt made = make_attempt(exchange, handle, attempt, until, context, self);
  if (pause > 0) {
    context.messages[handle].next = made.waited_for;
    context.events.push(context.now() + pause, Phase::kArrival,
                        {say<Resend>(self.address), made.sent});
  } else if (const Next next = depart_again(exchange, made, handle, context, self)) {
    context.post(next);
  }
  return true;
}

/// Goes on in an exchange whose attempt has failed.
[[gnu::noinline]] inline Flow close_failed(const Exchange& exchange, Handle handle,
                                           Context& context, const Self& self) {
  Message& frame = context.messages[handle];
  // The request or receipt is still there: as the answer, or because nobody waits for it now.
  const Handle last = frame.next;
  const Message& attempt = context.messages[last];
  const bool again = exchange.attempts > 1 &&
                     try_again(exchange, attempt.attempt, attempt.deadline, handle, context, self);
  if (!again) {
    frame.next = 0;
    if (exchange.retry_limit != 0) context.retry_limits.closed(handle);
  }
  if (frame.outcome != Outcome::timeout || (attempt.flags & flag::kLost) != 0)
    context.release(last);
  return again ? Flow::wait : give_up(exchange, frame);
}

/// Goes on in an exchange whose attempt has ended.
[[gnu::always_inline]] inline Flow close(const Exchange& exchange, Handle handle, Context& context,
                                         const Self& self) {
  if (context.messages[handle].outcome == Outcome::ok) [[likely]]
    return Flow::go_on;
  return close_failed(exchange, handle, context, self);
}

/// Tells the breaker, the pool and the limit of retries, if they know of the attempt that a frame
/// waits for, how that has ended. Returns whether it never set out.
[[gnu::noinline]] inline bool tell_guards(Handle handle, Context& context) {
  const Outcome outcome = context.messages[handle].outcome;
  const bool unconnected = context.connections.ended(handle, context);
  context.retry_limits.ended(handle, outcome);
  const bool stayed = context.breakers.ended(handle, outcome, context) || unconnected;
  return context.paces.ended(handle, outcome, stayed, context) || stayed;
}

/// Hands the outcome of an answer to the frame that waits for it. One to a failed attempt stays.
[[gnu::always_inline]] inline void hand_over(Handle answer, bool counts, Message& frame,
                                             Context& context) {
  const Message& message = context.messages[answer];
  if (message.outcome == Outcome::ok) {
    frame.next = message.next;  // of a receipt: what was sent
    context.release(answer);
  } else {
    if (counts) count_failure(message, context);
    frame.next = answer;
  }
}

/// The same as `receive`, where guards have to hear of it.
[[gnu::noinline]] inline Handle receive_guarded(Handle answer, Handle handle, Context& context) {
  if (!is_decided(answer, handle, context)) return 0;
  Message& frame = context.messages[handle];
  frame.outcome = context.messages[answer].outcome;
  if (frame.timer != 0) disarm(frame, context);
  const bool refused = tell_guards(handle, context);
  hand_over(answer, !refused, frame, context);
  return handle;
}

/// Takes an answer in: hands its outcome to the frame that waits for it. Returns that frame, or 0
/// when nobody waits any more. The answer to a failed attempt stays until `close` has seen it.
[[gnu::always_inline]] inline Handle receive(Handle answer, Context& context) {
  const Message& message = context.messages[answer];
  const Handle handle = message.parent;
  if (handle == 0) {
    context.release(answer);
    return 0;
  }
  if (context.has_guards) [[unlikely]]
    return receive_guarded(answer, handle, context);
  Message& frame = context.messages[handle];
  frame.outcome = message.outcome;
  if (frame.timer != 0) disarm(frame, context);
  hand_over(answer, true, frame, context);
  return handle;
}

/// Whether the attempt that a frame waits for has passed its breaker and its pool.
[[gnu::noinline]] inline bool is_under_way(const Exchange& exchange, Handle handle,
                                           const Context& context) {
  return (exchange.pace == 0 || !context.paces.waits(handle)) &&
         (exchange.breaker == 0 || context.breakers.under_way(handle)) &&
         (exchange.pool == 0 || context.connections.under_way(handle));
}

/// Says to the callee that nobody waits for this request any more. The word takes as long as the
/// request did, and so never overtakes it.
inline void send_cancel(const Exchange& exchange, Handle handle, Context& context) {
  Message& request = context.messages[handle];
  request.flags |= flag::kCancelled;
  const Address callee = exchange.to ^ say<Offer>(0);
  const Next next{say<Cancel>(callee), handle};
  if (const Next now =
          context.travel(context.edges[exchange.edge].out, next, Phase::kArrival, request)) {
    context.post(now);
  }
}

/// Says to the callee that a request was not answered in time. The word takes as long as the
/// request did.
[[gnu::noinline]] inline void complain(const Exchange& exchange, Handle request, Context& context) {
  const Next next{say<Overdue>(exchange.to ^ say<Offer>(0)), request};
  if (const Next now = context.travel(context.edges[exchange.edge].out, next, Phase::kArrival,
                                      context.messages[request])) {
    context.post(now);
  }
}

/// Stops waiting for what a frame waits for. The callee goes on, unless it is told to cancel.
inline void stop_waiting(Message& frame, Context& context) {
  const Exchange& exchange = exchange_of(frame, context);
  const Handle handle = frame.next;
  Message& request = context.messages[handle];
  const Handle waits = std::exchange(request.parent, 0);
  if (!exchange.cancels) return;
  // What may not set out, or has not asked yet, is nowhere.
  if (exchange.guarded() && !is_under_way(exchange, waits, context)) return;
  send_cancel(exchange, handle, context);
}

/// Takes a request that has not set out from its frame: nobody else has it.
inline void take_back(Handle request, Context& context) {
  Message& message = context.messages[request];
  message.parent = 0;
  message.flags |= flag::kLost;
}

/// An attempt has waited too long for a connection.
[[gnu::noinline]] inline void stop_waiting_for_connection(Handle handle, Context& context) {
  Message& frame = context.messages[handle];
  const bool late = context.messages[frame.next].deadline <= context.now();
  frame.outcome = late ? Outcome::timeout : Outcome::unavailable;
  take_back(frame.next, context);
  tell_guards(handle, context);
}

/// Takes back what waits for its turn: a request, or a message with its receipt.
inline void take_back_waiting(Handle waited_for, Context& context) {
  const Handle sent = std::exchange(context.messages[waited_for].next, 0);
  if (sent != 0) context.release(sent);
  take_back(waited_for, context);
}

/// An attempt has waited for its turn until its deadline.
[[gnu::noinline]] inline void stop_waiting_for_turn(Handle handle, Context& context) {
  Message& frame = context.messages[handle];
  frame.outcome = Outcome::timeout;
  take_back_waiting(frame.next, context);
  tell_guards(handle, context);
}

/// An attempt's time is up: the frame waits for it no more.
inline void time_out(Handle handle, Context& context) {
  Message& frame = context.messages[handle];
  frame.timer = 0;
  const Exchange& exchange = exchange_of(frame, context);
  if (exchange.pace != 0 && context.paces.waits(handle)) [[unlikely]]
    return stop_waiting_for_turn(handle, context);
  if (exchange.pool != 0 && context.connections.waits(handle)) [[unlikely]]
    return stop_waiting_for_connection(handle, context);
  frame.outcome = Outcome::timeout;
  context.edges[exchange.edge].metrics.count_timeout(frame.segment, context.now());
  if (exchange.complains) complain(exchange, frame.next, context);
  stop_waiting(frame, context);
  if (!exchange.guarded()) return;
  give_up_copies(handle, true, context);
  tell_guards(handle, context);
}

/// All guards forget the attempt of a frame that is given up.
[[gnu::noinline]] inline void leave_guards(Handle handle, Context& context) {
  give_up_copies(handle, false, context);
  if (context.connections.waits(handle)) take_back(context.messages[handle].next, context);
  if (context.paces.waits(handle)) take_back_waiting(context.messages[handle].next, context);
  context.paces.given_up(handle, context);
  context.breakers.given_up(handle);
  context.connections.given_up(handle, context);
  context.retry_limits.closed(handle);
}

/// A frame that waits for something is given up with all it waits for.
inline void abandon(Handle handle, Context& context) {
  Message& frame = context.messages[handle];
  disarm(frame, context);
  stop_waiting(frame, context);
  if (context.has_guards) [[unlikely]]
    leave_guards(handle, context);
  const Handle waited_for = frame.next;
  if ((context.messages[waited_for].flags & flag::kLost) != 0) context.release(waited_for);
}

/// An attempt that has waited for a connection has one.
[[gnu::noinline]] inline Next set_out_connected(const Exchange& exchange, Handle request,
                                                Handle handle, Context& context, const Self& self) {
  Message& frame = context.messages[handle];
  disarm(frame, context);
  context.connections.sets_out(handle, context);
  const Message& message = context.messages[request];
  if (message.attempt != frame.attempt) {
    context.edges[exchange.edge].metrics.retries.add(message.segment);
  }
  return set_out_hedged(exchange, {request, request}, handle, context, self);
}

/// The turn of an attempt has come that had to wait for it.
[[gnu::noinline]] inline Next set_out_in_turn(const Exchange& exchange, const Attempt& made,
                                              Handle handle, Context& context, const Self& self) {
  Message& frame = context.messages[handle];
  disarm(frame, context);
  context.paces.sets_out(handle, context);
  EdgeMetrics& metrics = context.edges[exchange.edge].metrics;
  const std::uint32_t segment = frame.segment;
  const bool again = context.messages[made.waited_for].attempt != frame.attempt;
  const std::uint64_t already = metrics.attempts.at(segment);
  const Next next = set_out_admitted(exchange, made, handle, context, self);
  if (again) metrics.retries.add(segment, metrics.attempts.at(segment) - already);
  return next;
}

/// The pause before another attempt is over, or it has a connection: sends it, unless its frame has
/// gone meanwhile.
inline Next resend(Handle sent, Context& context, const Self& self) {
  const Message& message = context.messages[sent];
  const Handle handle = message.parent;
  if (message.reply_to == 0) {  // a message, whose receipt the frame waits for
    const Handle frame = context.messages[handle].parent;
    if (frame != 0) {
      const Exchange& exchange = exchange_of(context.messages[frame], context);
      if (exchange.pace != 0 && context.paces.waits(frame)) {
        return set_out_in_turn(exchange, {handle, sent}, frame, context, self);
      }
      return depart_again(exchange, {handle, sent}, frame, context, self);
    }
    context.release(handle);
    context.release(sent);
    return {};
  }
  if (handle != 0) {
    const Exchange& exchange = exchange_of(context.messages[handle], context);
    if (exchange.hedge != 0 && is_pending_copy(sent, handle, context)) {
      return send_copy(exchange, sent, handle, context, self);
    }
    if (exchange.pace != 0 && context.paces.waits(handle)) {
      return set_out_in_turn(exchange, {sent, sent}, handle, context, self);
    }
    if (exchange.pool != 0 && context.connections.is_given(handle)) {
      return set_out_connected(exchange, sent, handle, context, self);
    }
    return depart_again(exchange, {sent, sent}, handle, context, self);
  }
  context.release(sent);
  return {};
}

}  // namespace spillway
