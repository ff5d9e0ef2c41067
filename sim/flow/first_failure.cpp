#include "sim/flow/first_failure.h"

#include <algorithm>

#include "sim/flow/named_window.h"

namespace spillway {

bool FirstFailure::applies(const Window& window) { return is_named_window(window); }

void FirstFailure::begin(const Timeline& timeline, const Demand&) {
  warmup_ = timeline.warmup();
  duration_ = timeline.duration();
  second_ = 0;
  in_second_ = 0;
  most_ = 0;
  least_ = kNothingOpen;
  watches_.clear();
  for (const Window& window : timeline.windows()) {
    if (!applies(window)) continue;
    Watch watch{window.name, {}};
    for (const auto& [from, until] : window.spans) {
      if (from < until) watch.incidents.push_back({from});
    }
    if (!watch.incidents.empty()) watches_.push_back(std::move(watch));
  }
}

void FirstFailure::mark(Time now, std::uint32_t) {
  if (watches_.empty()) return;
  in_second_ = 0;
  if (now == warmup_) most_ = 0;
  for (Watch& watch : watches_) {
    if (watch.next == watch.incidents.size() || watch.incidents[watch.next].from != now) continue;
    if (watch.next == 0) watch.most_before = most_;
    ++watch.next;
    watch.open = true;
  }
  find_least();
}

void FirstFailure::find_least() {
  least_ = kNothingOpen;
  for (const Watch& watch : watches_) {
    if (watch.open) least_ = std::min(least_, watch.most_before + 1);
  }
}

void FirstFailure::look(Time now) {
  if (now >= duration_) return;
  const Time second = now / kSecond;
  in_second_ = second == second_ ? in_second_ + 1 : 1;
  second_ = second;
  most_ = std::max(most_, in_second_);
  if (in_second_ < least_) return;
  for (Watch& watch : watches_) {
    if (!watch.open || in_second_ <= watch.most_before) continue;
    watch.incidents[watch.next - 1].failed = now;
    watch.open = false;
  }
  find_least();
}

Sample FirstFailure::sample(const Window& window) const {
  Sample sample;
  sample.kind = kKind;
  sample.total = std::numeric_limits<double>::infinity();
  double sum = 0;
  for (const Watch& watch : watches_) {
    if (watch.window != window.name) continue;
    for (const Watch::Incident& incident : watch.incidents) {
      if (incident.failed == kNever) continue;
      sum += to_seconds(incident.failed - incident.from);
      ++sample.n;
    }
  }
  if (sample.n != 0) sample.total = sum / static_cast<double>(sample.n);
  return sample;
}

}  // namespace spillway
