#include "sim/kernel/gauge.h"

namespace spillway {

bool Gauge::cross(Time now) {
  while (now >= watched_until_) {
    const Time end = watched_until_;
    stretch_.area += static_cast<Int128>(level_) * (end - since_);
    see_level();
    since_ = end;
    hand_over(end);
    watch();
    if (end == now) return true;
  }
  return false;
}

void Gauge::hand_over(Time until) {
  if (stretch_.max > open_.max) {
    open_.max = stretch_.max;
    open_.max_at = stretch_.max_at;
  }
  open_.min = std::min(open_.min, stretch_.min);
  open_.area += stretch_.area;
  if (series_ != nullptr && stretch_.min <= stretch_.max) {
    series_->stretch(from_, until, stretch_.area, stretch_.min, stretch_.max);
  }
  from_ = until;
  stretch_ = {};
}

}  // namespace spillway
