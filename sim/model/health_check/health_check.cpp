#include "sim/model/health_check/health_check.h"

#include "sim/flow/exchange.h"

namespace spillway {
namespace {

/// Checks go on until all that is under way has ended: how long that takes is none of theirs.
bool is_measured(const Message& probe, const Context& context) {
  return probe.since < context.timeline.duration();
}

}  // namespace

void HealthCheck::claim(Context& context) { clock_ = context.events.add_slot(); }

void HealthCheck::begin(Context& context, const Demand&) {
  healthy_ = true;
  against_ = 0;
  Time first = wiring_.rules.start;
  if (first == kNever) {
    first = share_of(wiring_.rules.interval, context.sites[wiring_.start].at(0, wiring_.lane));
  }
  context.events.set_slot(clock_, first, Phase::kArrival, {say<Tick>(wiring_.address), 0});
}

Next HealthCheck::on(Tick, std::uint32_t check, Context& context) {
  const Time now = context.now();
  const Time interval = wiring_.rules.interval;
  if (interval < kNever - now) {
    context.events.set_slot(clock_, now + interval, Phase::kArrival,
                            {say<Tick>(wiring_.address), check + 1});
  }
  // It is nobody's work, and lives on its own.
  const Handle probe = context.make();
  Message& message = context.messages[probe];
  message.flags = flag::kDetached | flag::kHurried;
  message.deadline = now;  // an answer that is lost was no work for nobody: it counts as late
  message.since = now;
  message.root = probe;
  message.parent = probe;  // somebody waits for it
  message.reply_to = say<Reply>(wiring_.address);
  message.ordinal = check;
  message.lane = wiring_.lane;
  message.via = wiring_.edge;
  message.segment = static_cast<std::uint16_t>(context.timeline.segment_of(now));
  if (is_measured(message, context)) metrics(context).checks.add(message.segment);
  message.timer = context.events.push_timer(now + wiring_.rules.timeout, Phase::kExpiry,
                                            {say<Expired>(wiring_.address), probe});
  const Edge& edge = context.edges[wiring_.edge];
  return context.travel(edge.out, {say<Probe>(edge.to), probe}, Phase::kArrival, message);
}

Next HealthCheck::on(Reply, Handle probe, Context& context) {
  const Message& message = context.messages[probe];
  const bool in_time = message.parent != 0;
  const bool well = message.outcome == Outcome::ok;
  if (in_time) {
    context.events.cancel(message.timer);
    if (!well && is_measured(message, context)) metrics(context).failed_checks.add(message.segment);
  }
  context.release(probe);
  if (in_time) heard(well, context);
  return {};
}

Next HealthCheck::on(Expired, Handle probe, Context& context) {
  Message& message = context.messages[probe];
  if (is_measured(message, context)) metrics(context).failed_checks.add(message.segment);
  message.parent = 0;
  if ((message.flags & flag::kLost) != 0) context.release(probe);  // nothing else names it
  heard(false, context);
  return {};
}

void HealthCheck::heard(bool well, Context& context) {
  if (well == healthy_) {
    against_ = 0;
    return;
  }
  const HealthRules& rules = wiring_.rules;
  if (++against_ < (healthy_ ? rules.unhealthy : rules.healthy)) return;
  against_ = 0;
  healthy_ = well;
  context.failovers.set(wiring_.number, healthy_);
  OpenTime& unhealthy = metrics(context).unhealthy;
  if (healthy_) {
    unhealthy.end(context.now());
  } else {
    unhealthy.add(context.now(), kNever);
  }
}

}  // namespace spillway
