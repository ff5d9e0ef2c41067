#include <algorithm>

#include "sim/kernel/math.h"
#include "sim/kernel/wide.h"
#include "sim/run/by_name.h"
#include "sim/run/wiring.h"
#include "sim/scenario/names.h"

namespace spillway {
namespace {

/// The pause before retry number `i` of so many whose pauses grow.
Time pause_of(const GrowingRetriesParameters& grows, Count i) {
  const Time from = grows.from.ns;
  const Time to = grows.to.ns;
  if (grows.growth == Growth::exponential) {
    const auto doubled = static_cast<unsigned>(std::min<Count>(i, 62));
    return from > (to >> doubled) ? to : from << doubled;
  }
  if (i + 1 >= grows.retries) return to;
  if (grows.growth == Growth::linear) {
    return from + static_cast<Time>(Int128{to - from} * i / (grows.retries - 1));
  }
  const double part = static_cast<double>(i) / static_cast<double>(grows.retries - 1);
  const double factor = math::pow(static_cast<double>(to) / static_cast<double>(from), part);
  return static_cast<Time>(static_cast<double>(from) * factor + 0.5);
}

RetrySchedule schedule_of(const SubscriptionRetryParameters& says) {
  RetrySchedule schedule;
  const auto add = [&](Count retries, Time pause) {
    schedule.add(static_cast<std::uint32_t>(retries), pause);
  };
  const auto add_even = [&](const std::optional<EvenRetriesParameters>& even) {
    if (even) add(even->retries, even->pause.ns);
  };
  add(says.immediate, 0);
  add_even(says.pre_backoff);
  if (says.backoff) {
    for (Count i = 0; i < says.backoff->retries; ++i) add(1, pause_of(*says.backoff, i));
  }
  add_even(says.post_backoff);
  if (says.schedule) {
    for (const Duration& pause : says.schedule->all) add(1, pause.ns);
    schedule.add(RetrySchedule::kForever, says.schedule->all.back().ns);
  }
  if (says.attempts) schedule.attempts = static_cast<std::uint32_t>(*says.attempts);
  if (says.within) schedule.within = says.within->ns;
  schedule.jitter = says.jitter;
  return schedule;
}

}  // namespace

void Wiring::wire_topic(const Component<TopicParameters>& declared) {
  const TopicParameters& parameters = declared.parameters;
  Topic::Wiring wiring;
  wiring.address = address_of(declared.name);
  for (const NamedSubscription* named : by_name(parameters.subscriptions)) {
    const SubscriptionParameters& says = named->subscription;
    Topic::SubscriptionWiring& subscription = wiring.subscriptions.emplace_back();
    subscription.name = declared.name + "." + named->name;
    subscription.target = address_of(says.to.name);
    subscription.edge = add_edge(edge_name(declared.name, says.to.name), address_of(says.to.name),
                                 network_between(scenario_, declared.name, says.to.name));
    subscription.lane = lane_of(edge_name(declared.name, says.to.name));
    if (says.filter && says.filter->type) {
      subscription.types.assign(world_.context_.types.size(), false);
      for (const Reference& type : says.filter->type->names) {
        subscription.types[type_named(type.name)] = true;
      }
    }
    if (says.filter) subscription.keys = says.filter->key;
    if (says.dead_letter) {
      subscription.dead_letter = say<Offer>(address_of(says.dead_letter->name));
    }
    for (const auto& consumer : scenario_.consumers) {
      if (consumer.name != says.to.name) continue;
      subscription.instances = static_cast<std::uint32_t>(consumer.parameters.instances);
      if (const auto& prefetch = consumer.parameters.prefetch) {
        subscription.prefetch = static_cast<std::uint64_t>(*prefetch);
      }
    }
    subscription.calls = std::ranges::any_of(
        scenario_.services, [&](const auto& service) { return service.name == says.to.name; });
    retry_copies(subscription, says, parameters);
  }
  if (parameters.delivery) {
    wiring.delivery = add_site(declared.name + "/delivery", *parameters.delivery);
  }
  if (parameters.confirm) {
    wiring.confirm = add_site(declared.name + "/confirm", *parameters.confirm);
  }
  std::get<std::vector<Topic>>(world_.pools_).emplace_back(std::move(wiring));
}

/// Says how copies that are not taken are tried again, by the subscription or else by its topic.
void Wiring::retry_copies(Topic::SubscriptionWiring& subscription,
                          const SubscriptionParameters& says, const TopicParameters& topic) {
  const auto& of_topic = subscription.calls && topic.call_retry ? topic.call_retry : topic.retry;
  if (const auto& retry = says.retry ? says.retry : of_topic) {
    RetrySchedule schedule = schedule_of(*retry);
    if (schedule.pause_after(1)) {
      if (schedule.jitter != Jitter::none) {
        schedule.site = add_site(subscription.name + "/retry", Variate::unit());
      }
      subscription.retry = std::move(schedule);
    }
  }
  if (!subscription.calls) return;
  const auto& timeout = says.timeout ? says.timeout : topic.call_timeout;
  if (timeout) subscription.timeout = timeout->ns;
}

}  // namespace spillway
