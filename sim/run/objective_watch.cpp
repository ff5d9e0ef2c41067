#include "sim/run/objective_watch.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr Time kMostSpans = 1'000'000;

/// The longest duration that keeps an objective on durations.
Time longest_of(const ObjectiveWatch::Watched& watched) {
  const double ns = watched.value * static_cast<double>(kSecond);
  if (ns >= static_cast<double>(kNever)) return kNever;
  const double whole = std::round(ns);
  // What is written as a duration is a whole number of nanoseconds, but for its rounding.
  return static_cast<Time>(whole) - (watched.relation == Relation::below ? 1 : 0);
}

bool is_done_at_answer(const Message& root) {
  return root.outstanding == 1 && (root.flags & flag::kFailed) == 0;
}

/// Puts spans in order, and together where they touch.
ObjectiveWatch::Spans joined(ObjectiveWatch::Spans spans) {
  std::ranges::sort(spans);
  ObjectiveWatch::Spans apart;
  for (const auto& [from, until] : spans) {
    if (!apart.empty() && from <= apart.back().second) {
      apart.back().second = std::max(apart.back().second, until);
    } else {
      apart.emplace_back(from, until);
    }
  }
  return apart;
}

double of_bin(const BinnedSeries& series, Statistic::Kind statistic, std::size_t bin) {
  switch (statistic) {
    case Statistic::Kind::max:
      return series.max[bin];
    case Statistic::Kind::min:
      return series.min[bin];
    default:
      return series.mean[bin];
  }
}

}  // namespace

ObjectiveWatch::ObjectiveWatch(const std::vector<Watched>& watched) {
  for (const Watched& each : watched) judges_.push_back({each, longest_of(each), {}});
}

void ObjectiveWatch::begin(Time duration, Tracer* besides) {
  besides_ = besides;
  const Time seconds = (duration + kMostSpans * kSecond - 1) / (kMostSpans * kSecond);
  span_ = std::max<Time>(1, seconds) * kSecond;
  const auto spans = static_cast<std::size_t>((duration + span_ - 1) / span_);
  for (Judge& judge : judges_) {
    if (judge.watched.by != JudgedBy::level) judge.born.assign(spans, Born{});
  }
}

void ObjectiveWatch::see(Moment moment, Time now, Address component, const Message& message) {
  if (besides_ != nullptr) besides_->see(moment, now, component, message);
  if (moment != Moment::born && moment != Moment::answered && moment != Moment::completed) return;
  for (Judge& judge : judges_) {
    if (judge.watched.producer != component) continue;
    const JudgedBy by = judge.watched.by;
    if (moment == Moment::born) {
      ++judge.born[static_cast<std::size_t>(message.born / span_)].all;
      continue;
    }
    const bool completed = moment == Moment::completed || is_done_at_answer(message);
    const bool answers = by == JudgedBy::answers || by == JudgedBy::latency;
    if (answers ? moment == Moment::answered : completed) count(judge, now, message);
  }
}

void ObjectiveWatch::count(Judge& judge, Time now, const Message& message) const {
  Born& born = judge.born[static_cast<std::size_t>(message.born / span_)];
  const JudgedBy by = judge.watched.by;
  const bool timed = by == JudgedBy::latency || by == JudgedBy::completion;
  if (!timed || judge.watched.statistic.kind == Statistic::Kind::mean) {
    ++born.good;
    born.sum += now - message.born;
  } else if (now - message.born <= judge.longest) {
    ++born.good;
  }
}

bool ObjectiveWatch::is_missed(const Judge& judge, const Born& born) const {
  if (born.all == 0) return false;
  const auto all = static_cast<double>(born.all);
  const auto good = static_cast<double>(born.good);
  const Watched& watched = judge.watched;
  if (watched.by == JudgedBy::answers || watched.by == JudgedBy::completions) {
    return !holds(watched.relation, good / all, watched.value);
  }
  if (watched.statistic.kind == Statistic::Kind::percentile) {
    return good < std::ceil(watched.statistic.percent / 100 * all * (1 - 4 * 0x1p-53));
  }
  // Without an answer, mean and maximum are infinite.
  if (born.good != born.all) return true;
  if (watched.statistic.kind == Statistic::Kind::max) return false;
  return !holds(watched.relation, static_cast<double>(born.sum) / all / 1e9, watched.value);
}

ObjectiveWatch::Spans ObjectiveWatch::missed(const std::vector<BinnedSeries>& series,
                                             const std::vector<Time>& steps,
                                             const std::vector<Window>& windows) const {
  Spans missed;
  for (const Judge& judge : judges_) {
    const Watched& watched = judge.watched;
    const auto& measured = windows[watched.window].spans;
    // A span counts as far as the objective's window reaches.
    const auto add = [&](Time from, Time until) {
      for (const auto& [begins, ends] : measured) {
        const Time first = std::max(from, begins);
        const Time last = std::min(until, ends);
        if (first < last) missed.emplace_back(first, last);
      }
    };
    if (watched.by == JudgedBy::level) {
      const BinnedSeries& level = series[watched.series];
      const Time step = steps[watched.series];
      for (std::size_t bin = 0; bin < level.mean.size(); ++bin) {
        const double value = of_bin(level, watched.statistic.kind, bin);
        const Time from = static_cast<Time>(bin) * step;
        if (!holds(watched.relation, value, watched.value)) add(from, from + step);
      }
    } else {
      for (std::size_t span = 0; span < judge.born.size(); ++span) {
        const Time from = static_cast<Time>(span) * span_;
        if (is_missed(judge, judge.born[span])) add(from, from + span_);
      }
    }
  }
  return joined(std::move(missed));
}

Time overlap(const ObjectiveWatch::Spans& spans, Time from, Time until) {
  Time sum = 0;
  for (const auto& [begins, ends] : spans) {
    const Time first = std::max(from, begins);
    const Time last = std::min(until, ends);
    if (first < last) sum += last - first;
  }
  return sum;
}

}  // namespace spillway
