#include "analysis/theory/fluid_of_queues.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/theory/feeders.h"
#include "analysis/theory/finite_source.h"
#include "analysis/theory/fluid.h"
#include "analysis/theory/handler_time.h"
#include "analysis/theory/retry.h"
#include "analysis/theory/round9.h"
#include "sim/model/producer/rate_profile.h"

namespace spillway::theory {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kDeviations = 3;         ///< a smaller backlog may be chance
constexpr double kVisibilityMargin = 20;  ///< mean times that a message is held
constexpr double kCapacityMargin = 2;     ///< backlogs that the queue must have room for
constexpr double kStarvedAtMost = 1e-3;   ///< share of capacity lost to slots without a message

using Taker = const Component<ConsumerParameters>*;

std::optional<double> constant_seconds(const Distribution& distribution) {
  const auto fixed = distribution.fixed();
  return fixed ? std::optional{to_seconds(*fixed)} : std::nullopt;
}

/// The rate of a producer over time, as it reaches the queue.
std::optional<std::vector<RatePiece>> arrivals_of(const ProducerParameters& producer, Time duration,
                                                  double delay) {
  const LoadParameters& load = producer.load;
  Rate rate;
  if (load.start) return std::nullopt;
  if (load.poisson) {
    rate = *load.poisson;
  } else if (load.constant) {
    rate = *load.constant;
  } else if (load.renewal && load.renewal->column.empty() && !load.renewal->uncertain) {
    rate.per_second = 1e9 / load.renewal->variate.mean();
    if (!(rate.per_second > 0 && std::isfinite(rate.per_second))) return std::nullopt;
  } else {
    return std::nullopt;
  }
  Rate reference;
  const RateProfile profile = RateProfile::of(rate, producer.profile, duration, &reference);
  std::vector<RatePiece> pieces;
  for (const RateProfile::Piece& piece : profile.pieces()) {
    if (piece.from >= piece.until) continue;
    pieces.push_back({to_seconds(piece.from) + delay, to_seconds(piece.until) + delay,
                      piece.at_from * reference.per_second, piece.at_until * reference.per_second});
  }
  return pieces;
}

/// Messages a second that one consumer finishes for good while there is always one to take.
std::optional<double> capacity_of(const ConsumerParameters& consumer, const QueueParameters& queue,
                                  bool alone, const Scenario& scenario) {
  const auto one = handler_time(consumer.does, scenario);
  const auto network = constant_seconds(scenario.network);
  if (!one || !network) return std::nullopt;
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

/// The greatest backlog within [from, until].
double greatest(const FluidAnswer& fluid, double from, double until) {
  double most = std::max(fluid.backlog_at(from), fluid.backlog_at(until));
  for (const BacklogPiece& piece : fluid.path) {
    if (piece.from_s > from && piece.from_s < until) most = std::max(most, piece.backlog);
    if (!(piece.slope < 0)) continue;
    const double top = piece.from_s - piece.net / piece.slope;
    const bool inside = top > std::max(from, piece.from_s) && top < std::min(until, piece.until_s);
    if (inside) most = std::max(most, fluid.backlog_at(top));
  }
  return most;
}

/// Follows one queue.
class Followed {
 public:
  Followed(const Scenario& scenario, const Component<QueueParameters>& queue)
      : scenario_(scenario), queue_(queue) {}

  std::vector<TheoryFigure> figures() {
    const auto* producer = sole_feeder(scenario_, queue_.name);
    if (producer == nullptr || !scenario_.faults.empty()) return {};
    const auto& send = std::get<SendParameters>(producer->parameters.does.steps.front().parameters);
    if (send.timeout || send.retry) return {};
    const auto delay = constant_seconds(send.network ? *send.network : scenario_.network);
    const auto capacity = whole_capacity();
    if (!delay || !capacity) return {};
    const auto arrivals = arrivals_of(producer->parameters, scenario_.run.duration.ns, *delay);
    if (!arrivals) return {};
    const std::vector<RatePiece> steady{{0, kInfinity, *capacity, *capacity}};
    const auto fluid = fluid_backlog(*arrivals, steady);
    if (!fluid) return {};
    const double chance = kDeviations * std::sqrt(fluid->delayed);
    const auto room = queue_.parameters.capacity.count;
    if (!(fluid->max_backlog > std::max(1.0, chance)) || greatest(*fluid, 0, warmup()) > 0 ||
        (room && static_cast<double>(*room) < kCapacityMargin * fluid->max_backlog)) {
      return {};
    }
    whole(*fluid, *delay);
    for (const NamedProfileEntry& entry : producer->parameters.profile) {
      if (entry.entry.spike) during(entry.name, *entry.entry.spike, *fluid, chance);
    }
    return std::move(figures_);
  }

 private:
  double warmup() const { return to_seconds(scenario_.run.warmup.ns); }
  double duration() const { return to_seconds(scenario_.run.duration.ns); }
  double end() const { return duration() + to_seconds(scenario_.run.drain.ns); }

  std::optional<double> whole_capacity() const {
    const std::vector<Taker> takers = takers_of(scenario_, queue_.name);
    if (takers.empty()) return std::nullopt;
    double sum = 0;
    for (const Taker taker : takers) {
      const auto one =
          capacity_of(taker->parameters, queue_.parameters, takers.size() == 1, scenario_);
      if (!one) return std::nullopt;
      sum += *one;
    }
    return sum;
  }

  void whole(const FluidAnswer& fluid, double delay) {
    add("depth", Statistic::Kind::max, "", greatest(fluid, warmup(), duration()));
    if (fluid.empty_at_s && *fluid.empty_at_s <= end())
      add("drain_time", Statistic::Kind::value, "", *fluid.empty_at_s - fluid.max_at_s);
    // An age counts from the send.
    if (fluid.empty_at_s && *fluid.empty_at_s <= duration())
      add("age", Statistic::Kind::max, "", fluid.oldest_age_s + delay);
  }

  void during(const std::string& window, const SpikeParameters& spike, const FluidAnswer& fluid,
              double chance) {
    const double from = std::max(to_seconds(spike.at.ns), warmup());
    const double until = std::min(to_seconds(spike.at.ns + spike.lasts.ns), duration());
    if (!(from < until)) return;
    const double most = greatest(fluid, from, until);
    if (most > chance) add("depth", Statistic::Kind::max, window, most);
    if (!(fluid.backlog_at(until) > chance)) return;
    const auto drained = fluid.drain_time_s(until);
    if (drained && until + *drained <= end())
      add("drain_time", Statistic::Kind::value, window, *drained);
  }

  void add(const char* metric, Statistic::Kind kind, const std::string& window, double value) {
    const double rounded = round9(value);
    figures_.push_back({{queue_.name, metric, {kind, 0}, window}, rounded, "fluid", rounded});
  }

  const Scenario& scenario_;
  const Component<QueueParameters>& queue_;
  std::vector<TheoryFigure> figures_;
};

}  // namespace

std::vector<TheoryFigure> fluid_of_queues(const Scenario& scenario) {
  std::vector<TheoryFigure> figures;
  for (const auto& queue : scenario.queues) {
    for (TheoryFigure& figure : Followed(scenario, queue).figures())
      figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace spillway::theory
