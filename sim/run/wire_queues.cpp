#include <algorithm>
#include <set>

#include "sim/run/by_name.h"
#include "sim/run/wiring.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/names.h"

namespace spillway {
namespace {

/// Whether a message of some producer says this of itself.
bool some_message(const Scenario& scenario, auto says) {
  return std::ranges::any_of(scenario.producers, [&](const auto& producer) {
    const auto& message = producer.parameters.message;
    return message && (*message).*says;
  });
}

/// Whether a send, publish or request of some handler says this.
bool some_send(const Scenario& scenario, auto says) {
  bool found = false;
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string&) {
                    const SendParameters* send = sending(step);
                    found = found || (send != nullptr && (*send).*says);
                  });
  }
  return found;
}

/// Whether what is sent to a channel comes to this queue: it is the queue, or a topic of its.
bool leads_to(const Scenario& scenario, const std::string& channel, const std::string& queue) {
  return channel == queue || std::ranges::any_of(scenario.topics, [&](const auto& topic) {
           return topic.name == channel &&
                  std::ranges::any_of(topic.parameters.subscriptions, [&](const auto& named) {
                    return named.subscription.to.name == queue;
                  });
         });
}

/// Channels that some send is delayed to.
std::set<std::string> delayed_channels(const Scenario& scenario) {
  std::set<std::string> channels;
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string&) {
                    const SendParameters* send = sending(step);
                    if (send != nullptr && send->delay) channels.insert(send->channel.name);
                  });
  }
  return channels;
}

Queue::Redelivery redelivery_of(const RedeliveryParameters& parameters) {
  const auto after = [&](GivenBack end) {
    return std::ranges::find(parameters.when, end) != parameters.when.end();
  };
  Queue::Redelivery redelivery;
  redelivery.delay = parameters.delay.ns;
  redelivery.factor = parameters.factor.value;
  redelivery.step = parameters.step.ns;
  if (parameters.cap) redelivery.cap = parameters.cap->ns;
  redelivery.failed = after(GivenBack::failed);
  redelivery.silent = after(GivenBack::silent);
  return redelivery;
}

std::uint64_t limit_of(const Limit& limit) {
  return limit.count ? static_cast<std::uint64_t>(*limit.count) : Queue::kNoLimit;
}

}  // namespace

const std::vector<const Component<ConsumerParameters>*>& Wiring::consumers_of(
    const std::string& channel) {
  if (!consumers_) {
    consumers_.emplace();
    for (const auto* consumer : by_name(scenario_.consumers)) {
      (*consumers_)[consumer->parameters.from.name].push_back(consumer);
    }
  }
  return (*consumers_)[channel];
}

bool Wiring::some_send_delays(const std::string& queue) {
  if (!delayed_) delayed_ = delayed_channels(scenario_);
  return std::ranges::any_of(
      *delayed_, [&](const std::string& channel) { return leads_to(scenario_, channel, queue); });
}

void Wiring::wire_queue(const Component<QueueParameters>& declared) {
  const QueueParameters& parameters = declared.parameters;
  Queue::Wiring wiring;
  wiring.address = address_of(declared.name);
  for (const auto* consumer : consumers_of(declared.name)) {
    const std::uint32_t edge = edges_.at(edge_name(declared.name, consumer->name));
    const auto instances = static_cast<std::uint32_t>(most_instances(consumer->parameters));
    const auto at_first = static_cast<std::uint32_t>(first_instances(consumer->parameters));
    const auto& batch = consumer->parameters.batch;
    const Count size = batch ? batch->size : 1;
    const Count prefetch =
        consumer->parameters.prefetch.value_or(consumer->parameters.concurrency * size);
    wiring.receives = wiring.receives || batch;
    for (std::uint32_t instance = 0; instance < instances; ++instance) {
      wiring.takers.push_back(
          {address_of(consumer->name), instance, static_cast<std::uint64_t>(prefetch),
           world_.context_.edges[edge].out, edge,
           consumer->parameters.heartbeat.value_or(Duration{}).ns, static_cast<std::uint64_t>(size),
           batch ? batch->window.ns : 0, instance < at_first});
    }
  }
  take_replies(declared.name, wiring);
  if (parameters.visibility) wiring.visibility = parameters.visibility->ns;
  if (const auto& dead = parameters.dead_letter) {
    if (!dead->to.name.empty()) wiring.dead_letter = say<Offer>(address_of(dead->to.name));
    wiring.dead_letter_after = static_cast<std::uint64_t>(dead->after);
    wiring.dead_letters_expired = dead->expired;
    wiring.keeps_age = dead->age == LetterAge::kept;
  }
  wiring.late_acks_count = parameters.late_ack == LateAck::counts;
  if (parameters.redelivery) wiring.redelivery = redelivery_of(*parameters.redelivery);
  wiring.capacity = limit_of(parameters.capacity);
  if (parameters.capacity_bytes) {
    wiring.capacity_bytes = static_cast<std::uint64_t>(parameters.capacity_bytes->bytes);
  }
  wiring.overflow = parameters.overflow;
  if (parameters.max_message_size) wiring.max_message_size = parameters.max_message_size->bytes;
  wiring.max_in_flight = limit_of(parameters.max_in_flight);
  if (parameters.delay) wiring.delay = add_site(declared.name + "/delay", *parameters.delay);
  // No message gets as old as a retention that is longer than the run.
  if (parameters.retention && parameters.retention->ns < world_.drain_until_) {
    wiring.retention = parameters.retention->ns;
  }
  wiring.expires = wiring.retention != kNever || some_message(scenario_, &MessageParameters::ttl);
  wiring.weighs = some_message(scenario_, &MessageParameters::size);
  wiring.groups = parameters.groups;
  static_assert(LevelledBacklog::kMost == kMostPriorities);
  // Where no message says how urgent it is, all are first in, first out.
  if (parameters.priority && some_send(scenario_, &SendParameters::priority)) {
    wiring.levels = static_cast<std::uint32_t>(parameters.priority->levels);
    wiring.level_unsaid = static_cast<std::uint32_t>(parameters.priority->unsaid);
  }
  if (parameters.poll) {
    wiring.polls = poll_rules(declared.name, *parameters.poll);
    wiring.receives = wiring.receives || wiring.polls->fixed.empty();
  }
  if (parameters.dedup) {
    wiring.dedup = parameters.dedup->ns;
    world_.context_.identities.kept = true;
  }
  wiring.screens = parameters.delay || parameters.dedup ||
                   (wiring.weighs && parameters.max_message_size) ||
                   some_send_delays(declared.name) || parameters.throughput;
  if (parameters.throughput) wiring.throughput.emplace(*parameters.throughput);
  if (parameters.delivery) {
    wiring.delivery = add_site(declared.name + "/delivery", *parameters.delivery);
    wiring.delivery_less = 2 * scenario_.network.fixed().value_or(0);
  }
  if (parameters.confirm)
    wiring.confirm = add_site(declared.name + "/confirm", *parameters.confirm);
  put_on_broker(declared, wiring);
  std::get<std::vector<Queue>>(world_.pools_).emplace_back(std::move(wiring));
}

PollRules Wiring::poll_rules(const std::string& queue, const QueuePollParameters& says) {
  PollRules rules;
  if (says.at) {
    for (std::size_t i = 0; i < says.at->all.size(); ++i) {
      const std::uint64_t size =
          says.sizes ? static_cast<std::uint64_t>(says.sizes->all[i]) : Queue::kNoLimit;
      rules.fixed.push_back({says.at->all[i].ns, size});
    }
    return rules;
  }
  rules.wait = says.wait.ns;
  if (says.pause) rules.pause = add_site(queue + "/poll/pause", *says.pause);
  if (says.wait.ns == 0) rules.first = add_site(queue + "/poll/first", Variate::unit());
  return rules;
}

/// The place of what a send says of its messages; 0 where it says nothing.
std::uint32_t Wiring::envelope_of(const SendParameters& step, const Place& place) {
  if (!step.delay && !step.persistent && !step.confirm_when && step.group.empty() &&
      !step.dedup_id && !step.priority) {
    return 0;
  }
  Envelope envelope;
  if (step.delay) envelope.delay = add_site(place.path + "/delay", *step.delay);
  envelope.persistent = step.persistent.value_or(true);
  envelope.early = step.confirm_when == ConfirmWhen::accepted;
  if (step.group == kOwnKey) {
    envelope.group = Envelope::Group::own_key;
  } else if (!step.group.empty()) {
    envelope.group = Envelope::Group::named;
    const auto next = static_cast<std::uint32_t>(group_names_.size());
    envelope.group_name = group_names_.try_emplace(step.group, next).first->second;
  }
  envelope.same_by_key = step.dedup_id == SameBy::key;
  if (step.priority) envelope.priority = static_cast<std::uint32_t>(*step.priority);
  auto& envelopes = world_.context_.envelopes;
  envelopes.push_back(envelope);
  return static_cast<std::uint32_t>(envelopes.size() - 1);
}

}  // namespace spillway
