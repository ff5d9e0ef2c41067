#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/flow/message.h"
#include "sim/kernel/event_set.h"
#include "sim/kernel/ring.h"

namespace spillway {

/// What a consumer says of its batches.
struct BatchRules {
  std::uint64_t size = 1;
  Time window = 0;                ///< that the first message of a batch waits for others at most
  bool returns_failures = false;  ///< only those that failed go back, not all of the batch
  std::uint32_t program = 0;      ///< what is done once for each batch; 0 = nothing
};

/// The batches of a consumer: what its instances gather, and what its slots have in work.
///
/// Cost: constant for each message on average.
struct Batches {
  struct Member {
    Handle delivery = 0;
    bool absorbed = false;  ///< its effect was there already
  };
  /// Messages that a slot handles together, in the order in which they came.
  struct Batch {
    std::uint32_t instance = 0;
    std::vector<Member> members;
    std::size_t current = 0;  ///< the one in work
    Handle common = 0;        ///< the frame of what is done once; 0 = not begun
    bool in_work = false;
  };
  /// The first receive in an instance's buffer, which waits to be full, or for its window to be
  /// over. A batch is what one receive brought.
  struct Gathering {
    std::uint64_t count = 0;  ///< its messages so far
    bool is_over = false;     ///< the next receive has begun behind it
    Timer ends = 0;
    bool waits = false;   ///< for its window
    bool is_due = false;  ///< the window is over: it goes when a slot is free
  };

  /// Plus an instance: a tick that says that the window of its first receive is over.
  static constexpr std::uint32_t kWindowOver = std::uint32_t{1} << 30;

  explicit Batches(BatchRules said) : rules(said) {}

  void restart(std::uint32_t instances);

  /// Returns the number of an empty batch.
  std::uint32_t take();
  void give(std::uint32_t number);
  /// Whether nothing more comes to a batch, however long it waits.
  bool is_complete(const Gathering& gathering) const {
    return gathering.is_over || gathering.count >= rules.size;
  }

  BatchRules rules;
  LaneId window_lane = 0;
  std::vector<Gathering> gatherings;  ///< by instance
  std::vector<Batch> all;
  std::unordered_map<Handle, std::uint32_t> of_frame;  ///< of those in work; only looked up

 private:
  Ring<std::uint32_t> free_;
};

}  // namespace spillway
