#include "sim/flow/timeline.h"

#include <algorithm>
#include <cassert>

namespace spillway {

Timeline::Timeline(Time warmup, Time duration, std::vector<Window> windows)
    : warmup_(warmup), duration_(duration), windows_(std::move(windows)) {
  assert(0 <= warmup && warmup < duration);
  windows_.insert(windows_.begin(), Window{"", {{warmup, duration}}, {}});
  std::vector<Time> cuts;
  for (Window& window : windows_) {
    for (auto& [from, until] : window.spans) {
      from = std::clamp(from, warmup, duration);
      until = std::clamp(until, from, duration);
      cuts.push_back(from);
      cuts.push_back(until);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  begins_ = {0};
  for (const Time cut : cuts) {
    if (cut < duration) begins_.push_back(cut);
  }
  assert(begins_[1] == warmup && begins_.size() <= kMostSegments);
  for (Window& window : windows_) {
    for (std::uint32_t segment = 1; segment < segments(); ++segment) {
      for (const auto& [from, until] : window.spans) {
        if (from <= begins_[segment] && begins_[segment] < until)
          window.segments.push_back(segment);
      }
    }
  }
}

}  // namespace spillway
