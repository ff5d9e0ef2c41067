#include "sim/kernel/general_set.h"

#include <algorithm>

namespace spillway {

/// Deals the heap out over the buckets and takes the earliest back.
[[gnu::noinline]] void GeneralSet::split(Time now) {
  assert(!near_.has_hole() && "a push has just filled it");
  if (!far_.empty() && now < far_.base()) {
    // The earliest bucket was taken long before its time and the heap holds what came up since,
    // outside the bucket's span. To deal that out, the buckets have to start over from now; wait
    // until the heap is as large as they are, so that its growth pays for the work.
    if (far_.size() > near_.size()) {
      split_above_ = 2 * near_.size();
      return;
    }
    far_.drain([this](const Event& event) { near_.append(event); });
  }
  const auto sample = static_cast<std::uint64_t>(near_.top().at);
  std::uint64_t differ = 0;
  near_.each([&](const Event& event) { differ |= static_cast<std::uint64_t>(event.at) ^ sample; });
  if (differ != 0) {
    // The heap lies within the span of one bucket, or there is no other: this level and those
    // below it are empty.
    const std::uint32_t level = FarBuckets::level_of(differ);
    near_.each([&](const Event& event) { far_.push_at_level(level, event); });
    near_.clear();
    refill();
  }
  // Equal times cannot be split: look again only when there are twice as many.
  split_above_ = std::max(kNearMost, 2 * near_.size());
}

[[gnu::noinline]] void GeneralSet::refill() {
  near_end_ = far_.take_earliest(kNearFill, [this](const Event& event) {
    if (is_dead(event)) {
      drop(event);
    } else {
      near_.append(event);
    }
  });
  near_.build();
  split_above_ = std::max(kNearMost, 2 * near_.size());
  if (far_.empty()) near_end_ = kNever;
}

[[gnu::noinline]] void GeneralSet::compact() {
  near_.settle();
  const auto sweep = [this](const Event& event) {
    const bool dead = is_dead(event);
    if (dead) drop(event);
    return dead;
  };
  near_.erase_if(sweep);
  near_.build();
  far_.erase_if(sweep);
}

void GeneralSet::restart() {
  near_.clear();
  far_.restart();
  tickets_.restart();
  near_end_ = kNever;
  split_above_ = kNearMost;
  dead_ = 0;
}

}  // namespace spillway
