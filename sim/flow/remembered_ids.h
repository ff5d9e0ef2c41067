#pragma once

#include <unordered_set>

#include "sim/flow/identities.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/time.h"

namespace spillway {

/// Ids of messages, each for as long as it is remembered from the first time on.
///
/// Cost: O(1) each; memory for what is remembered.
class RememberedIds {
 public:
  explicit RememberedIds(Time remembers) : remembers_(remembers) {}

  bool knows(MessageId id, Time now) {
    forget(now);
    return known_.contains(id);
  }

  /// Returns whether it is the first time.
  bool add(MessageId id, Time now) {
    forget(now);
    const bool first = known_.insert(id).second;
    if (first && remembers_ != kNever) in_order_.push_back({id, now});
    return first;
  }

  void clear() {
    known_.clear();
    in_order_.clear();
  }

 private:
  struct Known {
    MessageId id = 0;
    Time at = 0;
  };

  void forget(Time now) {
    while (!in_order_.empty() && now - in_order_.front().at >= remembers_) {
      known_.erase(in_order_.front().id);
      in_order_.pop_front();
    }
  }

  Time remembers_;
  std::unordered_set<MessageId> known_;  ///< only looked up: its order is nothing
  Ring<Known> in_order_;
};

}  // namespace spillway
