#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/names.h"

namespace spillway {
namespace {

/// Consumers that handle messages in batches, and who they take them from.
class Batching {
 public:
  Batching(Reader& reader, const Scenario& scenario, bool is_complete)
      : reader_(reader), scenario_(scenario), is_complete_(is_complete) {}

  void check(const Component<ConsumerParameters>& consumer) {
    const ConsumerParameters& says = consumer.parameters;
    if (says.per_batch && !says.batch) {
      wrong("per_batch", consumer.at, "without batches nothing is done once for each",
            "say how large they are: batch: {size: 10}; or put its steps into does");
    }
    if (!says.batch) return;
    if (says.per_batch) check_steps(*says.per_batch);
    if (!is_complete_) return;
    if (says.from.name.empty()) {
      return wrong("batch", consumer.at, "a topic pushes messages one by one",
                   "put a queue between topic and consumer: from: and its name");
    }
    const auto queue =
        std::ranges::find(scenario_.queues, says.from.name, &Component<QueueParameters>::name);
    if (queue == scenario_.queues.end()) return check_log(consumer);
    if (says.ack == Ack::before) {
      wrong("ack", consumer.at, "a batch is acknowledged when it has been handled, all at once",
            "leave out ack, or batch");
    }
    if (queue->parameters.groups) check_groups(consumer, queue->name);
    check_sizes(consumer);
    check_window(consumer, *queue);
  }

  /// Records of a log are committed as they were handled: together.
  void check_log(const Component<ConsumerParameters>& consumer) {
    if (consumer.parameters.commit == Commit::before) {
      wrong("commit", consumer.at,
            "a batch is committed when it has been handled, and handled again where it fails",
            "leave out commit, or batch");
    }
    check_sizes(consumer);
  }

  void check() {
    for (const auto& consumer : scenario_.consumers) {
      const Reader::Scope scope(reader_, fmt::format("consumers.{}", consumer.name));
      check(consumer);
    }
  }

 private:
  void wrong(std::string_view key, const Location& at, std::string_view why,
             std::string_view hint) {
    const Reader::Scope scope(reader_, key);
    reader_.error("wrong-place", at, std::string(why), std::string(hint));
  }

  /// A batch of a queue with groups has several messages of one group, in order.
  void check_groups(const Component<ConsumerParameters>& consumer, const std::string& queue) {
    const BatchParameters& batch = *consumer.parameters.batch;
    if (batch.window.ns > 0) {
      wrong("batch.window", consumer.at,
            fmt::format("a receive from '{}', which has groups, takes what is there", queue),
            "leave window out");
    }
    if (batch.partial_failures) {
      wrong("batch.partial_failures", consumer.at,
            fmt::format("'{}' has groups: what stands behind a message that failed may not be "
                        "handled before it",
                        queue),
            "leave partial_failures out: all of the batch goes back, and keeps its order");
    }
  }

  /// What is done for all messages of a batch is done for none of them alone.
  void check_steps(const Program& program) {
    for_each_step(
        program, "per_batch", [&](const StepDeclaration& step, double, const std::string& path) {
          if (std::holds_alternative<ReplyParameters>(step.parameters)) {
            wrong(path, step.at, "a batch is nobody's request", "reply in does");
          } else if (std::holds_alternative<ApplyParameters>(step.parameters)) {
            wrong(path, step.at, "what is applied is one message's write", "apply in does");
          }
        });
  }

  void check_sizes(const Component<ConsumerParameters>& consumer) {
    const ConsumerParameters& says = consumer.parameters;
    if (!says.prefetch || *says.prefetch % says.batch->size == 0) return;
    const Reader::Scope scope(reader_, "prefetch");
    reader_.error(
        "out-of-range", consumer.at,
        fmt::format("expected whole batches of {}; found {}", says.batch->size, *says.prefetch),
        "an instance takes a batch at a time; leave prefetch out to take no more than "
        "its slots handle");
  }

  void check_window(const Component<ConsumerParameters>& consumer,
                    const Component<QueueParameters>& queue) {
    const ConsumerParameters& says = consumer.parameters;
    const auto& visibility = queue.parameters.visibility;
    if (!visibility || says.batch->window < *visibility) return;
    const Reader::Scope scope(reader_, "batch.window");
    reader_.warning("window-too-long", consumer.at,
                    fmt::format("'{}' hides a message for {}: the first of a batch is delivered "
                                "again while it waits for others",
                                queue.name, print(*visibility)),
                    "let a batch wait for less, or hide messages for longer");
  }

  Reader& reader_;
  const Scenario& scenario_;
  const bool is_complete_;  ///< all names are known
};

/// What two sends by one client must say alike.
bool say_the_same(const SendParameters& one, const SendParameters& other) {
  const auto told = [](const SendParameters& send) {
    return send.confirm_when.value_or(ConfirmWhen::stored);
  };
  return one.linger == other.linger && one.batch == other.batch && one.confirm == other.confirm &&
         told(one) == told(other);
}

/// Those who let records gather before they send them.
void check_lingering(Reader& reader, const Scenario& scenario, bool is_complete) {
  std::map<std::string, const SendParameters*> first_on;
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(
        *handler.program, handler.path,
        [&](const StepDeclaration& step, double, const std::string& path) {
          const auto* send = std::get_if<SendParameters>(&step.parameters);
          if (send == nullptr) return;
          const std::string& to = send->channel.name;
          const Reader::Scope scope(reader, path + ".linger");
          const bool to_log =
              std::ranges::find(scenario.logs, to, &Component<LogParameters>::name) !=
              scenario.logs.end();
          if (send->linger && is_complete && !to_log) {
            return reader.error(
                "wrong-place", step.at,
                fmt::format("'{}' is a queue, to which each message travels alone", to),
                "leave linger out, or send to a log");
          }
          const std::string edge = edge_name(handler.name, to);
          const auto [other, is_first] = first_on.emplace(edge, send);
          if (is_first || (!send->linger && !other->second->linger)) return;
          const bool retries =
              send->timeout || send->retry || other->second->timeout || other->second->retry;
          if (say_the_same(*send, *other->second) && !retries) return;
          reader.error(
              "conflicting-edge", step.at,
              fmt::format("another send on {} goes by the same client, whose batches are sent in "
                          "one way",
                          edge),
              "let all sends of an edge say the same linger, batch and confirm, and none of them "
              "timeout or retry; or send in one step");
        });
  }
}

}  // namespace

void check_batches(Reader& reader, const Scenario& scenario, const Nameable& names) {
  Batching(reader, scenario, names.complete).check();
  check_lingering(reader, scenario, names.complete);
}

}  // namespace spillway
