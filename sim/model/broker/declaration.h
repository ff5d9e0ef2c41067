#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/language/zone_name.h"

namespace spillway {

/// The nodes that queues and logs are on, and that they fail with.
struct BrokerParameters {
  Count nodes = 1;
  Distribution failover;
  std::optional<Size> memory;
  Share memory_alarm{0.6};
  std::optional<Size> disk;
  Size disk_free_limit{50'000'000};
  std::optional<ZoneName> zone;

  /// The most nodes of a broker, and so the most replicas of what is on it.
  static constexpr double kMostNodes = 100;

  static constexpr auto fields() {
    using B = BrokerParameters;
    return Pack{
        Field{&B::nodes, "nodes", "Nodes that it runs on", Bounds{1, kMostNodes}},
        Field{&B::failover, "failover",
              "Time until a node that has gone is missed, and a queue or partition that it led has "
              "another leader, where a majority of the queue's replicas is there, or one of the "
              "partition's that is in sync"},
        Field{&B::memory, "memory",
              "Memory of each node, of which the ready messages of its queues take their part; "
              "default: no limit",
              kPositive},
        Field{&B::memory_alarm, "memory_alarm",
              "When they take more than this share of a node's memory, all who send to a queue of "
              "the broker wait until they don't",
              Bounds{0, 1, true}, Need::optional, Noun::none,
              "RabbitMQ documentation, Memory Threshold and Limit, rabbitmq.com/docs/memory"},
        Field{&B::disk, "disk", "The same of each node's disk; default: no limit", kPositive},
        Field{&B::disk_free_limit, "disk_free_limit",
              "When less than this is free on a node's disk, all who send wait in the same way",
              kAtLeastZero, Need::optional, Noun::none,
              "RabbitMQ documentation, Free Disk Space Alarms, rabbitmq.com/docs/disk-alarms"},
        Field{&B::zone, "zone", "The zone that it is in: see `zones`, and faults of a zone"},
    };
  }
};

/// Whether something may make those wait who send to a broker's queues.
inline bool has_alarm(const BrokerParameters& broker) { return broker.memory || broker.disk; }

/// The bytes of ready messages that may be on a node without an alarm. Range: has_alarm(broker).
inline std::int64_t most_without_alarm(const BrokerParameters& broker) {
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  if (broker.memory) {
    const double of_memory = static_cast<double>(broker.memory->bytes) * broker.memory_alarm.value;
    // A share such as 60 % is a little more or less than it says.
    most = static_cast<std::int64_t>(of_memory + 1e-6);
  }
  if (broker.disk) most = std::min(most, broker.disk->bytes - broker.disk_free_limit.bytes);
  return most;
}

}  // namespace spillway
