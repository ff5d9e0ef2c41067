#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"

namespace spillway {
namespace {

/// The queues that requests name as their reply queues.
class ReplyQueues {
 public:
  ReplyQueues(Reader& reader, const Scenario& scenario) : reader_(reader), scenario_(scenario) {
    for (const HandlerOf& handler : handlers_of(scenario)) {
      for_each_step(*handler.program, "", [&](const StepDeclaration& step, double, const auto&) {
        const auto* request = std::get_if<RequestParameters>(&step.parameters);
        if (request == nullptr || request->reply_to.name.empty()) return;
        lines_.emplace(request->reply_to.name, request->reply_to.at.line);
      });
    }
  }

  void check() {
    if (lines_.empty()) return;
    for (const auto& consumer : scenario_.consumers) {
      refuse(consumer.parameters.from, fmt::format("consumers.{}.from", consumer.name),
             "its replies go to who has asked, and to nobody else",
             "let the consumer take from another queue");
    }
    check_steps();
    for (const auto& topic : scenario_.topics) {
      for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
        const std::string path = fmt::format("topics.{}.subscriptions.{}", topic.name, name);
        nothing_else(subscription.to, path + ".to");
        if (subscription.dead_letter)
          nothing_else(*subscription.dead_letter, path + ".dead_letter");
      }
    }
    for (const auto& store : scenario_.stores) {
      const auto& outbox = store.parameters.outbox;
      if (outbox) nothing_else(outbox->to, fmt::format("stores.{}.outbox.to", store.name));
    }
    for (const auto& queue : scenario_.queues) {
      const auto& dead = queue.parameters.dead_letter;
      if (dead) nothing_else(dead->to, fmt::format("queues.{}.dead_letter.to", queue.name));
      if (lines_.contains(queue.name)) check_queue(queue);
    }
  }

 private:
  void refuse(const Reference& to, const std::string& path, std::string_view why,
              std::string_view hint) {
    const auto line = lines_.find(to.name);
    if (line == lines_.end()) return;
    const Reader::Scope scope(reader_, path);
    reader_.error("wrong-place", to.at,
                  fmt::format("'{}' is the reply queue of line {}: {}", to.name, line->second, why),
                  std::string(hint));
  }

  /// What is no reply has nobody who has asked for it.
  void nothing_else(const Reference& to, const std::string& path) {
    refuse(to, path, "nothing but replies goes there, as nobody else takes it",
           "name another queue, that a consumer takes from");
  }

  void check_steps() {
    for (const HandlerOf& handler : handlers_of(scenario_)) {
      for_each_step(
          *handler.program, handler.path,
          [&](const StepDeclaration& step, double, const std::string& path) {
            if (const auto* send = sending(step)) {
              nothing_else(send->channel, path);
            } else if (const auto* submit = std::get_if<SubmitParameters>(&step.parameters)) {
              nothing_else(submit->to, path);
            }
          });
    }
  }

  void check_queue(const Component<QueueParameters>& queue) {
    const auto refuse_key = [&](bool said, std::string_view key, std::string_view why) {
      if (!said) return;
      const Reader::Scope scope(reader_, fmt::format("queues.{}.{}", queue.name, key));
      reader_.error("wrong-place", queue.at,
                    fmt::format("'{}' is the reply queue of line {}: {}", queue.name,
                                lines_.at(queue.name), why),
                    "leave it out here, or leave reply_to out: who asks then has a private queue");
    };
    const QueueParameters& says = queue.parameters;
    refuse_key(says.groups, "groups", "a reply belongs to no message group");
    refuse_key(says.priority.has_value(), "priority", "no reply says how urgent it is");
    refuse_key(says.poll.has_value(), "poll",
               "whoever asked it for messages would be handed the replies of others");
    refuse_key(
        says.delivery.has_value(), "delivery",
        "who asks takes any number of replies, and none waits until another is acknowledged");
  }

  Reader& reader_;
  const Scenario& scenario_;
  std::map<std::string_view, std::size_t> lines_;  ///< of `reply_to`, by queue; the first
};

}  // namespace

void check_reply_queues(Reader& reader, const Scenario& scenario) {
  ReplyQueues(reader, scenario).check();
}

}  // namespace spillway
