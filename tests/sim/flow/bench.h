#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/impairments.h"
#include "sim/flow/steps.h"

namespace spillway {

/// A bench for one component alone: the context it runs in, a clock that the test moves, and a
/// record of what it says to others. What it says to itself it is handed at once, as a run does.
class Bench {
 public:
  struct Said {
    Time at;
    Next next;
    friend bool operator==(const Said&, const Said&) = default;
  };

  explicit Bench(Timeline timeline = Timeline(0, 1000 * kSecond, {})) {
    context.timeline = std::move(timeline);
    context.restart(kSeed, 0);
  }

  Context context;
  std::vector<Said> said;  ///< to others, in order

  /// Adds a source of randomness.
  std::uint32_t site(Variate variate) {
    const auto number = static_cast<std::uint32_t>(context.sites.size());
    context.sites.emplace_back("site " + std::to_string(number), std::move(variate));
    context.sites.back().begin(kSeed, 0);
    return number;
  }
  std::uint32_t site(Time always) { return site(Variate::constant(static_cast<double>(always))); }

  std::uint32_t edge(Hop out = {}, Hop back = {}) {
    Edge& edge = context.edges.emplace_back();
    edge.out = out;
    edge.back = back;
    begin_measures(edge.metrics, context.timeline, {});
    return static_cast<std::uint32_t>(context.edges.size() - 1);
  }

  Hop fixed(Time delay) {
    Hop hop;
    hop.kind = Hop::Kind::fixed;
    hop.delay = delay;
    hop.arrivals = context.events.add_pipe();
    hop.completions = context.events.add_pipe();
    return hop;
  }
  Hop drawn(Variate variate) {
    Hop hop;
    hop.kind = Hop::Kind::drawn;
    hop.site = site(std::move(variate));
    return hop;
  }

  // Steps of handlers, to be strung together by `program`.
  Step work(Time time) { return {op_of<Work>, site(time)}; }
  Step wait(Time time, bool holds) {
    Exchange details;
    details.to = site(time);
    details.holds = holds;
    context.exchanges.push_back(details);
    return {op_of<Wait>, static_cast<std::uint32_t>(context.exchanges.size() - 1)};
  }
  Step exchange(std::uint8_t op, Address to, std::uint32_t edge, bool holds, bool confirm = true) {
    const auto number = static_cast<std::uint32_t>(context.exchanges.size());
    Exchange& exchange = context.exchanges.emplace_back();
    exchange.to = say<Offer>(to);
    exchange.edge = edge;
    exchange.lane = 1000 + number;
    exchange.holds = holds;
    exchange.confirm = confirm;
    if (op == op_of<Send>) exchange.kind = Exchange::Kind::send;
    return {op, number};
  }
  Step call(Address to, std::uint32_t edge, bool holds = true) {
    return exchange(op_of<Call>, to, edge, holds);
  }
  Step send(Address to, std::uint32_t edge, bool confirm, bool holds = true) {
    return exchange(op_of<Send>, to, edge, holds, confirm);
  }
  Step fail(double share) {
    context.failures.push_back(
        {site(Variate::unit()), static_cast<std::int64_t>(share * 9007199254740992.0)});
    return {op_of<Fail>, static_cast<std::uint32_t>(context.failures.size() - 1)};
  }
  Step fail_by(std::vector<double> failing_attempts) {
    context.failures.push_back({site(Variate::column(std::move(failing_attempts))), -1});
    return {op_of<Fail>, static_cast<std::uint32_t>(context.failures.size() - 1)};
  }
  static Step reply() { return {op_of<ReplyNow>, 0}; }

  Exchange& exchange_of_step(Step step) { return context.exchanges[step.argument]; }
  /// Says how long each attempt of a call or send may take, and all of them.
  Step limited(Step step, Time timeout, Time deadline = kNever) {
    Exchange& exchange = exchange_of_step(step);
    exchange.limited = true;
    exchange.timeout = timeout;
    exchange.deadline = deadline;
    exchange.timer_lane = context.events.add_lane();
    return step;
  }
  /// Says how often a call or send is tried, after any failure; pauses without jitter.
  Step tried(Step step, std::uint16_t attempts, std::vector<Time> pauses = {}) {
    Exchange& exchange = exchange_of_step(step);
    exchange.attempts = attempts;
    exchange.retry_when = 0xff;
    exchange.retry = static_cast<std::uint32_t>(context.retries.size());
    pauses.resize(attempts);
    context.retries.emplace_back().pauses = std::move(pauses);
    return step;
  }
  Retry& retry_of(Step step) { return context.retries[exchange_of_step(step).retry]; }

  /// Adds a fault of a component; returns its number.
  std::uint32_t fault(FaultKind kind, Address target, double times = 1) {
    Impairment& impairment = context.impairments.emplace_back();
    impairment.kind = kind;
    impairment.target = target;
    impairment.times = times;
    return static_cast<std::uint32_t>(context.impairments.size() - 1);
  }
  std::uint32_t errors(Address target, double share) {
    const std::uint32_t number = fault(FaultKind::errors, target);
    context.impairments[number].threshold = static_cast<std::int64_t>(share * 9007199254740992.0);
    context.impairments[number].site = site(Variate::unit());
    return number;
  }
  /// Lets a fault begin, or end.
  template <class C>
  void strike(C& component, std::uint32_t fault) {
    tell<Impair>(component, ImpairmentChange{fault, true}.payload());
  }
  template <class C>
  void heal(C& component, std::uint32_t fault) {
    tell<Impair>(component, ImpairmentChange{fault, false}.payload());
  }

  /// Adds a handler; returns where it starts.
  std::uint32_t program(std::initializer_list<Step> steps) {
    const auto start = static_cast<std::uint32_t>(context.code.size());
    context.code.insert(context.code.end(), steps);
    context.code.push_back({kEnd, 0});
    return start;
  }

  /// A message as its producer has just given birth to it.
  Handle root(Address producer, std::uint32_t ordinal = 0, std::uint32_t pc = 0) {
    const Handle handle = context.messages.take();
    Message& message = context.messages.set(handle, {});
    message.born = message.since = context.now();
    message.segment = static_cast<std::uint16_t>(context.timeline.segment_of(message.born));
    message.root = handle;
    message.reply_to = producer;
    message.ordinal = ordinal;
    message.outstanding = 1;
    message.pc = pc;
    return handle;
  }

  /// A request of `caller`, which waits for its answer at `reply_to`.
  Handle request(Handle caller, Address reply_to, std::uint32_t edge = 0) {
    const Handle handle = context.spawn(caller);
    context.messages[handle].reply_to = say<Reply>(reply_to);
    context.messages[handle].via = edge;
    return handle;
  }

  /// Sets a component up, and closes the warm-up where it is empty, as a run does.
  template <class C>
  void begin(C& component) {
    component.claim(context);
    component.begin(context, {});
    if (context.timeline.warmup() == 0) mark_measures(component.metrics(), 0, 0);
  }

  /// Says something to the component, and all that follows from it at once.
  template <class C>
  void tell(C& component, Next next) {
    while (next) {
      const bool own = (next.target & ~(kVerbs << kIndexBits)) == component.address();
      if (!own || !hear(Verbs{}, component, next)) {
        said.push_back({context.now(), next});
        next = {};
      }
      if (!next) next = context.take_post();
    }
  }
  template <class Verb, class C>
  void tell(C& component, Handle what) {
    tell(component, {say<Verb>(component.address()), what});
  }

  /// Moves the clock to `time`; events up to and at it run.
  template <class C>
  void run(C& component, Time time) {
    constexpr Address kNobody = 63U << 26;
    context.events.push(time, Phase::kArrival, {kNobody, 0});
    for (Event event; context.events.pop(event, time);) {
      if (event.action.target != kNobody) tell(component, event.action);
    }
  }

  /// What was said since the last time, to whom and about what.
  std::vector<Next> heard() {
    std::vector<Next> nexts;
    for (const Said& each : said) nexts.push_back(each.next);
    said.clear();
    return nexts;
  }

 private:
  static constexpr std::uint64_t kSeed = 1;
  static constexpr Address kVerbs = (1u << kVerbBits) - 1;

  template <class C, class... Verb>
  bool hear(List<Verb...>, C& component, Next& next) {
    return (hear_one<Verb>(component, next) || ...);
  }
  template <class Verb, class C>
  bool hear_one(C& component, Next& next) {
    if constexpr (requires {
                    { component.on(Verb{}, Handle{}, context) } -> std::same_as<Next>;
                  }) {
      if (next.target == say<Verb>(component.address())) {
        next = component.on(Verb{}, next.payload, context);
        return true;
      }
    }
    return false;
  }
};

/// What a component says, as a test writes it.
template <class Verb>
Next to(Address component, Handle what) {
  return {say<Verb>(component), what};
}

}  // namespace spillway
