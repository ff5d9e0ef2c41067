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
  for (const auto* consumer : by_name(scenario_.consumers)) {
    const ConsumerParameters& says = consumer->parameters;
    if (says.from.name != declared.name) continue;
    Log::GroupWiring& group = wiring.groups.emplace_back();
    group.name = group_name(declared.name, *consumer);
    group.consumer = address_of(consumer->name);
    group.edge = edges_.at(edge_name(declared.name, consumer->name));
    group.members = static_cast<std::uint32_t>(says.instances * says.concurrency);
    group.prefetch = static_cast<std::uint64_t>(says.prefetch.value_or(1));
    group.commits_before = says.commit == Commit::before;
    if (says.commit_every) group.commit_every = says.commit_every->ns;
    const RecordRetryParameters retry = says.retry.value_or(RecordRetryParameters{});
    group.attempts = static_cast<std::uint32_t>(
        group.commits_before ? 1 : retry.attempts.count.value_or(Log::kUnlimitedAttempts));
    group.pause = retry.pause.ns;
  }
  if (declared.parameters.confirm) {
    wiring.confirm = add_site(declared.name + "/confirm", *declared.parameters.confirm);
  }
  std::get<std::vector<Log>>(world_.pools_).emplace_back(std::move(wiring));
}

}  // namespace spillway
