#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "sim/flow/context.h"
#include "sim/flow/shared_processors.h"

namespace spillway {

/// Requests that a leaky bucket holds up, in the order in which they will pass.
///
/// A request that is taken out leaves a tombstone, and its turn passes unused, as in nginx.
/// Cost: O(1) each.
class LeakyBucket {
 public:
  /// What a service's Tick says when the first may pass: no number of an instance.
  static constexpr std::uint32_t kDrips = SharedProcessors::kDoneOnCores - 1;

  void restart() { line_.clear(); }

  /// A request passes then. Range: not before any that is there.
  void push(Handle request, Time passes_at, Address owner, Context& context) {
    line_.push_back({request, passes_at});
    if (line_.size() == 1) expect(owner, context);
  }
  /// Takes out the first, whose time has come; a tombstone goes back, and is 0.
  Handle pop(Address owner, Context& context) {
    const Handle first = line_.front().request;
    line_.pop_front();
    if (!line_.empty()) expect(owner, context);
    if ((context.messages[first].flags & flag::kTombstone) == 0) return first;
    context.unearth(first);
    return 0;
  }
  /// So many wait, without tombstones. Cost: O(n).
  std::size_t waiting(const Context& context) const {
    return static_cast<std::size_t>(std::ranges::count_if(line_, [&](const Held& held) {
      return (context.messages[held.request].flags & flag::kTombstone) == 0;
    }));
  }

  /// Whether a frame that is inside a service stands here: it waits, and has had no slot to give
  /// away.
  static bool holds(const Message& request) {
    constexpr std::uint16_t kOf = flag::kInLine | flag::kReleased | flag::kAway;
    return (request.flags & kOf) == kHolds;
  }
  static constexpr std::uint16_t kHolds = flag::kInLine | flag::kReleased;

 private:
  struct Held {
    Handle request;
    Time passes_at;
  };

  void expect(Address owner, Context& context) const {
    context.events.push(line_.front().passes_at, Phase::kArrival, {say<Tick>(owner), kDrips});
  }

  std::deque<Held> line_;
};

}  // namespace spillway
