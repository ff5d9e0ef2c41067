#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/flow/broker_space.h"
#include "sim/flow/context.h"
#include "sim/flow/impairments.h"
#include "sim/model/broker/declaration.h"
#include "sim/model/broker/metrics.h"
#include "sim/model/broker/nodes.h"

namespace spillway {

/// The nodes that queues and logs are on. It handles no message: it tells these when they fail.
///
///   fault ──► broker ──outage, hang, slow, errors──► each of its queues and logs
///               │
///               └─ crash: nodes go ──► a queue without a majority crashes with them, a partition
///                                 │    with the last of its replicas that is in sync
///                                 ├──► one whose leader has gone has a failover
///                                 └──► a partition's leader waits for a replica, until it is
///                                 missed
///
/// Alarms of memory and disk are between its queues and its space: see sim/flow/broker_space.h.
///
/// What they then lose is their own: see broker_failures.cpp of sim/model/queue and sim/model/log.
class Broker {
 public:
  using Parameters = BrokerParameters;
  using Metrics = BrokerMetrics;

  /// A queue or a partition of a log, as its nodes see it.
  struct Shard {
    Address channel = 0;
    std::uint32_t lane = 0;  ///< of its name, for what is drawn
    std::uint32_t replicas = 1;
    std::uint32_t crash = 0;     ///< the impairments that it is told
    std::uint32_t failover = 0;  ///< of it
    bool is_partition = false;   ///< then what it is told beside these follows them, in this order:
                                 ///< waiting, too_few, overtaken
    bool unclean = false;
    std::uint32_t min_in_sync = 1;

    std::uint32_t waiting() const { return failover + 1; }
    std::uint32_t too_few() const { return failover + 2; }
    std::uint32_t overtaken() const { return failover + 3; }
  };

  struct Wiring {
    Address address = 0;
    std::uint32_t nodes = 1;
    std::uint32_t failover = 0;     ///< site
    std::vector<Address> channels;  ///< in the order of a fault's impairments, after its own
    std::vector<Shard> shards;
    BrokerSpace* space = nullptr;  ///< of its nodes, where there is an alarm
  };

  explicit Broker(Wiring wiring) : wiring_(std::move(wiring)) {}

  void claim(Context&) {}
  void begin(Context& context, const Demand& demand);

  Next on(Impair, std::uint32_t change, Context& context);
  Next on(Tick, std::uint32_t shard, Context& context);  ///< who has gone is missed

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }
  const std::vector<Address>& channels() const { return wiring_.channels; }

 private:
  enum class State : std::uint8_t { led, electing, down };

  void crash(std::uint32_t impairment, Context& context);
  void restart(std::uint32_t impairment, Context& context);
  void look_at_shards(Context& context);
  void look_at(std::uint32_t shard, Context& context);
  void look_at_replicas(std::uint32_t shard, Context& context);
  void miss_later(std::uint32_t shard, Context& context);
  void tell(const Shard& shard, std::uint32_t impairment, bool begins, Context& context) const;

  struct Course {
    State state = State::led;
    bool waits = false;    ///< for a replica
    bool too_few = false;  ///< are in sync
    Time misses_at = 0;    ///< who has gone
    std::uint32_t missed = 0;
  };

  Wiring wiring_;
  Nodes nodes_;
  std::vector<Course> courses_;                                                ///< by shard
  std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> crashed_;  ///< by impairment
  Metrics metrics_;
};

}  // namespace spillway
