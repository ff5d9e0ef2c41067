#include "analysis/theory/station.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "analysis/theory/erlang.h"
#include "analysis/theory/gim1.h"
#include "analysis/theory/md1.h"
#include "analysis/theory/mg1.h"
#include "analysis/theory/mmc.h"
#include "analysis/theory/mmck.h"
#include "analysis/theory/mph1.h"

namespace spillway::theory {
namespace {

/// Sizes up to which closed forms are evaluated: their cost grows with them.
constexpr Count kMostServers = 1'000'000;
constexpr Count kMostRoom = 100'000;
constexpr std::size_t kMostPhases = 16;
constexpr double kHeaviestPhaseLoad = 0.999;

constexpr double kLeastMean = 1e-6;  // s
constexpr double kNegligible = 1e-15;

/// Draws are kept at 0 from below: a variate that reaches below has not the moments it says.
bool may_be_negative(const Variate& variate) {
  return variate.plus < 0 || std::ranges::any_of(variate.parts, may_be_negative);
}

std::string numbered(const char* kind, Count number) { return kind + std::to_string(number); }

/// Takes from a model what all of them call alike.
template <class Model>
StationAnswer take(std::string name, const Station& station, double service_mean, Model model) {
  const auto shared = std::make_shared<const Model>(std::move(model));
  StationAnswer answer;
  answer.model = std::move(name);
  answer.mean_wait = shared->mean_wait();
  answer.mean_sojourn = shared->mean_sojourn();
  answer.mean_in_queue = shared->mean_in_queue();
  answer.mean_in_service = station.arrivals.rate * service_mean;
  if constexpr (requires { shared->sojourn_quantile(0.5); }) {
    answer.wait_quantile = [shared](double p) { return shared->wait_quantile(p); };
    answer.sojourn_quantile = [shared](double p) { return shared->sojourn_quantile(p); };
  }
  return answer;
}

/// The phases of a variate, times in s; nothing when it isn't made of exponential phases.
std::optional<PhaseType> phases_of(const Variate& variate, double scale) {
  const double times = variate.times * scale;
  if (variate.plus != 0 || !(times > 0)) return std::nullopt;
  switch (variate.kind) {
    case VariateKind::exponential:
    case VariateKind::erlang: {
      if (!(variate.a > 0)) return std::nullopt;
      const bool one = variate.kind == VariateKind::exponential;
      return erlang_phases(one ? 1 : static_cast<int>(variate.b), times * variate.a);
    }
    case VariateKind::hyperexponential:
    case VariateKind::mixture: {
      PhaseType all;
      for (std::size_t part = 0; part < variate.parts.size(); ++part) {
        const auto phases = phases_of(variate.parts[part], times);
        if (!phases) return std::nullopt;
        for (const double start : phases->start) all.start.push_back(variate.weights[part] * start);
        all.rate.insert(all.rate.end(), phases->rate.begin(), phases->rate.end());
        const std::size_t before = all.next.size();
        for (const std::vector<double>& row : phases->next) {
          std::vector<double>& wider = all.next.emplace_back(before, 0.0);
          wider.insert(wider.end(), row.begin(), row.end());
        }
      }
      for (std::vector<double>& row : all.next) row.resize(all.rate.size(), 0.0);
      if (all.rate.size() > kMostPhases) return std::nullopt;
      return all;
    }
    default:
      return std::nullopt;
  }
}

/// One server, a waiting room, Poisson arrivals.
std::optional<StationAnswer> single_server(const Station& station, double mean) {
  const double rate = station.arrivals.rate;
  if (station.service.kind == VariateKind::constant) {
    // Durations are whole nanoseconds.
    const double time = std::nearbyint(station.service.mean()) * 1e-9;
    const auto model = MD1::of(rate, time);
    return model ? std::optional{take("M/D/1", station, time, *model)} : std::nullopt;
  }
  const double variance = station.service.variance() * 1e-18;
  if (!std::isfinite(variance)) return std::nullopt;
  const auto means = MG1::of(rate, mean, variance / (mean * mean));
  if (!means) return std::nullopt;
  StationAnswer answer = take("M/G/1", station, mean, *means);
  if (means->utilization() > kHeaviestPhaseLoad) return answer;
  if (const auto phases = phases_of(station.service, 1e-9)) {
    if (auto model = MPH1::of(rate, *phases)) {
      const auto shared = std::make_shared<const MPH1>(std::move(*model));
      answer.model = "M/PH/1";
      answer.wait_quantile = [shared](double p) { return shared->wait_quantile(p); };
      answer.sojourn_quantile = [shared](double p) { return shared->sojourn_quantile(p); };
    }
  }
  return answer;
}

std::optional<StationAnswer> many_servers(const Station& station, double mean) {
  const auto model = MMc::of(station.arrivals.rate, 1 / mean, static_cast<int>(station.servers));
  if (!model) return std::nullopt;
  return take(numbered("M/M/", station.servers), station, mean, *model);
}

/// Exponential service and a bounded room.
std::optional<StationAnswer> bounded(const Station& station, double mean) {
  const double rate = station.arrivals.rate;
  const Count room = *station.room;
  if (room > kMostRoom) {
    const auto unbounded = MMc::of(rate, 1 / mean, static_cast<int>(station.servers));
    const bool never_full =
        unbounded && unbounded->state_probability(static_cast<std::size_t>(room)) < kNegligible;
    return never_full ? many_servers(station, mean) : std::nullopt;
  }
  auto model = MMcK::of(rate, 1 / mean, static_cast<int>(station.servers), static_cast<int>(room));
  if (!model) return std::nullopt;
  const double loss = model->loss();
  StationAnswer answer = take(numbered("M/M/", station.servers) + numbered("/", room), station,
                              mean, std::move(*model));
  answer.loss = loss;
  answer.mean_in_service *= 1 - loss;
  return answer;
}

/// No waiting: Erlang's loss system, for which the service time's mean suffices.
StationAnswer loss_system(const Station& station, double mean) {
  const double offered = station.arrivals.rate * mean;
  StationAnswer answer;
  answer.model = numbered("M/G/", station.servers) + numbered("/", station.servers);
  answer.loss = erlang_b(static_cast<int>(station.servers), offered);
  answer.mean_sojourn = mean;
  answer.mean_in_service = offered * (1 - answer.loss);
  return answer;
}

/// Intervals other than exponential.
std::optional<StationAnswer> renewal(const Station& station, double mean) {
  const auto [rate, phases] = station.arrivals;
  const auto model =
      phases == 0 ? GIM1::constant(rate, 1 / mean) : GIM1::erlang(phases, rate, 1 / mean);
  if (!model) return std::nullopt;
  return take(phases == 0 ? "D/M/1" : numbered("E", phases) + "/M/1", station, mean, *model);
}

}  // namespace

std::optional<double> exponential_mean(const Variate& variate) {
  if (variate.kind != VariateKind::exponential || variate.plus != 0) return std::nullopt;
  return variate.mean() * 1e-9;
}

std::optional<StationAnswer> answer(const Station& station) {
  const Variate& service = station.service;
  const double mean = service.mean() * 1e-9;
  if (service.kind == VariateKind::column || service.kind == VariateKind::unit) return std::nullopt;
  if (may_be_negative(service) || !(mean >= kLeastMean && std::isfinite(mean))) return std::nullopt;
  if (!(station.arrivals.rate > 0 && 1 / station.arrivals.rate >= kLeastMean)) return std::nullopt;
  if (station.servers > kMostServers) return std::nullopt;
  const bool exponential = exponential_mean(service).has_value();
  if (station.arrivals.phases != 1) {
    if (!exponential || station.servers != 1 || station.room) return std::nullopt;
    return renewal(station, mean);
  }
  if (station.room && exponential) return bounded(station, mean);
  if (station.room == station.servers) return loss_system(station, mean);
  if (station.room) return std::nullopt;
  if (exponential) return many_servers(station, mean);
  if (station.servers == 1) return single_server(station, mean);
  return std::nullopt;
}

}  // namespace spillway::theory
