#include "sim/kernel/gauge.h"

#include <bit>
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

bool Gauge::fit(std::uint64_t range, Time now) {
  // A range below 2^k for 2^(63 - k) ns: half of what 64 bits hold.
  const auto bits = static_cast<int>(std::bit_width(range));
  const auto longest = bits == 64 ? Time{0} : Time{1} << std::min(63 - bits, 62);
  if (now - from_ > longest) {
    hand_over(now);  // the new level has lasted for no time: the area is that of the others
    watch();
    return false;
  }
  widest_ = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  fits_until_ = longest < kNever - from_ ? from_ + longest : kNever;
  watch();
  return true;
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
