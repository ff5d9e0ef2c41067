#include "sim/kernel/series.h"

namespace spillway {

namespace {

/// Width of a bin, rounded up so that `bins` of them reach the end.
Time width_of(Time end, std::uint32_t bins) {
  assert(end > 0 && bins > 0);
  return (end - 1) / bins + 1;
}

/// The end of a bin within [0, end); no overflow however near to kNever.
Time end_of(std::size_t bin, Time width, Time end) {
  const Time begin = static_cast<Time>(bin) * width;
  return end - begin < width ? end : begin + width;
}

}  // namespace

double Series::Bin::mean() const {
  if (!seen()) return 0;
  if (covered == 0) return static_cast<double>(max);
  return static_cast<double>(area) / static_cast<double>(covered);
}

void Series::start(Time end, std::uint32_t bins) {
  width_ = width_of(end, bins);
  end_ = end;
  // A width rounded up may need fewer bins than asked for.
  bins_.assign(static_cast<std::size_t>((end - 1) / width_ + 1), Bin{});
  current_ = 0;
  bin_end_ = end_of(0, width_, end_);
}

void Series::next_bin() { bin_end_ = bin_end_ == end_ ? kNever : end_of(++current_, width_, end_); }

[[gnu::noinline]] void Series::spread(Time since, Time now, std::int64_t level) {
  if (since >= end_) return;
  if (since >= bin_end_) {
    current_ = static_cast<std::size_t>(since / width_);
    bin_end_ = end_of(current_, width_, end_);
  }
  while (now > bin_end_) {
    add(bins_[current_], bin_end_ - since, level);
    since = bin_end_;
    if (since == end_) return;
    bin_end_ = end_of(++current_, width_, end_);
  }
  add(bins_[current_], now - since, level);
}

void CountSeries::start(Time end, std::uint32_t bins) { start_bins_of(width_of(end, bins), end); }

void CountSeries::start_bins_of(Time width, Time end) {
  assert(end > 0 && width > 0);
  width_ = width;
  end_ = end;
  bins_.assign(static_cast<std::size_t>((end - 1) / width_ + 1), 0);
  current_ = 0;
  bin_end_ = end_of(0, width_, end_);
}

Time CountSeries::length_of(std::size_t bin) const {
  return end_of(bin, width_, end_) - static_cast<Time>(bin) * width_;
}

[[gnu::noinline]] bool CountSeries::advance(Time now) {
  if (now >= end_) return false;
  current_ = static_cast<std::size_t>(now / width_);
  bin_end_ = end_of(current_, width_, end_);
  return true;
}

}  // namespace spillway
