#pragma once

#include "sim/flow/measure.h"
#include "sim/language/pack.h"

namespace spillway {

/// What a broker measures.
struct BrokerMetrics {
  Counter failovers;
  Level nodes_down;
  Level leaderless;
  Level too_few_in_sync;
  Level fullest;
  Level alarmed;

  Utilization blocked() const { return {alarmed, 1}; }

  static constexpr auto parts() {
    using M = BrokerMetrics;
    return Pack{&M::failovers,       &M::nodes_down, &M::leaderless,
                &M::too_few_in_sync, &M::fullest,    &M::alarmed};
  }
  static constexpr auto metrics() {
    using M = BrokerMetrics;
    return Pack{
        Metric{&M::failovers, "failovers", "1",
               "Times that a queue or partition of its has got another leader"},
        Metric{&M::nodes_down, "nodes_down", "1", "Nodes that have crashed and are not back"},
        Metric{&M::leaderless, "leaderless", "1",
               "Queues and partitions of its that nobody leads: their node, their majority or all "
               "their replicas in sync are down, or their failover lasts"},
        Metric{&M::too_few_in_sync, "too_few_in_sync", "1",
               "Partitions of its of which fewer replicas are in sync than `min_in_sync`"},
        Metric{&M::fullest, "bytes", "B",
               "Bytes of ready messages on its fullest node, where it has an alarm"},
        Metric{&M::blocked, "blocked", "share",
               "Share of the time in which an alarm lets all who send wait"},
    };
  }
};

}  // namespace spillway
