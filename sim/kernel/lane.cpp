#include "sim/kernel/lane.h"

#include <algorithm>
#include <stdexcept>

namespace spillway {

[[gnu::noinline]] void LaneStore::grow() {
  // Timers name 26 bits of places.
  constexpr std::size_t kMost = std::size_t{kTimerIndexMask} + 1;
  if (entries_.size() == kMost) throw std::length_error("more than 67 million events in lanes");
  entries_.resize(std::min(kMost, std::max<std::size_t>(64, entries_.size() * 2)));
}

}  // namespace spillway
