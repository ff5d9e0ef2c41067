#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/language/printable.h"
#include "sim/language/quantity_text.h"
#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/names.h"

namespace spillway {
namespace {

/// Says at which key a consumer that reads no log speaks as a member of a group.
void refuse_membership(Reader& reader, const Component<ConsumerParameters>& consumer) {
  const ConsumerParameters& says = consumer.parameters;
  const std::pair<std::string_view, bool> keys[] = {
      {"group", !says.group.empty()},
      {"commit", says.commit.has_value()},
      {"commit_every", says.commit_every.has_value()},
      {"retry", says.retry.has_value()},
      {"assignor", says.assignor.has_value()},
      {"session_timeout", says.session_timeout.has_value()},
      {"max_poll_interval", says.max_poll_interval.has_value()},
      {"reset", says.reset.has_value()},
  };
  for (const auto& [key, is_said] : keys) {
    if (!is_said) continue;
    const Reader::Scope scope(reader, key);
    reader.error("wrong-place", consumer.at,
                 fmt::format("only a consumer that reads a log has a {}", key),
                 "leave it out, or say from: and the name of a log");
  }
}

/// The consumers that read a log as one group.
struct GroupOf {
  const Component<ConsumerParameters>* first = nullptr;
  Count members = 0;
  Count partitions = 0;
};

void check_reader(Reader& reader, const Component<ConsumerParameters>& consumer) {
  const ConsumerParameters& says = consumer.parameters;
  if (says.ack == Ack::before) {
    const Reader::Scope scope(reader, "ack");
    reader.error("wrong-place", consumer.at, "a log's records are not acknowledged one by one",
                 "say commit: before");
  }
  if (const std::string problem = says.group.empty() ? "" : name_problem(says.group);
      !problem.empty()) {
    const Reader::Scope scope(reader, "group");
    reader.error("bad-name", consumer.at,
                 fmt::format("the group's name '{}' {}", shown(says.group), problem));
  }
  const std::pair<std::string_view, bool> of_after[] = {
      {"commit_every", says.commit_every.has_value()},
      {"retry", says.retry.has_value()},
      {"max_poll_interval", says.max_poll_interval.has_value()},
  };
  for (const auto& [key, is_said] : of_after) {
    if (says.commit != Commit::before || !is_said) continue;
    const Reader::Scope scope(reader, key);
    reader.error("wrong-place", consumer.at,
                 "what is committed before it is handled is committed with its poll, and handled "
                 "once, by who has polled it",
                 "leave it out, or commit: after");
  }
}

/// Warns where a full poll is not handled in time: its records would be read again and again.
void check_poll(Reader& reader, const Component<ConsumerParameters>& consumer) {
  const ConsumerParameters& says = consumer.parameters;
  if (!says.max_poll_interval) return;
  double takes = 0;  // ns
  for_each_step(says.does, "", [&](const StepDeclaration& step, double p, const auto&) {
    const auto add = [&](const Distribution& time) {
      if (time.column.empty()) takes += p * time.mean();
    };
    if (const auto* work = std::get_if<WorkParameters>(&step.parameters)) add(work->time);
    if (const auto* wait = std::get_if<WaitParameters>(&step.parameters)) add(wait->time);
  });
  const Count of_poll = says.prefetch.value_or(says.batch ? says.batch->size : 1);
  takes *= static_cast<double>(of_poll);
  if (!(takes > static_cast<double>(says.max_poll_interval->ns))) return;
  const Reader::Scope scope(reader, "max_poll_interval");
  reader.warning("poll-too-long", consumer.at,
                 fmt::format("a full poll of {} records takes {} on average: with that much ready "
                             "its reader is put out of the group, and the same is read again",
                             of_poll, print_quantity(takes / 1e9, "s", 3)),
                 "poll less at once, by prefetch, or allow more");
}

/// What a log says of sizes means nothing where no message has one.
void check_sizes(Reader& reader, const Scenario& scenario) {
  const bool sized = std::ranges::any_of(scenario.producers, [](const auto& producer) {
    return producer.parameters.message && producer.parameters.message->size;
  });
  for (const auto& log : scenario.logs) {
    // A preset's limit is there whether messages have sizes or not.
    if (sized || !log.preset.empty()) continue;
    const auto warn = [&](bool said, std::string_view key) {
      if (!said) return;
      const Reader::Scope scope(reader, fmt::format("logs.{}.{}", log.name, key));
      reader.warning("unused", log.at, "no producer says how large its messages are",
                     "say so: message: {size: 2KiB}");
    };
    const auto& throughput = log.parameters.throughput;
    warn(log.parameters.retention_bytes.has_value(), "retention_bytes");
    warn(throughput && throughput->bytes, "throughput.bytes");
  }
}

/// Members of a group must agree on what they do together.
void check_agreement(Reader& reader, const Component<ConsumerParameters>& consumer,
                     const Component<ConsumerParameters>& first) {
  const std::pair<std::string_view, bool> keys[] = {
      {"commit", consumer.parameters.commit.value_or(Commit::after) ==
                     first.parameters.commit.value_or(Commit::after)},
      {"assignor", consumer.parameters.assignor.value_or(Assignor::eager) ==
                       first.parameters.assignor.value_or(Assignor::eager)},
      {"reset", consumer.parameters.reset.value_or(Reset::earliest) ==
                    first.parameters.reset.value_or(Reset::earliest)},
  };
  for (const auto& [key, is_same] : keys) {
    if (is_same) continue;
    const Reader::Scope scope(reader, key);
    reader.error("conflicting-group", consumer.at,
                 fmt::format("'{}' is in the same group and says another {}", first.name, key),
                 "say the same for all consumers of a group, or give each a group of its own");
  }
}

}  // namespace

void check_logs(Reader& reader, const Scenario& scenario, const Nameable& names) {
  std::map<std::string_view, const LogParameters*> logs;
  for (const auto& log : scenario.logs) logs.emplace(log.name, &log.parameters);
  std::map<std::string, GroupOf> groups;
  for (const auto& consumer : scenario.consumers) {
    const Reader::Scope scope(reader, fmt::format("consumers.{}", consumer.name));
    const std::string& from = consumer.parameters.from.name;
    const auto log = logs.find(from);
    if (log == logs.end()) {
      const auto known = names.components.find(from);
      const bool is_known = from.empty() || known != names.components.end();
      if (is_known && consumer.parameters.says_something()) refuse_membership(reader, consumer);
      continue;
    }
    check_reader(reader, consumer);
    check_poll(reader, consumer);
    GroupOf& group = groups[group_name(from, consumer)];
    if (group.first == nullptr) group.first = &consumer;
    group.members += consumer.parameters.instances * consumer.parameters.concurrency;
    group.partitions = log->second->partitions;
    check_agreement(reader, consumer, *group.first);
  }
  check_sizes(reader, scenario);
  if (!names.complete) return;
  for (const auto& [name, group] : groups) {
    if (group.members <= group.partitions) continue;
    const Reader::Scope scope(reader, fmt::format("consumers.{}", group.first->name));
    reader.warning("idle", group.first->at,
                   fmt::format("of the {} members of {} (instances x concurrency) only {} have a "
                               "partition to read",
                               group.members, name, group.partitions));
  }
}

}  // namespace spillway
