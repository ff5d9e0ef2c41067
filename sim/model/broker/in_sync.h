#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel/time.h"

namespace spillway {

/// Which replicas of a log's partition have all that it has: those its leader counts on.
///
/// A replica whose node goes is counted on until it is missed. The last one is not put out: what
/// it has is all there is.
/// Source: Apache Kafka documentation, Design, replication.
class InSync {
 public:
  explicit InSync(std::uint32_t replicas)
      : is_in_(replicas, true), gone_at_(replicas, 0), count_(replicas) {}

  bool has(std::uint32_t replica) const { return is_in_[replica]; }
  std::uint32_t count() const { return count_; }

  void put_out(std::uint32_t replica) { set(replica, false); }
  void take_in(std::uint32_t replica) { set(replica, true); }

  /// Since when a replica has missed what came.
  Time gone_at(std::uint32_t replica) const { return gone_at_[replica]; }
  void goes(std::uint32_t replica, Time now) {
    // Who is back, and not in sync yet, has missed what came before.
    if (is_in_[replica]) gone_at_[replica] = now;
  }

 private:
  void set(std::uint32_t replica, bool in) {
    if (is_in_[replica] == in) return;
    is_in_[replica] = in;
    count_ += in ? 1U : ~0U;
  }

  std::vector<bool> is_in_;
  std::vector<Time> gone_at_;
  std::uint32_t count_;
};

}  // namespace spillway
