#include "sim/kernel/gauge.h"

#include <algorithm>
#include <cassert>

namespace spillway {

void Gauge::add_watched(Time now, std::int64_t delta) {
  const bool at_end = advance(now);
  change(now, delta);
  // The level before the change was not there in the bin that begins now.
  if (at_end) start_stretch(now);
}

Gauge::Span Gauge::mark(Time now) {
  if (!advance(now)) hand_over(now);
  Span closed = open_;
  closed.until = now;
  open_ = {0, level_, level_, now, now, now};
  return closed;
}

bool Gauge::advance(Time now) {
  if (histogram_ != nullptr) {
    assert(now >= since_);
    histogram_->record(level_, static_cast<std::uint64_t>(now - since_));
    since_ = now;
  }
  if (series_ == nullptr) return false;
  Time end = kNever;
  while (now >= series_->bin_end()) {
    end = series_->bin_end();
    hand_over(end);
  }
  watch();
  return end == now;
}

void Gauge::hand_over(Time until) {
  const Int128 area = stretch_.area + Int128{level_} * until;
  if (stretch_.max > open_.max) {
    open_.max = stretch_.max;
    open_.max_at = stretch_.max_at;
  }
  open_.min = std::min(open_.min, stretch_.min);
  open_.area += area;
  if (series_ != nullptr) series_->stretch(from_, until, area, stretch_.min, stretch_.max);
  start_stretch(until);
}

}  // namespace spillway
