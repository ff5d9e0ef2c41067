#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sim/kernel/variate.h"
#include "sim/language/quantity.h"

namespace spillway::theory {

/// How messages come to a station: one by one, at independent Erlang intervals.
struct Arrivals {
  double rate = 0;  ///< 1/s
  int phases = 1;   ///< of each interval: 1 is a Poisson process; 0 stands for a constant interval
};

/// One line in order of arrival before equal servers.
struct Station {
  Arrivals arrivals;
  Variate service;  ///< in ns
  Count servers = 1;
  std::optional<Count> room;  ///< waiting and in service; nothing: unlimited
};

/// What a closed form says about a station in steady state. Times are those of messages that were
/// not refused. Units: s, messages.
struct StationAnswer {
  std::string model;
  double loss = 0;  ///< share of arrivals that are refused
  double mean_wait = 0;
  double mean_sojourn = 0;
  double mean_in_queue = 0;
  double mean_in_service = 0;
  std::function<double(double)> wait_quantile;  ///< of 0 <= p < 1; empty: no closed form
  std::function<double(double)> sojourn_quantile;
};

/// Chooses the closed form of a station.
///
/// Returns nothing where none is exact, where the station is not stable, and where a mean time is
/// below a microsecond: the clock's nanoseconds would show.
std::optional<StationAnswer> answer(const Station& station);

/// The mean of an exponential variate in s; nothing for any other.
std::optional<double> exponential_mean(const Variate& variate);

}  // namespace spillway::theory
