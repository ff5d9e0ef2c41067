#include "sim/model/service/balanced_service.h"

#include <algorithm>
#include <utility>

namespace spillway {

BalancedService::BalancedService(const Wiring& wiring, const Protection& protection,
                                 std::unique_ptr<Fleet> fleet)
    : wiring_(wiring),
      rate_limit_(wiring.rate_limit),
      metrics_(std::make_unique<ServiceMetrics>()),
      fleet_(std::move(fleet)) {
  wiring_.balancer.back = {say<Tick>(wiring.each.address), tick(What::back)};
  balancer_ = std::make_unique<Balancer>(wiring_.balancer);
  const auto count = static_cast<double>(wiring.instances);
  metrics_->shares = protection.shares;
  metrics_->slots =
      count * static_cast<double>(protection.shares ? protection.processors->processors()
                                                    : wiring.each.slots);
  if (protection.cores)
    metrics_->cores = count * static_cast<double>(protection.cores->processors());
  if (fleet_ != nullptr) metrics_->available = &fleet_->metrics().slots;
  instances_.reserve(wiring.instances);
  for (std::uint32_t instance = 0; instance < wiring.instances; ++instance) {
    Protection own = protection;
    own.balancer = balancer_.get();
    own.instance = instance;
    if (own.processors) own.processors->say_when_done(tick(What::done, instance));
    if (own.cores) own.cores->say_when_done(tick(What::done_on_cores, instance));
    instances_.emplace_back(wiring.each, own, *metrics_);
  }
}

void BalancedService::claim(Context& context) {
  for (ServiceInstance& instance : instances_) instance.claim(context);
}

void BalancedService::begin(Context& context, const Demand& demand) {
  begin_measures(*metrics_, context.timeline, demand);
  if (rate_limit_) rate_limit_->restart();
  for (ServiceInstance& instance : instances_) instance.begin(context, demand);
  if (fleet_ != nullptr) fleet_->begin(context, demand);
  std::vector<bool> serves(wiring_.instances, true);
  for (std::uint32_t instance = 0; fleet_ != nullptr && instance < wiring_.instances; ++instance) {
    serves[instance] = fleet_->at(instance) == Fleet::Place::serving;
  }
  balancer_->begin(std::move(serves), context, demand);
}

/// Says something to an instance, and sees to what that is to one that ends.
template <class Verb>
Next BalancedService::tell(std::uint32_t instance, std::uint32_t payload, Context& context) {
  ServiceInstance& told = instances_[instance];
  const std::uint64_t busy = told.busy();
  const Next next = told.on(Verb{}, payload, context);
  if (fleet_ != nullptr && fleet_->at(instance) == Fleet::Place::ending) {
    fleet_->in_use_at_ending(
        static_cast<std::int64_t>(told.busy()) - static_cast<std::int64_t>(busy), context);
    if (told.inside() == 0) fleet_->ended(instance, context);
  }
  return next;
}

template <class Verb>
Next BalancedService::tell_owner(Handle request, Context& context) {
  return tell<Verb>(balancer_->instance_of(request), request, context);
}

Next BalancedService::on(Offer, Handle request, Context& context) {
  if (rate_limit_ && !rate_limit_->admits(context.now())) {
    metrics_->throttled.add(context.messages[request].segment);
    return turn_away(request, context);
  }
  const auto inside = [&](std::uint32_t instance) { return instances_[instance].inside(); };
  const std::uint32_t instance = balancer_->choose(request, inside, context);
  if (instance == Balancer::kNobody) return turn_away(request, context);
  return tell<Offer>(instance, request, context);
}

/// A request comes to no instance.
Next BalancedService::turn_away(Handle request, Context& context) {
  Message& message = context.messages[request];
  message.since = context.now();
  metrics_->peak.count(context.now());
  metrics_->received.add(message.segment);
  metrics_->refused.add(message.segment);
  context.see(Moment::arrived, address(), message);
  message.outcome = Outcome::unavailable;
  context.see(Moment::refused, address(), message);
  return answer(request, context);
}

Next BalancedService::on(Done, Handle request, Context& context) {
  return tell_owner<Done>(request, context);
}

Next BalancedService::on(Reply, Handle answer, Context& context) {
  const Handle request = context.messages[answer].parent;
  if (request != 0) return tell<Reply>(balancer_->instance_of(request), answer, context);
  context.release(answer);
  return {};
}

Next BalancedService::on(Credit, Handle request, Context& context) {
  return tell_owner<Credit>(request, context);
}

Next BalancedService::on(Expired, Handle request, Context& context) {
  return tell_owner<Expired>(request, context);
}

/// Whose attempt it is makes no difference.
Next BalancedService::on(Resend, Handle sent, Context& context) {
  return resend(sent, context, Self{address()});
}

/// Whether a request is at an instance, and in its place there.
bool BalancedService::is_here(Handle request, const Context& context) const {
  if (!context.messages.alive(request)) return false;
  const Message& message = context.messages[request];
  constexpr std::uint16_t kOf = flag::kInside | flag::kDelivery | flag::kTombstone;
  return (message.flags & kOf) == flag::kInside && context.edges[message.via].to == address();
}

Next BalancedService::on(Cancel, Handle request, Context& context) {
  return is_here(request, context) ? tell_owner<Cancel>(request, context) : Next{};
}

Next BalancedService::on(Overdue, Handle request, Context& context) {
  if (!is_here(request, context)) return {};
  const Message& message = context.messages[request];
  if (message.parent == 0 && (message.flags & flag::kReplied) == 0) {
    balancer_->ended(balancer_->instance_of(request), false, context);
  }
  return {};
}

/// A health check of the whole: an instance answers that has room and does not hang, if there is
/// one; else the first.
Next BalancedService::on(Probe, Handle probe, Context& context) {
  const std::vector<std::uint32_t>& takers = balancer_->takers();
  if (takers.empty()) {
    context.messages[probe].outcome = Outcome::unavailable;
    return answer(probe, context);
  }
  const auto is_well = [&](std::uint32_t instance) {
    return instances_[instance].has_room() && !instances_[instance].hangs();
  };
  const auto well = std::ranges::find_if(takers, is_well);
  return instances_[well == takers.end() ? takers.front() : *well].on(Probe{}, probe, context);
}

Next BalancedService::on(Lost, std::uint32_t segment, Context&) {
  metrics_->for_nobody.add(segment);
  return {};
}

/// Strikes all instances, or the first of them.
Next BalancedService::on(Impair, std::uint32_t payload, Context& context) {
  const std::uint32_t some =
      context.impairments[ImpairmentChange::of(payload).impairment].instances;
  const std::uint32_t struck = some == 0 ? wiring_.instances : some;
  for (std::uint32_t instance = 0; instance < struck; ++instance) {
    tell<Impair>(instance, payload, context);
  }
  return {};
}

Next BalancedService::on(Scale, std::uint32_t change, Context& context) {
  fleet_->change(FleetChange::of(change), context, changed_);
  for (const std::uint32_t instance : changed_) {
    const bool serves = fleet_->at(instance) == Fleet::Place::serving;
    balancer_->serve(instance, serves, context);
    const auto busy = static_cast<std::int64_t>(instances_[instance].busy());
    fleet_->in_use_at_ending(serves ? -busy : busy, context);
    if (!serves && instances_[instance].inside() == 0) fleet_->ended(instance, context);
  }
  return {};
}

Next BalancedService::on(Tick, std::uint32_t what, Context& context) {
  const std::uint32_t instance = what & ((1u << kShift) - 1);
  switch (static_cast<What>(what >> kShift)) {
    case What::started:
      fleet_->started(instance, context);
      balancer_->serve(instance, true, context);
      return {};
    case What::done:
      return tell<Tick>(instance, SharedProcessors::kDone, context);
    case What::done_on_cores:
      return tell<Tick>(instance, SharedProcessors::kDoneOnCores, context);
    case What::back:
      balancer_->comes_back(instance, context);
      return {};
  }
  return {};
}

}  // namespace spillway
