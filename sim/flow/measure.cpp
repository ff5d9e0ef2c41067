#include "sim/flow/measure.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/flow/named_window.h"

namespace spillway {
namespace {

double to_double(Int128 value) { return static_cast<double>(value); }

/// The most bins a series has: enough for a picture.
constexpr Time kMostBins = 600;

}  // namespace

Time series_step(Time duration) {
  Time power = 1;
  for (;;) {
    for (const Time factor : {1, 2, 5}) {
      if (factor * power >= (duration + kMostBins - 1) / kMostBins) return factor * power;
    }
    power *= 10;
  }
}

void Counter::begin(const Timeline& timeline, const Demand&) {
  count_ = 0;
  segment_ = 0;
  if (segments_ != timeline.segments()) {
    segments_ = timeline.segments();
    counts_ = std::make_unique<std::uint64_t[]>(segments_);
  }
  std::fill_n(counts_.get(), segments_, 0);
}

Sample Counter::sample(const Window& window) const {
  Sample sample;
  sample.n = in(window);
  sample.total = static_cast<double>(sample.n);
  return sample;
}

void RateOverTime::begin(const Timeline& timeline, const Demand& demand) {
  bins_ = CountSeries{};  // counts nothing
  const Time duration = timeline.duration();
  warmup_ = timeline.warmup();
  duration_ = duration;
  if (demand.series) bins_.start_bins_of(kSteps * series_step(duration), duration);
}

BinnedSeries RateOverTime::series() const {
  BinnedSeries rates;
  for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
    rates.mean.push_back(static_cast<double>(bins_[bin]) / to_seconds(bins_.length_of(bin)));
  }
  rates.min = rates.max = rates.mean;
  return rates;
}

double RateOverTime::rate_in(Time from, Time until) const {
  double events = 0;
  const Time width = bins_.width();
  if (width == 0 || until <= from) return std::numeric_limits<double>::quiet_NaN();
  for (auto bin = static_cast<std::size_t>(from / width); bin < bins_.size(); ++bin) {
    const Time begins = static_cast<Time>(bin) * width;
    const Time inside = std::min(until, begins + bins_.length_of(bin)) - std::max(from, begins);
    if (inside <= 0) break;
    events += static_cast<double>(bins_[bin]) * static_cast<double>(inside) /
              static_cast<double>(bins_.length_of(bin));
  }
  return events / to_seconds(until - from);
}

bool RecoveryTime::applies(const Window& window) { return is_named_window(window); }

Sample RecoveryTime::sample(const Window& window) const {
  constexpr double kAsMuch = 0.95;
  constexpr double kTold = 400;  // whose standard deviation is 5 %, where they come at random
  Sample sample;
  sample.kind = kKind;
  sample.total = std::numeric_limits<double>::quiet_NaN();
  if (window.spans.empty()) return sample;
  const double before = answers.rate_in(answers.warmup(), window.spans.front().first);
  if (!(before > 0)) return sample;
  sample.total = std::numeric_limits<double>::infinity();
  const Time end = window.spans.back().second;
  const Time step = answers.bin_width();
  const Time span = std::max(step, static_cast<Time>(kTold / before * 1e9));
  for (Time from = end; from + span <= answers.duration(); from += step) {
    if (answers.rate_in(from, from + span) < kAsMuch * before) continue;
    sample.total = to_seconds(from - end);
    return sample;
  }
  return sample;
}

void Level::begin(const Timeline& timeline, const Demand& demand) {
  gauge_ = Gauge{};
  gauge_.restart(0);
  spans_.assign(timeline.segments(), {});
  percentiles_.clear();
  if (demand.level_percentiles) {
    for (std::uint32_t segment = 0; segment < timeline.segments(); ++segment) {
      percentiles_.push_back(std::make_unique<Histogram>());
    }
    gauge_.observe(percentiles_[0].get());
  }
  if (demand.series) {
    if (!series_) series_ = std::make_unique<Series>();
    const Time width = series_step(timeline.duration());
    const Time bins = (timeline.duration() + width - 1) / width;
    series_->start(bins * width, static_cast<std::uint32_t>(bins));
    gauge_.observe(series_.get());
  }
}

void Level::mark(Time now, std::uint32_t segment) {
  spans_[segment] = gauge_.mark(now);
  if (!percentiles_.empty()) {
    const std::size_t next = segment + 1;
    gauge_.observe(next < percentiles_.size() ? percentiles_[next].get() : nullptr);
  }
}

Int128 Level::area_until(Time now) const {
  Int128 area = gauge_.peek(now).area;
  for (const Gauge::Span& span : spans_) area += span.area;
  return area;
}

BinnedSeries Level::series() const {
  BinnedSeries levels;
  for (std::size_t bin = 0; series_ && bin < series_->size(); ++bin) {
    const Series::Bin& seen = (*series_)[bin];
    levels.mean.push_back(seen.mean());
    levels.min.push_back(static_cast<double>(seen.min));
    levels.max.push_back(static_cast<double>(seen.max));
  }
  return levels;
}

Sample Level::sample(const Window& window) const {
  Sample sample;
  sample.kind = Sample::Kind::level;
  sample.min = std::numeric_limits<double>::infinity();
  std::shared_ptr<Histogram> levels;
  Int128 area = 0;
  Time length = 0;
  for (const std::uint32_t segment : window.segments) {
    const Gauge::Span& span = spans_[segment];
    area += span.area;
    length += span.until - span.from;
    sample.min = std::min(sample.min, static_cast<double>(span.min));
    sample.max = std::max(sample.max, static_cast<double>(span.max));
    if (!percentiles_.empty()) {
      if (!levels) levels = std::make_shared<Histogram>();
      levels->merge(*percentiles_[segment]);
    }
  }
  sample.total = to_double(area);
  sample.weight = static_cast<double>(length);
  sample.levels = std::move(levels);
  return sample;
}

Sample OpenTime::sample(const Window& window) const {
  Sample sample;
  sample.kind = Sample::Kind::share;
  for (const auto& [begin, end] : window.spans) {
    sample.weight += to_seconds(end - begin);
    for (const auto& [from, until] : spans_) {
      const Time open = std::min(until, end) - std::max(from, begin);
      if (open <= 0) continue;
      sample.total += to_seconds(open);
      ++sample.n;
    }
  }
  return sample;
}

Sample Utilization::sample(const Window& window) const {
  Sample sample = busy.sample(window);
  sample.kind = kKind;
  if (slots != nullptr) {
    sample.weight = slots->sample(window).total;
  } else if (capacity == 0) {
    sample.total = sample.weight = 0;  // there is nothing to be used
  } else {
    sample.total /= capacity;
  }
  sample.levels = nullptr;
  return sample;
}

void Durations::begin(const Timeline& timeline, const Demand&) {
  segments_.resize(timeline.segments());
  for (Histogram& histogram : segments_) histogram.clear();
  collected_ = 0;
  segment_ = 0;
}

void Durations::move_on(std::uint32_t segment) {
  of(segment_);
  segment_ = segment;
}

const Histogram& Durations::of(std::uint32_t segment) const {
  segments_[segment_].record_all({values_.data(), collected_});
  collected_ = 0;
  return segments_[segment];
}

void Durations::merge_into(Histogram& histogram, const Window& window) const {
  for (const std::uint32_t segment : window.segments) histogram.merge(of(segment));
}

std::uint64_t Durations::in(const Window& window) const {
  std::uint64_t sum = 0;
  for (const std::uint32_t segment : window.segments) sum += of(segment).count();
  return sum;
}

namespace {

Sample sample_of(std::shared_ptr<const Histogram> histogram) {
  Sample sample;
  sample.kind = Sample::Kind::distribution;
  sample.n = histogram->count();
  sample.total = static_cast<double>(histogram->sum()) * 1e-9;
  sample.weight = static_cast<double>(sample.n);
  sample.unit = 1e-9;
  if (sample.n != 0) {
    sample.min = to_seconds(histogram->min());
    sample.max = to_seconds(histogram->max());
  }
  sample.histogram = std::move(histogram);
  return sample;
}

}  // namespace

Sample Durations::sample(const Window& window) const {
  auto histogram = std::make_shared<Histogram>();
  merge_into(*histogram, window);
  return sample_of(std::move(histogram));
}

Sample DurationsOf::sample(const Window& window) const {
  auto histogram = std::make_shared<Histogram>();
  one.merge_into(*histogram, window);
  other.merge_into(*histogram, window);
  Sample sample = sample_of(std::move(histogram));
  sample.failures = all.in(window)-sample.n;
  return sample;
}

void Age::Passed::grow_to(std::size_t bucket) {
  if (bucket < within.size()) return;
  within.resize(bucket + 1);
  steps.resize(bucket + 1);
}

void Age::Passed::pass(Time from, Time until) {
  const std::size_t first = Histogram::bucket_of(from);
  const std::size_t last = Histogram::bucket_of(until);
  grow_to(last);
  if (first == last) {
    within[first] += static_cast<std::uint64_t>(until - from);
    return;
  }
  within[first] += static_cast<std::uint64_t>(Histogram::highest_of(first) + 1 - from);
  within[last] += static_cast<std::uint64_t>(until - Histogram::lowest_of(last));
  ++steps[first + 1];
  --steps[last];
}

void Age::begin(const Timeline& timeline, const Demand& demand) {
  percentiles_ = demand.level_percentiles;
  passed_ = {};
  passed_of_.assign(percentiles_ ? timeline.segments() : 0, {});
  since_ = kNever;
  from_ = 0;
  marked_ = 0;
  open_ = {};
  spans_.assign(timeline.segments(), {});
}

void Age::close(Time now) {
  if (since_ == kNever) return;
  const Int128 before = from_ - since_;
  const Int128 after = now - since_;
  open_.twice_area += after * after - before * before;
  open_.max = std::max(open_.max, now - since_);
  if (percentiles_) passed_.pass(from_ - since_, now - since_);
}

void Age::mark(Time now, std::uint32_t segment) {
  close(now);
  from_ = now;
  open_.length = now - marked_;
  marked_ = now;
  spans_[segment] = open_;
  open_ = {};
  if (percentiles_) passed_of_[segment] = std::exchange(passed_, {});
}

Sample Age::sample(const Window& window) const {
  Sample sample;
  sample.kind = Sample::Kind::level;
  Int128 twice_area = 0;
  Time max = 0;
  Time length = 0;
  for (const std::uint32_t segment : window.segments) {
    twice_area += spans_[segment].twice_area;
    max = std::max(max, spans_[segment].max);
    length += spans_[segment].length;
  }
  sample.total = to_double(twice_area) / 2e9;
  sample.weight = static_cast<double>(length);
  sample.max = to_seconds(max);
  sample.unit = 1e-9;
  if (!percentiles_) return sample;

  auto levels = std::make_shared<Histogram>();
  auto idle = static_cast<std::uint64_t>(length);
  for (const std::uint32_t segment : window.segments) {
    const Passed& passed = passed_of_[segment];
    std::int64_t times = 0;
    for (std::size_t bucket = 0; bucket < passed.within.size(); ++bucket) {
      times += passed.steps[bucket];
      const std::int64_t lowest = Histogram::lowest_of(bucket);
      const std::int64_t highest = Histogram::highest_of(bucket);
      const std::uint64_t spent =
          passed.within[bucket] + static_cast<std::uint64_t>(times * (highest + 1 - lowest));
      if (spent == 0) continue;
      levels->record(lowest + (highest - lowest) / 2, spent);
      idle -= spent;
    }
  }
  if (idle != 0) levels->record(0, idle);  // nothing was waiting
  sample.levels = std::move(levels);
  return sample;
}

void PeakRate::begin(const Timeline& timeline, const Demand&) {
  second_ = 0;
  in_second_ = 0;
  peak_ = 0;
  peaks_.assign(timeline.segments(), 0);
}

void PeakRate::mark(Time now, std::uint32_t segment) {
  peaks_[segment] = peak_;
  // A second that is cut here counts whole in the next segment.
  peak_ = static_cast<std::uint64_t>(now / kSecond) == second_ ? in_second_ : 0;
}

Sample PeakRate::sample(const Window& window) const {
  Sample sample;
  sample.kind = Sample::Kind::value;
  for (const std::uint32_t segment : window.segments) {
    sample.total = std::max(sample.total, static_cast<double>(peaks_[segment]));
  }
  sample.n = 1;
  return sample;
}

void DrainTime::begin(const Timeline& timeline, const Demand&) {
  warmup_ = timeline.warmup();
  duration_ = timeline.duration();
  greatest_ = 0;
  greatest_at_ = 0;
  greatest_settled_ = 0;
  open_ = false;
  reached_ = 0;
  ends_.clear();
  for (std::size_t w = 1; w < timeline.windows().size(); ++w) {
    for (const auto& [from, until] : timeline.windows()[w].spans) ends_.push_back({until, kNever});
  }
  std::sort(ends_.begin(), ends_.end(), [](const End& a, const End& b) { return a.at < b.at; });
}

void DrainTime::settle(Time now) {
  open_ = false;
  if (greatest_settled_ == kNever) greatest_settled_ = now;
  for (End& end : ends_) {
    if (end.at > now) break;
    if (end.settled == kNever) end.settled = now;
  }
}

void DrainTime::mark_level(Time now, std::int64_t level) {
  for (End& end : ends_) {
    if (end.at > now) break;
    if (end.settled != kNever || end.at < reached_) continue;
    if (level == 0) {
      end.settled = now;
    } else {
      open_ = true;
    }
  }
  reached_ = now;
  if (now == warmup_) changed(now, level);  // what the warm-up leaves behind
}

Sample DrainTime::sample(const Window& window) const {
  Sample sample;
  sample.kind = Sample::Kind::value;
  const auto since = [](Time from, Time until) {
    return until == kNever ? std::numeric_limits<double>::infinity() : to_seconds(until - from);
  };
  if (window.name.empty()) {
    sample.total = greatest_ == 0 ? 0 : since(greatest_at_, greatest_settled_);
    sample.n = 1;
    return sample;
  }
  for (const auto& [from, until] : window.spans) {
    for (const End& end : ends_) {
      if (end.at != until) continue;
      sample.total += since(end.at, end.settled);
      ++sample.n;
      break;
    }
  }
  if (sample.n != 0) sample.total /= static_cast<double>(sample.n);
  return sample;
}

}  // namespace spillway
