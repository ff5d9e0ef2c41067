#include "sim/scenario/group_shares.h"

#include <algorithm>
#include <string>
#include <vector>

namespace spillway {

std::map<std::string_view, double> shares_read(const Scenario& scenario) {
  std::map<std::string_view, Count> partitions;
  for (const auto& log : scenario.logs) partitions.emplace(log.name, log.parameters.partitions);
  struct Group {
    Count partitions = 1;
    Count members = 0;
    std::vector<std::pair<std::string_view, Count>> readers;  ///< with their members
  };
  std::map<std::string, Group> groups;
  for (const auto& consumer : scenario.consumers) {
    const auto log = partitions.find(consumer.parameters.from.name);
    if (log == partitions.end()) continue;
    Group& group = groups[group_name(consumer.parameters.from.name, consumer)];
    const Count members = consumer.parameters.instances * consumer.parameters.concurrency;
    group.partitions = log->second;
    group.members += members;
    group.readers.emplace_back(consumer.name, members);
  }
  std::map<std::string_view, double> shares;
  for (auto& [name, group] : groups) {
    // Members stand in the order of their consumers' names; the first have one partition more where
    // it does not come out even.
    std::ranges::sort(group.readers);
    const Count each = group.partitions / group.members;
    Count with_more = group.partitions % group.members;
    for (const auto& [reader, members] : group.readers) {
      const Count more = std::min(members, with_more);
      with_more -= more;
      shares[reader] =
          static_cast<double>(members * each + more) / static_cast<double>(group.partitions);
    }
  }
  return shares;
}

}  // namespace spillway
