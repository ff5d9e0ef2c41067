#include "sim/flow/hedging.h"

#include <algorithm>

#include "sim/flow/exchange.h"

namespace spillway {
namespace {

/// Tells a copy's path from the first one's: more than attempts and repeated steps.
constexpr std::uint32_t kCopies = 1u << 20;

/// Makes the next copy, and starts the clock before it.
void plan_copy(const Exchange& exchange, const HedgeRules& rules, HedgedAttempt& attempt,
               Handle frame, Context& context, const Self& self) {
  const Message& first = context.messages[context.messages[frame].next];
  const std::uint16_t number = first.attempt;
  const Time until = first.deadline;
  Time delay = context.hedges.delay(attempt.rules);
  if (rules.site == HedgeRules::kNoSite && delay == kNever) return;
  const Handle copy = make_request(exchange, frame, number, until, context, self).sent;
  Message& message = context.messages[copy];
  message.lane = mix32(message.lane, kCopies + attempt.sent);
  if (rules.site != HedgeRules::kNoSite) delay = context.draw(rules.site, message);
  attempt.pending = copy;
  attempt.timer = context.events.push_timer(context.now() + delay, Phase::kArrival,
                                            {say<Resend>(self.address), copy});
}

/// Nobody waits for a copy that is under way.
void give_up_copy(const Exchange& exchange, Handle copy, Context& context) {
  context.messages[copy].parent = 0;
  if ((context.messages[copy].flags & flag::kLost) != 0) {
    context.release(copy);
  } else if (exchange.cancels) {
    send_cancel(exchange, copy, context);
  }
}

}  // namespace

void begin_hedging(const Exchange& exchange, Handle frame, Context& context, const Self& self) {
  HedgeRules& rules = context.hedges.rules(exchange.hedge);
  rules.budget.deposit(context.now());
  HedgedAttempt& attempt = context.hedges.begin(frame, exchange.hedge, context.now());
  plan_copy(exchange, rules, attempt, frame, context, self);
}

bool is_pending_copy(Handle request, Handle frame, Context& context) {
  const HedgedAttempt* attempt = context.hedges.find(frame);
  return attempt != nullptr && attempt->pending == request;
}

Next send_copy(const Exchange& exchange, Handle copy, Handle frame, Context& context,
               const Self& self) {
  HedgedAttempt& attempt = *context.hedges.find(frame);
  HedgeRules& rules = context.hedges.rules(attempt.rules);
  attempt.pending = 0;
  attempt.timer = 0;
  if (!rules.budget.withdraw(context.now()) ||
      (exchange.pool != 0 && !context.connections.take_another(frame, context))) {
    context.release(copy);
    return {};
  }
  attempt.copies.push_back(copy);
  Edge& edge = context.edges[exchange.edge];
  const std::uint32_t segment = context.messages[copy].segment;
  edge.metrics.attempts.add(segment);
  edge.metrics.hedges.add(segment);
  if (++attempt.sent < rules.copies) plan_copy(exchange, rules, attempt, frame, context, self);
  return context.travel(edge.out, {exchange.to, copy}, Phase::kArrival, context.messages[copy]);
}

bool is_decided(Handle answer, Handle frame, Context& context) {
  HedgedAttempt* attempt = context.hedges.find(frame);
  if (attempt == nullptr) return true;
  const Exchange& exchange = exchange_of(context.messages[frame], context);
  Handle& first = context.messages[frame].next;
  const bool well = context.messages[answer].outcome == Outcome::ok;
  if (!well && !attempt->copies.empty()) {
    count_failure(context.messages[answer], context);
    if (first == answer) first = std::exchange(attempt->copies.back(), answer);
    std::erase(attempt->copies, answer);
    if (exchange.pool != 0) context.connections.give_one_back(frame, context);
    context.release(answer);
    return false;
  }
  if (well) context.hedges.answered(attempt->rules, context.now() - attempt->since);
  if (first != answer) {
    std::ranges::replace(attempt->copies, answer, first);
    first = answer;
  }
  give_up_copies(frame, false, context);
  return true;
}

void give_up_copies(Handle frame, bool timed_out, Context& context) {
  HedgedAttempt* attempt = context.hedges.find(frame);
  if (attempt == nullptr) return;
  const Exchange& exchange = exchange_of(context.messages[frame], context);
  if (attempt->pending != 0) {
    context.events.cancel(attempt->timer);
    context.release(attempt->pending);
  }
  for (const Handle copy : attempt->copies) {
    if (timed_out) {
      const std::uint32_t segment = context.messages[copy].segment;
      context.edges[exchange.edge].metrics.count_timeout(segment, context.now());
    }
    give_up_copy(exchange, copy, context);
  }
  context.hedges.end(frame);
}

}  // namespace spillway
