#pragma once

#include <tuple>

#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/quantity.h"
#include "sim/language/zone_name.h"

namespace spillway {

/// The nodes that queues and logs are on, and that they fail with.
struct BrokerParameters {
  Count nodes = 1;
  Distribution failover;

  /// The most nodes of a broker, and so the most replicas of what is on it.
  std::optional<ZoneName> zone;

  static constexpr double kMostNodes = 100;

  static constexpr auto fields() {
    using B = BrokerParameters;
    return std::tuple{
        Field{&B::nodes, "nodes", "Nodes that it runs on", Bounds{1, kMostNodes}},
        Field{&B::failover, "failover",
              "Time until a node that has gone is missed, and a queue or partition that it led has "
              "another leader, where a majority of the queue's replicas is there, or one of the "
              "partition's that is in sync"},
        Field{&B::zone, "zone", "The zone that it is in: see `zones`, and faults of a zone"},
    };
  }
};

}  // namespace spillway
