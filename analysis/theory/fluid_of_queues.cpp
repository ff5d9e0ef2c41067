#include "analysis/theory/fluid_of_queues.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/theory/consumer_capacity.h"
#include "analysis/theory/feeders.h"
#include "analysis/theory/fluid.h"
#include "analysis/theory/matching.h"
#include "analysis/theory/strikes.h"
#include "sim/model/producer/rate_profile.h"
#include "sim/scenario/windows.h"

namespace spillway::theory {
namespace {

constexpr double kDeviations = 3;      ///< a smaller backlog may be chance
constexpr double kCapacityMargin = 2;  ///< backlogs that the queue must have room for
/// What a struck consumer has at hand goes back to the queue, or leaves it, all at once: the
/// backlog must be so many times as much.
constexpr double kHeldMargin = 20;

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
    if (producer == nullptr || others_are_struck()) return {};
    const auto& send = std::get<SendParameters>(producer->parameters.does.steps.front().parameters);
    if (send.timeout || send.retry || send.delay || !is_plain(queue_.parameters, scenario_))
      return {};
    const auto delay = delay_of(send.network, scenario_.network);
    const auto capacity = capacity_over_time(scenario_, queue_);
    if (!delay || !capacity) return {};
    const auto arrivals = arrivals_of(producer->parameters, scenario_.run.duration.ns, *delay);
    if (!arrivals) return {};
    const auto fluid = fluid_backlog(*arrivals, *capacity);
    if (!fluid) return {};
    const double chance = kDeviations * std::sqrt(fluid->delayed);
    const double held = kHeldMargin * held_by_struck_consumers(scenario_, queue_);
    const auto room = queue_.parameters.capacity.count;
    if (!(fluid->max_backlog > std::max({1.0, chance, held})) ||
        greatest(*fluid, 0, warmup()) > 0 ||
        (room && static_cast<double>(*room) < kCapacityMargin * fluid->max_backlog)) {
      return {};
    }
    whole(*fluid, *delay);
    for (const NamedSpans& window : named_spans(scenario_)) {
      for (const auto& [from, until] : window.spans)
        during(window.name, to_seconds(from), to_seconds(until), *fluid, std::max(chance, held));
    }
    return std::move(figures_);
  }

 private:
  double warmup() const { return to_seconds(scenario_.run.warmup.ns); }
  double duration() const { return to_seconds(scenario_.run.duration.ns); }
  double end() const { return duration() + to_seconds(scenario_.run.drain.ns); }

  /// Whether a fault hits what is neither followed nor apart: the queue, or where its messages go
  /// from it.
  bool others_are_struck() const {
    std::vector<std::string> others{queue_.name};
    if (const auto& letters = queue_.parameters.dead_letter) others.push_back(letters->to.name);
    for (const auto* taker : takers_of(scenario_, queue_.name)) {
      for (std::string& channel : channels_of(taker->parameters.does))
        others.push_back(std::move(channel));
    }
    return std::ranges::any_of(others,
                               [&](const std::string& name) { return is_struck(scenario_, name); });
  }

  void whole(const FluidAnswer& fluid, double delay) {
    add("depth", Statistic::Kind::max, "", greatest(fluid, warmup(), duration()));
    if (fluid.empty_at_s && *fluid.empty_at_s <= end())
      add("drain_time", Statistic::Kind::value, "", *fluid.empty_at_s - fluid.max_at_s);
    // An age counts from the send.
    if (fluid.empty_at_s && *fluid.empty_at_s <= duration())
      add("age", Statistic::Kind::max, "", fluid.oldest_age_s + delay);
  }

  void during(const std::string& window, double begin, double end_of_window,
              const FluidAnswer& fluid, double least) {
    const double from = std::max(begin, warmup());
    const double until = std::min(end_of_window, duration());
    if (!(from < until)) return;
    const double most = greatest(fluid, from, until);
    if (most > least) add("depth", Statistic::Kind::max, window, most);
    if (!(fluid.backlog_at(until) > least)) return;
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
