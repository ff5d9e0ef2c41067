#include <fmt/format.h>

#include <map>
#include <set>

#include "sim/language/printable.h"
#include "sim/scenario/check.h"
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
  };
  for (const auto& [key, is_said] : keys) {
    if (!is_said) continue;
    const Reader::Scope scope(reader, key);
    reader.error("wrong-place", consumer.at,
                 fmt::format("only a consumer that reads a log has a {}", key),
                 "leave it out, or say from: and the name of a log");
  }
}

void check_reader(Reader& reader, const Component<ConsumerParameters>& consumer,
                  const LogParameters& log, bool complete) {
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
  for (const auto& [key, is_said] : {std::pair{"commit_every", says.commit_every.has_value()},
                                     std::pair{"retry", says.retry.has_value()}}) {
    if (says.commit != Commit::before || !is_said) continue;
    const Reader::Scope scope(reader, key);
    reader.error("wrong-place", consumer.at,
                 "a record that is committed before it is handled is committed with its poll, and "
                 "handled once",
                 "leave it out, or commit: after");
  }
  const Count members = says.instances * says.concurrency;
  if (!complete || members <= log.partitions) return;
  reader.warning("idle", consumer.at,
                 fmt::format("of {} members (instances x concurrency) only {} have a partition to "
                             "read",
                             members, log.partitions));
}

}  // namespace

void check_logs(Reader& reader, const Scenario& scenario, const Nameable& names) {
  std::map<std::string_view, const LogParameters*> logs;
  for (const auto& log : scenario.logs) logs.emplace(log.name, &log.parameters);
  std::map<std::string, std::string_view> consumer_of;  // by group
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
    check_reader(reader, consumer, *log->second, names.complete);
    const auto [first, is_new] = consumer_of.emplace(group_name(from, consumer), consumer.name);
    if (is_new) continue;
    const Reader::Scope inner(reader, "group");
    reader.error("duplicate-name", consumer.at,
                 fmt::format("'{}' is the group {} already", first->second, first->first),
                 "a group has one consumer: give each a group of its own");
  }
}

}  // namespace spillway
