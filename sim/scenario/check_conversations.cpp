#include <fmt/format.h>

#include <map>
#include <set>
#include <variant>

#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"

namespace spillway {
namespace {

/// Who handles what is sent to a queue or topic: consumers, those of a topic's queues too.
class Handlers {
 public:
  explicit Handlers(const Scenario& scenario) {
    for (const auto& consumer : scenario.consumers) {
      of_[consumer.parameters.from.name].push_back({consumer.name});
    }
    for (const auto& topic : scenario.topics) {
      auto& subscribers = of_[topic.name];
      for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
        const auto queue = of_.find(subscription.to.name);
        subscribers.push_back(queue == of_.end() ? Names{subscription.to.name} : Names{});
        if (queue == of_.end()) continue;
        for (const Names& names : queue->second) {
          subscribers.back().insert(names.begin(), names.end());
        }
      }
    }
    for (const HandlerOf& handler : handlers_of(scenario)) {
      if (handler.noun != Noun::consumer) continue;
      for_each_step(*handler.program, "", [&](const StepDeclaration& step, double, const auto&) {
        if (std::holds_alternative<ReplyParameters>(step.parameters))
          replying_.insert(handler.name);
      });
    }
  }

  using Names = std::set<std::string_view>;

  /// How many copies of a message somebody may reply to.
  Count replies_of(std::string_view channel) const {
    const auto found = of_.find(channel);
    if (found == of_.end()) return 0;
    Count count = 0;
    for (const Names& names : found->second) {
      for (const std::string_view name : names) {
        if (!replying_.contains(name)) continue;
        ++count;
        break;
      }
    }
    return count;
  }

  void add_all(std::string_view channel, Names& names) const {
    const auto found = of_.find(channel);
    if (found == of_.end()) return;
    for (const Names& each : found->second) names.insert(each.begin(), each.end());
  }

 private:
  std::map<std::string_view, std::vector<Names>> of_;  ///< by channel, for each of its copies
  Names replying_;
};

}  // namespace

void check_conversations(Reader& reader, const Scenario& scenario) {
  const Handlers handlers(scenario);
  Handlers::Names asked;
  const auto nobody = [&](const Reference& to, const std::string& path, std::string_view whose) {
    const Reader::Scope scope(reader, path);
    reader.error("no-reply", to.at,
                 fmt::format("no {} of '{}' replies: it would wait for ever", whose, to.name),
                 "say reply in its handler, or send without waiting");
  };
  const auto handlers_in_order = handlers_of(scenario);
  for (const HandlerOf& handler : handlers_in_order) {
    for_each_step(
        *handler.program, handler.path,
        [&](const StepDeclaration& step, double, const std::string& path) {
          if (const auto* request = std::get_if<RequestParameters>(&step.parameters)) {
            handlers.add_all(request->channel.name, asked);
            if (handlers.replies_of(request->channel.name) == 0) {
              nobody(request->channel, path + ".request", "consumer");
            }
          } else if (const auto* gather = std::get_if<GatherParameters>(&step.parameters)) {
            handlers.add_all(gather->channel.name, asked);
            const Count most = handlers.replies_of(gather->channel.name);
            if (most == 0) {
              nobody(gather->channel, path + ".gather", "subscriber");
            } else if (gather->first && *gather->first > most) {
              const Reader::Scope scope(reader, path + ".first");
              reader.error("out-of-range", step.at,
                           fmt::format("expected at most {}, as many as there are subscriptions "
                                       "that are replied to; found {}",
                                       most, *gather->first));
            }
          }
        });
  }
  for (const HandlerOf& handler : handlers_in_order) {
    if (handler.noun != Noun::consumer || asked.contains(handler.name)) continue;
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string& path) {
                    if (!std::holds_alternative<ReplyParameters>(step.parameters)) return;
                    const Reader::Scope scope(reader, path);
                    reader.error("wrong-place", step.at,
                                 "nobody asks for this reply: no request or gather comes here",
                                 "a producer or service asks with request: QUEUE");
                  });
  }
}

}  // namespace spillway
