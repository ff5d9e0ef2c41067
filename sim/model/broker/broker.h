#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/impairments.h"
#include "sim/model/broker/declaration.h"
#include "sim/model/broker/metrics.h"
#include "sim/model/broker/nodes.h"

namespace spillway {

/// The nodes that queues are on. It handles no message: it tells its queues when they fail.
///
///   fault ──► broker ──outage, hang, slow, errors──► each of its queues
///               │
///               └─ crash: nodes go ──► a queue without a majority crashes with them
///                                 └──► one whose leader has gone has a failover
///
/// What a queue then loses is its own: see sim/model/queue/broker_failures.cpp.
class Broker {
 public:
  using Parameters = BrokerParameters;
  using Metrics = BrokerMetrics;

  /// A queue, as its nodes see it.
  struct Shard {
    Address channel = 0;
    std::uint32_t lane = 0;  ///< of its name, for what is drawn
    std::uint32_t replicas = 1;
    std::uint32_t crash = 0;     ///< the impairments that it is told
    std::uint32_t failover = 0;  ///< of it
  };

  struct Wiring {
    Address address = 0;
    std::uint32_t nodes = 1;
    std::uint32_t failover = 0;     ///< site
    std::vector<Address> channels;  ///< in the order of a fault's impairments, after its own
    std::vector<Shard> shards;
  };

  explicit Broker(Wiring wiring) : wiring_(std::move(wiring)) {}

  void claim(Context&) {}
  void begin(Context& context, const Demand& demand);

  Next on(Impair, std::uint32_t change, Context& context);
  Next on(Tick, std::uint32_t shard, Context& context);  ///< its failover is over

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
  void begin_failover(std::uint32_t shard, Context& context);
  void tell(const Shard& shard, std::uint32_t impairment, bool begins, Context& context) const;

  struct Course {
    State state = State::led;
    Time elects_at = 0;
    std::uint32_t failovers = 0;
  };

  Wiring wiring_;
  Nodes nodes_;
  std::vector<Course> courses_;                                                ///< by shard
  std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> crashed_;  ///< by impairment
  Metrics metrics_;
};

}  // namespace spillway
