#include "sim/flow/detection.h"

#include <limits>

#include "sim/flow/named_window.h"

namespace spillway {

bool Detection::applies(const Window& window) { return is_named_window(window); }

Sample Detection::sample(const Window& window) const {
  Sample sample;
  sample.kind = kKind;
  sample.total = std::numeric_limits<double>::infinity();
  double sum = 0;
  for (std::size_t i = 0; i < window.spans.size(); ++i) {
    const auto [begin, end] = window.spans[i];
    if (begin >= end) continue;
    const Time next = i + 1 < window.spans.size() ? window.spans[i + 1].first : kNever;
    for (const auto& [from, until] : unhealthy.spans()) {
      if (until <= begin || from >= next) continue;
      sum += to_seconds(std::max<Time>(0, from - begin));
      ++sample.n;
      break;
    }
  }
  if (sample.n != 0) sample.total = sum / static_cast<double>(sample.n);
  return sample;
}

}  // namespace spillway
