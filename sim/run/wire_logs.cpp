#include <algorithm>

#include "sim/run/by_name.h"
#include "sim/run/wiring.h"
#include "sim/scenario/names.h"

namespace spillway {

/// A consumer of a log is so many clients of it, each with one record at a time: that and how each
/// ended is between the client and its own handler, with no network between them.
void Wiring::become_reader(Consumer::Wiring& wiring) {
  wiring.instances *= static_cast<std::uint32_t>(wiring.concurrency);
  wiring.concurrency = 1;
  wiring.pushed = true;
}

void Wiring::wire_log(const Component<LogParameters>& declared) {
  Log::Wiring wiring;
  wiring.address = address_of(declared.name);
  wiring.partitions = static_cast<std::uint32_t>(declared.parameters.partitions);
  std::uint32_t members = 0;
  for (const auto* consumer : by_name(scenario_.consumers)) {
    const ConsumerParameters& says = consumer->parameters;
    if (says.from.name != declared.name) continue;
    const std::string name = group_name(declared.name, *consumer);
    auto group = std::ranges::find(wiring.groups, name, &Log::GroupWiring::name);
    if (group == wiring.groups.end()) {
      group = wiring.groups.insert(group, Log::GroupWiring{name, {}, false, false, false});
      group->commits_before = says.commit == Commit::before;
      group->is_cooperative = says.assignor == Assignor::cooperative;
      group->resets_to_latest = says.reset == Reset::latest;
    }
    Log::Reader& reader = group->readers.emplace_back();
    reader.consumer = address_of(consumer->name);
    reader.edge = edges_.at(edge_name(declared.name, consumer->name));
    reader.first_member = members;
    reader.members = static_cast<std::uint32_t>(says.instances * says.concurrency);
    members += reader.members;
    const Count batch = says.batch ? says.batch->size : 0;
    reader.prefetch = static_cast<std::uint64_t>(says.prefetch.value_or(std::max<Count>(batch, 1)));
    reader.batch = static_cast<std::uint64_t>(batch);
    if (says.batch) {
      reader.window = says.batch->window.ns;
      reader.returns_failures = says.batch->partial_failures;
    }
    if (says.commit_every) reader.commit_every = says.commit_every->ns;
    const RecordRetryParameters retry = says.retry.value_or(RecordRetryParameters{});
    reader.attempts = static_cast<std::uint32_t>(
        group->commits_before ? 1 : retry.attempts.count.value_or(Log::kUnlimitedAttempts));
    reader.pause = retry.pause.ns;
    if (says.heartbeat) reader.heartbeat = says.heartbeat->ns;
    if (says.session_timeout) reader.session = says.session_timeout->ns;
    if (says.max_poll_interval) reader.patience = says.max_poll_interval->ns;
  }
  // No record gets as old as a retention that is longer than the run.
  if (const auto& retention = declared.parameters.retention;
      retention && retention->ns < world_.drain_until_) {
    wiring.retention = retention->ns;
  }
  if (const auto& most = declared.parameters.retention_bytes) wiring.retention_bytes = most->bytes;
  wiring.deletes = wiring.retention != kNever || wiring.retention_bytes != Log::kNoLimit ||
                   declared.parameters.unclean_election;
  if (const auto& says = declared.parameters.throughput) wiring.throughput.emplace(*says);
  if (declared.parameters.confirm) {
    wiring.confirm = add_site(declared.name + "/confirm", *declared.parameters.confirm);
  }
  std::get<std::vector<Log>>(world_.pools_).emplace_back(std::move(wiring));
}

}  // namespace spillway
