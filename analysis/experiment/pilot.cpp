#include "analysis/experiment/pilot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "analysis/stats/warmup.h"

namespace spillway {

bool Pilot::can_help(const Scenario& scenario) {
  return std::ranges::all_of(scenario.producers, [](const Component<ProducerParameters>& producer) {
    return producer.parameters.profile.empty();
  });
}

Pilot::Pilot(const Scenario& scenario, const Limits& limits)
    : scenario_(scenario), limits_(limits) {
  scenario_.run.warmup.ns = 0;
  scenario_.run.drain.ns = 0;  // levels are looked at while messages are born
  const Plan plan = world()->plan();
  step_ = plan.series_step;
  bins_ = static_cast<std::size_t>(plan.duration / step_);
  seen_.resize(plan.deterministic ? 1 : kReplications);

  const auto add = [&](const std::string& component, std::initializer_list<const char*> levels) {
    Place place{component, {}};
    for (const char* level : levels) {
      const auto found = std::ranges::find(plan.series, component + "." + level, &SeriesKey::name);
      assert(found != plan.series.end());
      place.series.push_back(static_cast<std::size_t>(found - plan.series.begin()));
    }
    places_.push_back(std::move(place));
  };
  for (const auto& service : scenario_.services) add(service.name, {"waiting", "in_service"});
  for (const auto& queue : scenario_.queues) {
    const bool taken_from = std::ranges::any_of(scenario_.consumers, [&](const auto& consumer) {
      return consumer.parameters.from.name == queue.name;
    });
    if (taken_from) add(queue.name, {"depth", "in_flight"});
  }
}

std::unique_ptr<World> Pilot::world() const {
  return std::make_unique<World>(scenario_, Demand{}, limits_);
}

void Pilot::take(std::uint32_t i, const Result& result) {
  Seen& seen = seen_[i];
  seen.failure = result.failure;
  if (!seen.failure.empty()) {
    failed_.store(true);
    return;
  }
  for (const Place& place : places_) {
    std::vector<double>& level = seen.levels.emplace_back(bins_, 0.0);
    for (const std::size_t series : place.series) {
      for (std::size_t bin = 0; bin < bins_; ++bin) level[bin] += result.series[series].mean[bin];
    }
  }
}

Pilot::Answer Pilot::answer() const {
  Answer answer;
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    if (seen_[i].failure.empty()) continue;
    answer.failure = fmt::format("pilot, replication {}: {}", i + 1, seen_[i].failure);
    return answer;
  }
  for (std::size_t place = 0; place < places_.size(); ++place) {
    std::vector<double> average(bins_, 0.0);
    for (const Seen& seen : seen_) {
      for (std::size_t bin = 0; bin < bins_; ++bin) average[bin] += seen.levels[place][bin];
    }
    for (double& level : average) level /= static_cast<double>(seen_.size());
    const auto found = stats::mser(average);
    if (!found || !found->steady) {
      answer.unsettled.push_back(places_[place].component);
    } else {
      answer.warmup = std::max(answer.warmup, static_cast<Time>(found->cut) * step_);
    }
  }
  return answer;
}

}  // namespace spillway
