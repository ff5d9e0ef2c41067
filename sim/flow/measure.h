#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sim/flow/timeline.h"
#include "sim/kernel/gauge.h"
#include "sim/kernel/histogram.h"
#include "sim/kernel/series.h"
#include "sim/kernel/wide.h"
#include "sim/language/metric.h"

namespace spillway {

/// What a metric yields in one replication over one window: enough to take any statistic of it,
/// and to merge it with other replications.
struct Sample {
  enum class Kind : std::uint8_t {
    count,         ///< `total` is the value
    share,         ///< `total` of `weight`
    level,         ///< time-weighted: `total` / `weight`, min, max
    distribution,  ///< over messages: the histogram; `failures` more that never ended
    value,         ///< one number: `total`; infinite when it never came about
    happened,      ///< whether it came about in this run: `total` is 1 or 0
  };
  Kind kind = Kind::count;
  double total = 0;
  double weight = 0;
  double min = 0;
  double max = 0;
  std::uint64_t n = 0;         ///< observations
  std::uint64_t failures = 0;  ///< messages without an observation, infinite to an objective
  double unit = 1;             ///< histogram values times this are SI base units
  std::shared_ptr<const Histogram> histogram;
  std::shared_ptr<const Histogram> levels;
};

/// What has to be recorded beyond counts, levels and durations.
struct Demand {
  bool level_percentiles = false;  ///< time-weighted percentiles of levels
  bool series = true;              ///< levels over time
};

/// Counts things of messages, by the segment the message was born in.
///
/// Messages of one segment mostly come after each other: the count of the segment that was counted
/// in last is here itself, and no other memory is looked at.
class Counter {
 public:
  static constexpr Sample::Kind kKind = Sample::Kind::count;

  void begin(const Timeline& timeline, const Demand&);
  void mark(Time, std::uint32_t) {}

  void add(std::uint32_t segment, std::uint64_t n = 1) {
    if (segment != segment_) [[unlikely]] {
      counts_[segment_] = count_;
      count_ = counts_[segment];
      segment_ = segment;
    }
    count_ += n;
  }
  std::uint64_t at(std::uint32_t segment) const {
    return segment == segment_ ? count_ : counts_[segment];
  }
  /// So many so far, whenever their messages were born. Cost: a look at every segment.
  std::uint64_t so_far() const {
    std::uint64_t sum = 0;
    for (std::uint32_t segment = 0; segment < segments_; ++segment) sum += at(segment);
    return sum;
  }
  std::uint64_t in(const Window& window) const {
    std::uint64_t sum = 0;
    for (const std::uint32_t segment : window.segments) sum += at(segment);
    return sum;
  }
  Sample sample(const Window& window) const;

 private:
  std::uint64_t count_ = 0;    ///< of `segment_`
  std::uint32_t segment_ = 0;  ///< counted in last
  std::uint32_t segments_ = 0;
  std::unique_ptr<std::uint64_t[]> counts_;  ///< of all others
};

/// A share: so many of so many. Both are Counters or anything else that counts in a window.
template <class Part, class Whole = Counter>
struct ShareOf {
  static constexpr Sample::Kind kKind = Sample::Kind::share;

  Part part;
  const Whole& whole;
  Sample sample(const Window& window) const {
    Sample sample;
    sample.kind = Sample::Kind::share;
    sample.n = whole.in(window);
    sample.total = static_cast<double>(part.in(window));
    sample.weight = static_cast<double>(sample.n);
    return sample;
  }
};

/// A measure over time in bins, with the mean and extremes of each.
struct BinnedSeries {
  std::vector<double> mean;
  std::vector<double> min;
  std::vector<double> max;
};

/// How many a second over time, by the instant at which they happened. Its bins are longer than a
/// level's: a number of events says little of a short time.
///
/// Cost: an addition each.
class RateOverTime {
 public:
  static constexpr Time kSteps = 4;  ///< of every bin: so many times `series_step`

  void begin(const Timeline& timeline, const Demand& demand);
  void mark(Time, std::uint32_t) {}

  /// One more, now; after the run's end it is not counted.
  void count(Time now) { bins_.record(now); }
  /// Whether an instant lies in the bin that is being filled, or before.
  bool covers(Time now) const { return bins_.covers(now); }
  /// One more, at an instant that is covered.
  void count_covered() { bins_.record_covered(); }
  BinnedSeries series() const;
  /// How many a second in [from, until); of a bin that lies there in part, a part.
  double rate_in(Time from, Time until) const;
  Time warmup() const { return warmup_; }
  Time duration() const { return duration_; }
  Time bin_width() const { return bins_.width(); }

 private:
  CountSeries bins_;
  Time warmup_ = 0;
  Time duration_ = 0;
};

/// Counts things of messages, and how many a second there were over time.
class CounterOverTime : public Counter {
 public:
  void begin(const Timeline& timeline, const Demand& demand) {
    Counter::begin(timeline, demand);
    rate_.begin(timeline, demand);
  }
  void add(std::uint32_t segment, Time now) {
    Counter::add(segment);
    rate_.count(now);
  }
  BinnedSeries series() const { return rate_.series(); }

 private:
  RateOverTime rate_;
};

/// How many a second of simulated time.
template <class Part>
struct RateOf {
  static constexpr Sample::Kind kKind = Sample::Kind::share;

  Part part;
  Sample sample(const Window& window) const {
    Sample sample;
    sample.kind = Sample::Kind::share;
    sample.n = part.in(window);
    sample.total = static_cast<double>(sample.n);
    for (const auto& [from, until] : window.spans) sample.weight += to_seconds(until - from);
    return sample;
  }
};

/// The same, and over time.
template <class Part>
struct RateInBins {
  static constexpr Sample::Kind kKind = Sample::Kind::share;

  Part part;
  const RateOverTime& over_time;
  Sample sample(const Window& window) const { return RateOf<const Part&>{part}.sample(window); }
  BinnedSeries series() const { return over_time.series(); }
};

/// The time from a window's end until as much a second happens again as before the window; infinite
/// when it never does.
///
/// As much: 95 % of what happened between the warm-up and the window's beginning, over a span in
/// which so much of it happens that chance moves it by 5 %. Only of windows that are named, and
/// have something before them.
struct RecoveryTime {
  static constexpr Sample::Kind kKind = Sample::Kind::value;

  const RateOverTime& answers;

  /// Whether the metric is taken over this window.
  static bool applies(const Window& window);
  Sample sample(const Window& window) const;
};

/// Width of the bins of every series of a run of this length: 1, 2 or 5 times a power of ten ns,
/// at most 600 bins.
Time series_step(Time duration);

/// A level over time: a depth, slots in use. Weighs by time, never by event.
class Level {
 public:
  static constexpr Sample::Kind kKind = Sample::Kind::level;

  void begin(const Timeline& timeline, const Demand& demand);
  void mark(Time now, std::uint32_t segment);

  /// Makes this the level from the beginning on. Range: before anything else of a run.
  void start_at(std::int64_t level) { gauge_.restart(0, level); }
  [[gnu::always_inline]] void add(Time now, std::int64_t delta) { gauge_.add(now, delta); }
  std::int64_t level() const { return gauge_.level(); }
  /// The level's integral from the run's beginning. Unit: ns. Cost: a look at every segment.
  Int128 area_until(Time now) const;
  Sample sample(const Window& window) const;
  BinnedSeries series() const;

 private:
  Gauge gauge_;
  std::vector<Gauge::Span> spans_;  ///< of each segment
  std::vector<std::unique_ptr<Histogram>> percentiles_;
  std::unique_ptr<Series> series_;
};

/// A level as a share of what there is: busy slots of all slots.
struct Utilization {
  static constexpr Sample::Kind kKind = Sample::Kind::share;

  const Level& busy;
  double capacity;
  const Level* slots = nullptr;  ///< instead, where what there is changes
  Sample sample(const Window& window) const;
};

/// How long something was open, as a share of the time. Each span is known when it begins.
///
/// Cost: 16 bytes a span.
class OpenTime {
 public:
  static constexpr Sample::Kind kKind = Sample::Kind::share;

  void begin(const Timeline&, const Demand&) { spans_.clear(); }
  void mark(Time, std::uint32_t) {}

  /// It is open in [from, until), and was not before.
  void add(Time from, Time until) { spans_.emplace_back(from, until); }
  /// The latest such time ends now.
  void end(Time now) { spans_.back().second = now; }
  const std::vector<std::pair<Time, Time>>& spans() const { return spans_; }
  Sample sample(const Window& window) const;

 private:
  std::vector<std::pair<Time, Time>> spans_;
};

/// Durations of messages, by the segment the message was born in.
class Durations {
 public:
  static constexpr Sample::Kind kKind = Sample::Kind::distribution;

  void begin(const Timeline& timeline, const Demand&);
  void mark(Time, std::uint32_t) {}

  /// Values are collected and go into their histogram many at a time.
  [[gnu::always_inline]] void record(std::uint32_t segment, Time duration) {
    if (!has_room(segment)) [[unlikely]]
      move_on(segment);
    collect(duration);
  }
  /// Whether a value of that segment can be collected as things are.
  bool has_room(std::uint32_t segment) const {
    return collected_ != kCollected && segment == segment_;
  }
  /// Records a value of a segment that there is room for.
  void collect(Time duration) { values_[collected_++] = duration; }
  void merge_into(Histogram& histogram, const Window& window) const;
  std::uint64_t in(const Window& window) const;
  Sample sample(const Window& window) const;

 private:
  static constexpr std::uint32_t kCollected = kDigestLength;

  [[gnu::noinline]] void move_on(std::uint32_t segment);
  /// The histogram of a segment with all that was collected.
  const Histogram& of(std::uint32_t segment) const;

  // Collecting changes how values are held, never which.
  std::array<Time, kCollected> values_{};
  mutable std::vector<Histogram> segments_;
  mutable std::uint32_t collected_ = 0;
  std::uint32_t segment_ = 0;  ///< of the values collected
};

/// Durations kept in two parts, of `all` messages: those without one are failures.
struct DurationsOf {
  static constexpr Sample::Kind kKind = Sample::Kind::distribution;

  const Durations& one;
  const Durations& other;
  const Counter& all;
  std::uint64_t in(const Window& window) const { return one.in(window) + other.in(window); }
  Sample sample(const Window& window) const;
};

/// The age of the oldest in a line, over time: grows by itself between changes.
class Age {
 public:
  static constexpr Sample::Kind kKind = Sample::Kind::level;

  void begin(const Timeline& timeline, const Demand& demand);
  void mark(Time now, std::uint32_t segment);

  /// The oldest has been there since `since`; kNever: there is none.
  void oldest(Time now, Time since) {
    if (since == since_) return;
    close(now);
    since_ = since;
    from_ = now;
  }
  /// Since when the oldest has been there; kNever: there is none.
  Time since() const { return since_; }
  Sample sample(const Window& window) const;

 private:
  struct Span {
    Int128 twice_area = 0;
    Time max = 0;
    Time length = 0;
  };
  /// Time spent at each age, by the histogram's buckets. Between two changes the age passes through
  /// all values alike: whole buckets are counted as one step up and one down, so that a change
  /// costs the same however far the age has grown.
  struct Passed {
    std::vector<std::uint64_t> within;  ///< ns in a bucket that was entered or left inside
    std::vector<std::int32_t> steps;    ///< changes of how often the bucket was passed wholly
    void grow_to(std::size_t bucket);
    void pass(Time from, Time until);
  };
  void close(Time now);

  Time since_ = kNever;
  Time from_ = 0;
  Time marked_ = 0;
  Span open_;
  Passed passed_;
  bool percentiles_ = false;
  std::vector<Span> spans_;
  std::vector<Passed> passed_of_;  ///< of each segment, when asked for
};

/// The busiest second of each segment.
///
/// Cost: a multiplication and no branch: where about one comes a second, whether it is the first in
/// its second is anybody's guess.
class PeakRate {
 public:
  static constexpr Sample::Kind kKind = Sample::Kind::value;

  void begin(const Timeline& timeline, const Demand&);
  void mark(Time now, std::uint32_t segment);

  void count(Time now) {
    const std::uint64_t second =
        static_cast<std::uint64_t>(now) / static_cast<std::uint64_t>(kSecond);
    in_second_ = (in_second_ & -std::uint64_t{second == second_}) + 1;
    second_ = second;
    peak_ = std::max(peak_, in_second_);
  }
  Sample sample(const Window& window) const;

 private:
  std::uint64_t second_ = 0;     ///< the latest with something in it
  std::uint64_t in_second_ = 0;  ///< so far
  std::uint64_t peak_ = 0;       ///< of the segment so far
  std::vector<std::uint64_t> peaks_;
};

/// The time from a window's end until a level is first 0; over the whole run from the moment of
/// its greatest value. Infinite when it never is.
class DrainTime {
 public:
  static constexpr Sample::Kind kKind = Sample::Kind::value;

  void begin(const Timeline& timeline, const Demand&);
  /// Called at the start of each segment with the level then.
  void mark_level(Time now, std::int64_t level);
  void mark(Time, std::uint32_t) {}

  void changed(Time now, std::int64_t level) {
    if (level == 0) {
      if (open_) settle(now);
    } else if (level > greatest_ && now >= warmup_ && now < duration_) {
      greatest_ = level;
      greatest_at_ = now;
      greatest_settled_ = kNever;
      open_ = true;
    }
  }
  Sample sample(const Window& window) const;

 private:
  struct End {
    Time at;
    Time settled;
  };
  void settle(Time now);

  Time warmup_ = 0;
  Time duration_ = 0;
  std::int64_t greatest_ = 0;
  Time greatest_at_ = 0;
  Time greatest_settled_ = 0;
  bool open_ = false;
  Time reached_ = 0;       ///< ends up to here have begun to wait
  std::vector<End> ends_;  ///< ascending
};

/// A measure that is kept over time too.
template <class Measure>
concept HasSeries = requires(const Measure& measure) {
  { measure.series() } -> std::same_as<BinnedSeries>;
};

/// Whether a measure says something of this window.
template <class Measure>
bool is_taken_over(const Window& window) {
  if constexpr (requires { Measure::applies(window); }) {
    return Measure::applies(window);
  } else {
    return true;
  }
}

/// Whether such a series is how many a second, which it also is of a count, and not a level.
template <HasSeries Measure>
inline constexpr bool is_rate_over_time = !std::is_same_v<Measure, Level>;

/// Prepares every part of a component's metrics for a run.
template <class Metrics>
void begin_measures(Metrics& metrics, const Timeline& timeline, const Demand& demand) {
  Metrics::parts().apply([&](auto... part) { ((metrics.*part).begin(timeline, demand), ...); });
}

/// Closes `segment` in every part of a component's metrics.
template <class Metrics>
void mark_measures(Metrics& metrics, Time now, std::uint32_t segment) {
  Metrics::parts().apply([&](auto... part) { ((metrics.*part).mark(now, segment), ...); });
}

}  // namespace spillway
