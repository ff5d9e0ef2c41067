#pragma once

#include "sim/flow/measure.h"

namespace spillway {

/// What a broker measures.
struct BrokerMetrics {
  Counter failovers;
  Level nodes_down;
  Level leaderless;

  static constexpr auto parts() {
    using M = BrokerMetrics;
    return std::tuple{&M::failovers, &M::nodes_down, &M::leaderless};
  }
  static constexpr auto metrics() {
    using M = BrokerMetrics;
    return std::tuple{
        Metric{&M::failovers, "failovers", "1", "Times that a queue of its has got another leader"},
        Metric{&M::nodes_down, "nodes_down", "1", "Nodes that have crashed and are not back"},
        Metric{&M::leaderless, "leaderless", "1",
               "Queues of its that nobody leads: their node or majority is down, or their failover "
               "lasts"},
    };
  }
};

}  // namespace spillway
