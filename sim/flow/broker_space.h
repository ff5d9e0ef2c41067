#pragma once

#include <cstdint>
#include <vector>

#include "sim/flow/address.h"
#include "sim/flow/measure.h"
#include "sim/kernel/ring.h"

namespace spillway {

class Context;

/// Where a broker's alarms are measured.
struct SpaceMeasures {
  Level* fullest = nullptr;  ///< bytes on the fullest node
  Level* alarmed = nullptr;  ///< 1 while an alarm is on
};

/// The space on a broker's nodes that ready messages of its queues take, and the alarm that goes
/// off when some node has too little left: then whoever sends to any of the queues waits.
///
///   queue ──bytes change──► its nodes ──too full──► alarm: senders wait at each queue
///                                     ──enough is free──► queues with senders, in turn
///
/// Queues whose senders wait take turns: one is told at a time, lets senders in until none waits or
/// the alarm goes off again, and then says that the next may be told.
/// Cost: O(nodes) for each change of a queue's bytes.
class BrokerSpace {
 public:
  /// Of a Tick to a queue: senders may come in again.
  static constexpr std::uint32_t kSpaceAgain = ~std::uint32_t{0};

  /// `most`: bytes that may be on a node without an alarm.
  BrokerSpace(std::uint32_t nodes, std::int64_t most) : most_(most), used_(nodes, 0) {}

  /// Adds a queue that has `replicas` of its messages on as many nodes, from its leader on, counted
  /// round. Returns its number.
  std::uint32_t add_queue(std::uint32_t leader, std::uint32_t replicas);

  void begin(const SpaceMeasures& measures);

  /// The ready messages of a queue have so many bytes now.
  void changed(std::uint32_t queue, std::int64_t bytes, Context& context);

  /// Whether senders have to wait.
  bool alarmed() const { return alarmed_; }
  /// A queue has senders that wait: it stands in line, once.
  void wait(Address queue) { waiting_.push_back(queue); }
  /// Tells the next in line, while there is no alarm.
  void tell_next(Context& context);

 private:
  struct Shares {
    std::uint32_t leader = 0;
    std::uint32_t replicas = 1;
    std::int64_t bytes = 0;
  };

  std::int64_t most_;
  std::vector<std::int64_t> used_;  ///< by node
  std::vector<Shares> queues_;
  Ring<Address> waiting_;
  bool alarmed_ = false;
  SpaceMeasures measures_;
};

}  // namespace spillway
