#include "sim/kernel/gauge.h"

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
  Time end = kNever;
  for (;;) {
    const Time until = std::min(bin_end(), fits_until_);
    if (now < until || until == kNever) break;
    if (until == bin_end()) end = until;
    hand_over(until);
  }
  watch();
  return end == now;
}

void Gauge::widen(Time now) {
  // Half of what 64 bits hold.
  constexpr std::uint64_t kMostArea = std::uint64_t{1} << 63;
  const std::int64_t min = std::min(stretch_.min, level_);
  const std::int64_t max = std::max(stretch_.max, level_);
  const std::uint64_t range = static_cast<std::uint64_t>(max) - static_cast<std::uint64_t>(min);
  const std::uint64_t longest = kMostArea / range;
  if (static_cast<std::uint64_t>(now - from_) > longest) {
    hand_over(now);  // the new level has lasted for no time: the area is that of the others
  } else {
    if (max > stretch_.max) stretch_.max_at = now;
    stretch_.min = min;
    stretch_.max = max;
    fits_until_ = longest < static_cast<std::uint64_t>(kNever - from_)
                      ? from_ + static_cast<Time>(longest)
                      : kNever;
  }
  watch();
}

void Gauge::hand_over(Time until) {
  // Every level is at least the minimum: what is above it is what 64 bits hold.
  const auto length = static_cast<std::uint64_t>(until - from_);
  const std::uint64_t above =
      stretch_.area + static_cast<std::uint64_t>(level_) * static_cast<std::uint64_t>(until) -
      static_cast<std::uint64_t>(stretch_.min) * length;
  const Int128 area = Int128{stretch_.min} * Int128{length} + Int128{above};
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
