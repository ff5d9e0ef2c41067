#include "sim/model/producer/rate_profile.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace spillway {
namespace {

/// How far an entry is in force at `t`: 0 = not, 1 = wholly. Linear between its breaks.
double in_force(const ProfileEntry& entry, double t) {
  const auto rise = [](double x, double from, double over) {
    if (x < from) return 0.0;
    return over <= 0 || x >= from + over ? 1.0 : (x - from) / over;
  };
  if (entry.ramp) {
    return rise(t, static_cast<double>(entry.ramp->from.ns),
                static_cast<double>(entry.ramp->over.ns));
  }
  const SpikeParameters& spike = *entry.spike;
  const auto ramp = static_cast<double>(spike.ramp.ns);
  const auto begin = static_cast<double>(spike.at.ns);
  const double end = begin + static_cast<double>(spike.lasts.ns);
  return t < end ? rise(t, begin, ramp) : 1.0 - rise(t, end, ramp);
}

void add_breaks(const ProfileEntry& entry, std::vector<Time>& breaks) {
  if (entry.ramp) {
    breaks.insert(breaks.end(), {entry.ramp->from.ns, entry.ramp->from.ns + entry.ramp->over.ns});
    return;
  }
  const Time begin = entry.spike->at.ns;
  const Time end = begin + entry.spike->lasts.ns;
  breaks.insert(breaks.end(),
                {begin, begin + entry.spike->ramp.ns, end, end + entry.spike->ramp.ns});
}

/// The multiple at `t`, entries applied one after the other; `shift` looks a little before or
/// after.
double multiple_at(const std::vector<NamedProfileEntry>& entries, double own, double reference,
                   double t) {
  double multiple = own;
  for (const NamedProfileEntry& named : entries) {
    const ProfileEntry& entry = named.entry;
    const double force = in_force(entry, t);
    const auto& times = entry.ramp ? entry.ramp->times : entry.spike->times;
    const auto& rate = entry.ramp ? entry.ramp->rate : entry.spike->rate;
    if (times) multiple *= 1 + force * (times->value - 1);
    if (rate) multiple += force * (rate->per_second / reference - multiple);
  }
  return multiple;
}

}  // namespace

RateProfile RateProfile::of(Rate rate, const std::vector<NamedProfileEntry>& entries, Time duration,
                            Rate* reference) {
  *reference = rate.per_second > 0 ? rate : Rate{1};
  const double own = rate.per_second > 0 ? 1 : 0;
  std::vector<Time> breaks{0, duration};
  for (const NamedProfileEntry& named : entries) add_breaks(named.entry, breaks);
  std::sort(breaks.begin(), breaks.end());
  breaks.erase(std::unique(breaks.begin(), breaks.end()), breaks.end());

  // Where two ramps overlap their product bends: such stretches are cut finer.
  constexpr int kCuts = 64;
  RateProfile profile;
  for (std::size_t i = 0; i + 1 < breaks.size() && breaks[i] < duration; ++i) {
    const Time from = breaks[i];
    const Time until = std::min(breaks[i + 1], duration);
    const double length = static_cast<double>(until - from);
    int moving = 0;
    const double early = static_cast<double>(from) + length * 0.25;
    const double late = static_cast<double>(from) + length * 0.75;
    for (const NamedProfileEntry& named : entries) {
      if (in_force(named.entry, early) != in_force(named.entry, late)) ++moving;
    }
    const int cuts = moving > 1 ? kCuts : 1;
    for (int cut = 0; cut < cuts; ++cut) {
      const Time a = from + (until - from) / cuts * cut;
      const Time b = cut + 1 == cuts ? until : from + (until - from) / cuts * (cut + 1);
      if (a == b) continue;
      // Within a piece the multiple is linear: two inner points give its ends, free of jumps there.
      const double span = static_cast<double>(b - a);
      const double quarter =
          multiple_at(entries, own, reference->per_second, static_cast<double>(a) + span * 0.25);
      const double three =
          multiple_at(entries, own, reference->per_second, static_cast<double>(a) + span * 0.75);
      const double at_from = quarter == three ? quarter : quarter - (three - quarter) * 0.5;
      const double at_until = quarter == three ? quarter : three + (three - quarter) * 0.5;
      profile.pieces_.push_back({a, b, std::max(0.0, at_from), std::max(0.0, at_until)});
    }
  }
  return profile;
}

bool ProfileWalk::advance(double& interval, double factor, double limit) {
  const auto& pieces = profile_->pieces();
  while (piece_ < pieces.size() && at_ < limit) {
    const RateProfile::Piece& piece = pieces[piece_];
    const auto from = static_cast<double>(piece.from);
    const auto until = static_cast<double>(piece.until);
    const double end = std::min(until, limit);
    const double length = end - at_;
    // Most rates stay as they are for a while: no slope, and no root to take.
    const bool level = piece.at_from == piece.at_until;
    const double slope = level ? 0 : factor * (piece.at_until - piece.at_from) / (until - from);
    const double here = factor * piece.at_from + slope * (at_ - from);
    const double area = length * (here + 0.5 * slope * length);
    // An arrival is the first instant at which its interval is over: it does not wait for a rate of
    // 0 to pass.
    if (area > 0 && area >= interval) {
      // Solves here x + slope x^2 / 2 = interval without cancellation.
      const double root =
          level ? here : std::sqrt(std::max(0.0, here * here + 2 * slope * interval));
      if (interval > 0) at_ += std::min(length, 2 * interval / (here + root));
      interval = 0;
      return true;
    }
    interval -= area;
    at_ = end;
    if (end == until) ++piece_;
  }
  return false;
}

}  // namespace spillway
