#pragma once

#include <unordered_set>

#include "sim/flow/identities.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/time.h"

namespace spillway {

/// The ids of messages that a consumer has handled well, for as long as it remembers them: written
/// in one transaction with what the handler does, so that no fault tears the two apart.
///
/// Cost: O(1) each; memory for what is remembered.
class HandledMessages {
 public:
  explicit HandledMessages(Time remembers) : remembers_(remembers) {}

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
  struct Handled {
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
  Ring<Handled> in_order_;
};

}  // namespace spillway
