#include "analysis/theory/fluid.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace spillway::theory {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool readable(std::span<const RatePiece> pieces, bool may_slope) {
  double end = -kInfinity;
  for (const RatePiece& piece : pieces) {
    const bool slopes = piece.rate_from != piece.rate_until;
    if (!(std::isfinite(piece.from_s) && piece.from_s >= end && piece.from_s < piece.until_s))
      return false;
    if (!(piece.rate_from >= 0 && piece.rate_until >= 0)) return false;
    if (!std::isfinite(piece.rate_from) || !std::isfinite(piece.rate_until)) return false;
    if (slopes && (!may_slope || piece.until_s == kInfinity)) return false;
    end = piece.until_s;
  }
  return true;
}

struct Rate {
  double value = 0;
  double slope = 0;
};

// The rate right after an instant.
Rate rate_after(std::span<const RatePiece> pieces, double at_s) {
  for (const RatePiece& piece : pieces) {
    if (at_s < piece.from_s || at_s >= piece.until_s) continue;
    if (piece.rate_from == piece.rate_until) return {piece.rate_from, 0};
    const double slope = (piece.rate_until - piece.rate_from) / (piece.until_s - piece.from_s);
    return {piece.rate_from + slope * (at_s - piece.from_s), slope};
  }
  return {};
}

std::vector<double> instants(std::span<const RatePiece> arrivals,
                             std::span<const RatePiece> capacity) {
  std::vector<double> all;
  for (const auto pieces : {arrivals, capacity})
    for (const RatePiece& piece : pieces) {
      all.push_back(piece.from_s);
      if (piece.until_s < kInfinity) all.push_back(piece.until_s);
    }
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  return all;
}

double at(const BacklogPiece& piece, double t) {
  return piece.backlog + t * (piece.net + t * (piece.slope / 2));
}

// First t > 0 at which backlog + net t + slope t^2 / 2 comes down to 0, infinite if it never does.
double first_zero(double backlog, double net, double slope) {
  if (slope == 0) return net < 0 ? -backlog / net : kInfinity;
  const double discriminant = net * net - 2 * slope * backlog;
  if (discriminant < 0) return kInfinity;
  const double root = std::sqrt(discriminant);
  // Each branch adds what has the same sign, so that nothing cancels.
  if (slope < 0 && net > 0) return (net + root) / -slope;
  return root - net > 0 ? 2 * backlog / (root - net) : kInfinity;
}

// Splits one stretch of straight rates where the queue becomes empty or ceases to be. Returns the
// backlog at its end.
double follow(std::vector<BacklogPiece>& path, double from_s, double until_s, Rate arrivals,
              double capacity, double backlog) {
  const double slope = arrivals.slope;
  double now = from_s;
  while (now < until_s) {
    const double rate = arrivals.value + slope * (now - from_s);
    const double net = rate - capacity;
    if (backlog == 0 && (net < 0 || (net == 0 && slope <= 0))) {
      const double grows = slope > 0 ? now - net / slope : kInfinity;
      const double end = std::min(until_s, grows);
      if (end > now) path.push_back({now, end, 0, 0, 0, rate, slope, capacity, false});
      now = end;
      // Here arrivals equal the capacity; said exactly, so that the next stretch is a busy one.
      arrivals.value = capacity;
      from_s = now;
      continue;
    }
    // At least one step of the clock, so that a backlog too small to last one can't hold us up.
    const double step =
        std::abs(now) * std::numeric_limits<double>::epsilon() + std::numeric_limits<double>::min();
    const double zero = now + std::max(first_zero(backlog, net, slope), step);
    path.push_back(
        {now, std::min(zero, until_s), backlog, net, slope, rate, slope, capacity, true});
    now = path.back().until_s;
    backlog = 0;
    if (zero <= until_s || until_s == kInfinity) continue;
    const double length = until_s - path.back().from_s;
    backlog = at(path.back(), length);
    // What rounding leaves of a backlog that drains with the stretch would otherwise stay for ever.
    const double moved = path.back().backlog + length * (rate + capacity);
    if (backlog <= 4 * std::numeric_limits<double>::epsilon() * moved) backlog = 0;
  }
  return backlog;
}

void find_maximum(FluidAnswer& answer) {
  const auto consider = [&](double backlog, double at_s) {
    if (backlog > answer.max_backlog) {
      answer.max_backlog = backlog;
      answer.max_at_s = at_s;
    }
  };
  for (const BacklogPiece& piece : answer.path) {
    consider(piece.backlog, piece.from_s);
    if (!piece.busy) continue;
    if (piece.until_s == kInfinity) {
      if (piece.net > 0) consider(kInfinity, kInfinity);
      continue;
    }
    const double length = piece.until_s - piece.from_s;
    const double top = piece.slope < 0 ? -piece.net / piece.slope : -1;
    if (top > 0 && top < length) consider(at(piece, top), piece.from_s + top);
    consider(at(piece, length), piece.until_s);
  }
}

void add_up(FluidAnswer& answer) {
  for (const BacklogPiece& piece : answer.path) {
    if (!piece.busy) continue;
    const double t = piece.until_s - piece.from_s;
    if (t == kInfinity) {
      answer.total_delay_s = kInfinity;
      if (piece.arrivals > 0) answer.delayed = kInfinity;
      continue;
    }
    answer.delayed += t * (piece.arrivals + t * (piece.ramp / 2));
    answer.total_delay_s += t * (piece.backlog + t * (piece.net / 2 + t * (piece.slope / 6)));
  }
}

// Sums that are equal but for rounding.
constexpr double kRounding = 1e-12;

// Wait of what arrives at an instant with `ahead` messages before it; `after` asks for the wait of
// what comes right after that instant. The two differ where the capacity stops as those ahead are
// done.
double delay(std::span<const BacklogPiece> path, double at_s, double ahead, bool after) {
  const double done = after ? 0 : kRounding * ahead;
  double now = at_s;
  for (const BacklogPiece& piece : path) {
    if (!after && ahead <= done) return now - at_s;
    if (piece.until_s <= now) continue;
    const double served = piece.capacity > 0 ? piece.capacity * (piece.until_s - now) : 0;
    if (served > ahead) return now + ahead / piece.capacity - at_s;
    ahead -= served;
    now = piece.until_s;
  }
  return kInfinity;
}

// The first instant from the end of piece k on at which there is capacity.
double next_capacity(std::span<const BacklogPiece> path, std::size_t k) {
  double at_s = path[k].until_s;
  for (++k; k < path.size() && path[k].capacity == 0; ++k) at_s = path[k].until_s;
  return at_s;
}

// The longest wait of what arrives during one busy piece. The wait W(s) of the message that arrives
// at s grows at rate arrivals(s) / capacity(s + W) - 1. So it is greatest where the piece begins or
// ends, where arrivals equal some capacity, or where s + W meets a step of the capacity: if that
// stops, whoever comes right after s waits for its return.
double longest_wait(const FluidAnswer& answer, std::size_t i) {
  const std::vector<BacklogPiece>& path = answer.path;
  const BacklogPiece& piece = path[i];
  const double length = piece.until_s - piece.from_s;
  if (length == kInfinity && piece.net > 0) return kInfinity;
  double longest = answer.delay_at(piece.from_s);
  if (length < kInfinity)
    longest = std::max(longest, delay(path, piece.until_s, at(piece, length), false));
  double served = 0;  // what the capacity does from the piece's start to the end of piece k
  for (std::size_t k = i; k < path.size() && path[k].busy; ++k) {
    if (piece.ramp != 0) {
      const double t = (path[k].capacity - piece.arrivals) / piece.ramp;
      if (t > 0 && t < length) longest = std::max(longest, answer.delay_at(piece.from_s + t));
    }
    if (path[k].until_s == kInfinity) break;
    served += path[k].capacity * (path[k].until_s - path[k].from_s);
    const double ahead = served - piece.backlog;  // arrivals that are served by then
    if (ahead < -kRounding * served) continue;
    const double discriminant = piece.arrivals * piece.arrivals + 2 * piece.ramp * ahead;
    if (discriminant < 0) continue;
    const double t = ahead > 0 ? 2 * ahead / (piece.arrivals + std::sqrt(discriminant)) : 0;
    if (t < length * (1 - kRounding))
      longest = std::max(longest, next_capacity(path, k) - (piece.from_s + t));
  }
  return longest;
}

void find_oldest(FluidAnswer& answer, double initial_backlog) {
  if (initial_backlog > 0)
    answer.oldest_age_s = delay(answer.path, answer.path.front().from_s, initial_backlog, false);
  for (std::size_t i = 0; i < answer.path.size(); ++i) {
    const BacklogPiece& piece = answer.path[i];
    if (piece.busy && (piece.arrivals > 0 || piece.ramp > 0))
      answer.oldest_age_s = std::max(answer.oldest_age_s, longest_wait(answer, i));
  }
}

}  // namespace

double FluidAnswer::backlog_at(double at_s) const {
  for (const BacklogPiece& piece : path)
    if (at_s >= piece.from_s && at_s < piece.until_s)
      return piece.busy ? std::max(0.0, at(piece, at_s - piece.from_s)) : 0;
  return 0;
}

std::optional<double> FluidAnswer::drain_time_s(double from_s) const {
  if (backlog_at(from_s) == 0) return 0;
  for (const BacklogPiece& piece : path)
    if (piece.from_s > from_s && piece.backlog == 0) return piece.from_s - from_s;
  return std::nullopt;
}

double FluidAnswer::delay_at(double at_s) const {
  return delay(path, at_s, backlog_at(at_s), true);
}

std::optional<FluidAnswer> fluid_backlog(std::span<const RatePiece> arrivals,
                                         std::span<const RatePiece> capacity,
                                         double initial_backlog) {
  if (!readable(arrivals, true) || !readable(capacity, false)) return std::nullopt;
  if (!(initial_backlog >= 0 && initial_backlog < kInfinity)) return std::nullopt;
  const std::vector<double> steps = instants(arrivals, capacity);
  if (steps.empty()) return std::nullopt;

  FluidAnswer answer{initial_backlog, steps.front(), std::nullopt, 0, 0, 0, {}};
  double backlog = initial_backlog;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double until_s = i + 1 < steps.size() ? steps[i + 1] : kInfinity;
    backlog = follow(answer.path, steps[i], until_s, rate_after(arrivals, steps[i]),
                     rate_after(capacity, steps[i]).value, backlog);
  }
  find_maximum(answer);
  add_up(answer);
  find_oldest(answer, initial_backlog);
  if (answer.max_at_s < kInfinity)
    if (const auto drain_s = answer.drain_time_s(answer.max_at_s))
      answer.empty_at_s = answer.max_at_s + *drain_s;
  return answer;
}

}  // namespace spillway::theory
