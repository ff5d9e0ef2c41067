#include "analysis/theory/consumer_capacity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "analysis/theory/feeders.h"
#include "analysis/theory/finite_source.h"
#include "analysis/theory/handler_time.h"
#include "analysis/theory/matching.h"
#include "analysis/theory/retry.h"
#include "analysis/theory/strikes.h"

namespace spillway::theory {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kVisibilityMargin = 20;  ///< mean times that a message is held
constexpr double kStarvedAtMost = 1e-3;   ///< share of capacity lost to slots without a message
constexpr double kSlowMargin = 20;        ///< slow handlers that a slow time has room for

using Taker = const Component<ConsumerParameters>*;

/// What ails a consumer at an instant.
struct Ailment {
  bool down = false;
  double slowness = 1;
  double sound = 1;  ///< share of the handlers that no fault makes fail
};

Ailment ailment_at(const std::vector<Strike>& strikes, double at_s) {
  Ailment ailment;
  for (const Strike& strike : strikes) {
    if (at_s < strike.from_s || at_s >= strike.until_s) continue;
    ailment.down |= strike.kind == FaultKind::outage || strike.kind == FaultKind::crash ||
                    strike.kind == FaultKind::hang || strike.kind == FaultKind::pause;
    if (strike.kind == FaultKind::slow) ailment.slowness *= strike.times;
    if (strike.kind == FaultKind::errors) ailment.sound *= 1 - strike.share;
  }
  return ailment;
}

/// The capacity of one consumer that is up.
std::optional<double> capacity_of(const ConsumerParameters& consumer, const QueueParameters& queue,
                                  bool alone, const Ailment& ailment, const Scenario& scenario) {
  if (consumer.idempotent) return std::nullopt;  // what comes once more takes no time
  if (consumer.scale) return std::nullopt;       // how many there are follows from what waits
  if (consumer.batch) return std::nullopt;       // how full they are depends on the backlog
  auto one = handler_time(consumer.does, scenario, ailment.slowness);
  const auto network = constant_seconds(scenario.network);
  if (!one || !network) return std::nullopt;
  one->mean *= ailment.sound;
  one->success *= ailment.sound;
  double idle = 2 * *network;
  if (queue.delivery) {
    const auto delivery = constant_seconds(*queue.delivery);
    if (!delivery) return std::nullopt;
    idle = std::max(idle, *delivery);
  }
  const bool before = consumer.ack == Ack::before;
  const auto slots = static_cast<double>(consumer.concurrency);
  const auto prefetch = static_cast<double>(consumer.prefetch.value_or(consumer.concurrency));
  const double holds = one->mean * std::max(1.0, prefetch / slots);
  if (!before && queue.visibility &&
      to_seconds(queue.visibility->ns) < kVisibilityMargin * holds + idle) {
    return std::nullopt;
  }
  const double used = std::min(slots, prefetch);
  double cycle = one->mean + idle;
  if (idle > 0 && prefetch > slots) {
    // Messages at hand hide the way to the queue and back, if there are enough of them. Exponential
    // work, more uneven than most, tells whether there are; each is away, queued or in work.
    if (!(one->mean > 0) || prefetch > 1e6) return std::nullopt;
    const auto turning = FiniteSource::of(1 / idle, 1 / one->mean, static_cast<int>(slots),
                                          static_cast<int>(prefetch));
    if (!turning || turning->utilization() < 1 - kStarvedAtMost) return std::nullopt;
    cycle = one->mean;
  }
  double attempts = 1;
  if (!before && one->success < 1) {
    const double failure = 1 - one->success;
    if (queue.dead_letter) {
      if (!alone) return std::nullopt;
      attempts = expected_attempts(failure, static_cast<int>(queue.dead_letter->after) - 1);
    } else {
      attempts = 1 / one->success;
    }
  }
  const double busy = attempts * cycle;
  if (!(busy > 0 && std::isfinite(busy))) return std::nullopt;
  return static_cast<double>(consumer.instances) * used / busy;
}

/// One consumer's faults, if the fluid can follow them.
std::optional<std::vector<Strike>> followed_strikes(const Component<ConsumerParameters>& consumer,
                                                    const QueueParameters& queue,
                                                    const Scenario& scenario) {
  auto strikes = strikes_on(scenario, consumer.name);
  if (!strikes) return std::nullopt;
  for (const Strike& strike : *strikes) {
    const double lasts = strike.until_s - strike.from_s;
    if (strike.kind == FaultKind::slow) {
      const auto one = handler_time(consumer.parameters.does, scenario, strike.times);
      if (!one || kSlowMargin * one->mean > lasts) return std::nullopt;
    }
    if (!queue.visibility || consumer.parameters.ack == Ack::before) continue;
    // What a crash took comes back when its visibility ends; what hangs goes to others then.
    const bool comes_back =
        strike.kind == FaultKind::crash ||
        (strike.kind == FaultKind::hang && to_seconds(queue.visibility->ns) < 2 * lasts);
    if (comes_back) return std::nullopt;
  }
  return strikes;
}

}  // namespace

std::optional<std::vector<RatePiece>> capacity_over_time(const Scenario& scenario,
                                                         const Component<QueueParameters>& queue) {
  const std::vector<Taker> takers = takers_of(scenario, queue.name);
  if (takers.empty()) return std::nullopt;
  std::vector<std::vector<Strike>> strikes;
  std::vector<double> steps{0};
  for (const Taker taker : takers) {
    const auto followed = followed_strikes(*taker, queue.parameters, scenario);
    if (!followed) return std::nullopt;
    for (const Strike& strike : *followed) {
      steps.push_back(strike.from_s);
      steps.push_back(strike.until_s);
    }
    strikes.push_back(*followed);
  }
  std::ranges::sort(steps);
  const auto repeated = std::ranges::unique(steps);
  steps.erase(repeated.begin(), repeated.end());

  std::vector<RatePiece> pieces;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    double sum = 0;
    for (std::size_t taker = 0; taker < takers.size(); ++taker) {
      const Ailment ailment = ailment_at(strikes[taker], steps[i]);
      if (ailment.down) continue;
      const auto one = capacity_of(takers[taker]->parameters, queue.parameters, takers.size() == 1,
                                   ailment, scenario);
      if (!one) return std::nullopt;
      sum += *one;
    }
    pieces.push_back({steps[i], i + 1 < steps.size() ? steps[i + 1] : kInfinity, sum, sum});
  }
  return pieces;
}

double held_by_struck_consumers(const Scenario& scenario, const Component<QueueParameters>& queue) {
  double held = 0;
  for (const Taker taker : takers_of(scenario, queue.name)) {
    if (!is_struck(scenario, taker->name)) continue;
    const ConsumerParameters& consumer = taker->parameters;
    const Count at_hand = std::max(consumer.concurrency, consumer.prefetch.value_or(0));
    held += static_cast<double>(consumer.instances) * static_cast<double>(at_hand);
  }
  return held;
}

}  // namespace spillway::theory
