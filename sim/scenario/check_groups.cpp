#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/brokers.h"
#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"

namespace spillway {
namespace {

/// Queues with message groups or deduplication, and who sends to them.
class Groups {
 public:
  Groups(Reader& reader, const Scenario& scenario)
      : reader_(reader), scenario_(scenario), graph_(scenario) {}

  void check() {
    for (const HandlerOf& handler : handlers_of(scenario_)) {
      for_each_step(*handler.program, handler.path,
                    [&](const StepDeclaration& step, double, const std::string& path) {
                      check_step(handler, step, path);
                    });
    }
    for (const auto& topic : scenario_.topics) check_topic(topic);
    for (const auto& store : scenario_.stores) {
      const auto& outbox = store.parameters.outbox;
      if (!outbox) continue;
      const Reader::Scope scope(reader_, fmt::format("stores.{}.outbox.to", store.name));
      refuse_without_group(outbox->to, "an event of an outbox");
    }
    for (const auto& queue : scenario_.queues) check_queue(queue);
  }

 private:
  const QueueParameters* queue_named(std::string_view name) const {
    const auto found = std::ranges::find(scenario_.queues, name, &Component<QueueParameters>::name);
    return found == scenario_.queues.end() ? nullptr : &found->parameters;
  }
  /// The queues where what is sent to a name comes first: that queue, or those of a topic.
  std::vector<const Component<QueueParameters>*> queues_behind(std::string_view name) const {
    std::vector<const Component<QueueParameters>*> behind;
    const auto add = [&](std::string_view queue) {
      const auto found =
          std::ranges::find(scenario_.queues, queue, &Component<QueueParameters>::name);
      if (found != scenario_.queues.end()) behind.push_back(&*found);
    };
    add(name);
    for (const auto& topic : scenario_.topics) {
      if (topic.name != name) continue;
      for (const auto& each : topic.parameters.subscriptions) add(each.subscription.to.name);
    }
    return behind;
  }
  /// The first of them with groups; nullptr: none.
  const Component<QueueParameters>* grouped_behind(std::string_view name) const {
    const auto behind = queues_behind(name);
    const auto found =
        std::ranges::find_if(behind, [](const auto* queue) { return queue->parameters.groups; });
    return found == behind.end() ? nullptr : *found;
  }
  bool has_groups(std::string_view name) const {
    const QueueParameters* queue = queue_named(name);
    return queue != nullptr && queue->groups;
  }

  /// Says that what comes here never has a group, if the queue has groups.
  void refuse_without_group(const Reference& to, std::string_view what) {
    const Component<QueueParameters>* queue = grouped_behind(to.name);
    if (queue == nullptr) return;
    reader_.error("missing-key", to.at,
                  fmt::format("'{}' has message groups, and {} says none", queue->name, what),
                  "only a send or a publish says a group; leave groups out of the queue");
  }

  void check_step(const HandlerOf& handler, const StepDeclaration& step, const std::string& path) {
    const Reader::Scope scope(reader_, path);
    const auto* send = std::get_if<SendParameters>(&step.parameters);
    if (send == nullptr) send = std::get_if<PublishParameters>(&step.parameters);
    if (send != nullptr) {
      check_group(handler, *send, step.at);
      check_id(handler, *send, step.at);
    } else if (const auto* gather = std::get_if<GatherParameters>(&step.parameters)) {
      refuse_without_group(gather->channel, "what is gathered");
    } else if (const auto* request = std::get_if<RequestParameters>(&step.parameters)) {
      refuse_without_group(request->channel, "a request");
      refuse_repeated(request->channel, request->retry.has_value());
    } else if (const auto* submit = std::get_if<SubmitParameters>(&step.parameters)) {
      refuse_without_group(submit->to, "what is submitted");
      refuse_repeated(submit->to, submit->retry.has_value());
    }
  }

  /// What is asked again would be taken for what was asked first, and have no answer of its own.
  void refuse_repeated(const Reference& to, bool repeats) {
    const QueueParameters* queue = queue_named(to.name);
    if (!repeats || queue == nullptr || !queue->dedup) return;
    const Reader::Scope scope(reader_, "retry");
    reader_.error(
        "wrong-place", to.at,
        fmt::format("'{}' stores nothing twice: what is asked again is never answered", to.name),
        "leave retry out, or dedup of the queue");
  }

  void check_group(const HandlerOf& handler, const SendParameters& send, const Location& at) {
    const Component<QueueParameters>* grouped = grouped_behind(send.channel.name);
    if (send.group.empty()) {
      if (grouped == nullptr) return;
      return reader_.error(
          "missing-key", send.channel.at,
          fmt::format("'{}' has message groups: each message needs one", grouped->name),
          "group: key, or a word for a group that all of this step are in");
    }
    const Reader::Scope scope(reader_, "group");
    if (grouped == nullptr) {
      return reader_.error("wrong-place", at,
                           fmt::format("{} message groups", has_none(send.channel.name)),
                           "say groups: true of a queue, or leave group out");
    }
    if (send.group == kOwnKey) check_keys(handler, at);
  }

  void check_id(const HandlerOf& handler, const SendParameters& send, const Location& at) {
    if (!send.dedup_id) return;
    const Reader::Scope scope(reader_, "dedup_id");
    if (std::ranges::none_of(queues_behind(send.channel.name), [](const auto* queue) {
          return queue->parameters.dedup.has_value();
        })) {
      return reader_.error("wrong-place", at,
                           is_topic(send.channel.name)
                               ? fmt::format("no queue of '{}' looks at ids", send.channel.name)
                               : fmt::format("'{}' looks at no ids", send.channel.name),
                           "say of a queue for how long it knows a message: dedup: 5min; or leave "
                           "dedup_id out");
    }
    if (*send.dedup_id == SameBy::key) check_keys(handler, at);
  }

  bool is_topic(std::string_view name) const {
    return std::ranges::any_of(scenario_.topics,
                               [&](const auto& topic) { return topic.name == name; });
  }
  std::string has_none(std::string_view channel) const {
    return is_topic(channel) ? fmt::format("no queue of '{}' has", channel)
                             : fmt::format("'{}' has no", channel);
  }

  /// Says which producer's messages come here without a key.
  void check_keys(const HandlerOf& handler, const Location& at) {
    for (const auto& producer : scenario_.producers) {
      const auto& message = producer.parameters.message;
      if (message && message->key) continue;
      if (!graph_.reached_from({producer.name}).contains(handler.name)) continue;
      return reader_.error("missing-key", at,
                           fmt::format("messages of '{}' come here and have no key", producer.name),
                           "say which: message: {key: {zipf: {keys: 100, exponent: 1}}}");
    }
  }

  void check_topic(const Component<TopicParameters>& topic) {
    for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
      const Reader::Scope scope(reader_, fmt::format("topics.{}.{}", topic.name, name));
      if (subscription.dead_letter) {
        refuse_without_group(*subscription.dead_letter, "a copy of a topic");
      }
    }
  }

  void check_queue(const Component<QueueParameters>& queue) {
    const Reader::Scope scope(reader_, fmt::format("queues.{}", queue.name));
    const QueueParameters& parameters = queue.parameters;
    if (parameters.dedup && parameters.overflow == Overflow::block) {
      const Reader::Scope inner(reader_, "dedup");
      reader_.error("wrong-place", queue.at,
                    "a message that waits for room is not taken in yet, and cannot be known",
                    "leave dedup out, or choose another overflow");
    }
    const auto refuse_on_broker = [&](bool said, std::string_view key) {
      if (!said || broker_of(scenario_, queue) == nullptr) return;
      const Reader::Scope inner(reader_, key);
      reader_.error(
          "not-simulated", queue.at,
          fmt::format("this version does not simulate what a failing broker keeps of {}", key),
          "leave out broker, or the key");
    };
    refuse_on_broker(parameters.groups, "groups");
    refuse_on_broker(parameters.dedup.has_value(), "dedup");
    const auto& dead = parameters.dead_letter;
    if (!dead || dead->to.name.empty() || has_groups(dead->to.name) == parameters.groups) return;
    const Reader::Scope inner(reader_, "dead_letter.to");
    reader_.error(
        "wrong-place", dead->to.at,
        parameters.groups
            ? fmt::format("'{}' has no message groups, as this queue has", dead->to.name)
            : fmt::format("'{}' has message groups, and this queue has none", dead->to.name),
        "a dead-letter queue is of the same type as its queue: say groups of both");
  }

  Reader& reader_;
  const Scenario& scenario_;
  const FlowGraph graph_;
};

}  // namespace

void check_groups(Reader& reader, const Scenario& scenario) { Groups(reader, scenario).check(); }

}  // namespace spillway
