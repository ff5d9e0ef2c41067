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
    for (const auto& [from, until] : window.spans) {
      auto begin = std::lower_bound(begins_.begin() + 1, begins_.end(), from);
      for (; begin != begins_.end() && *begin < until; ++begin) {
        window.segments.push_back(static_cast<std::uint32_t>(begin - begins_.begin()));
      }
    }
  }
}

}  // namespace spillway
