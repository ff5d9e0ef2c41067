#include "analysis/theory/mmck.h"

#include <algorithm>
#include <utility>

#include "analysis/theory/birth_death.h"

namespace spillway::theory {
namespace {

// waits[m]: probability that an accepted arrival waits for m departures, each at rate c mu.
std::vector<double> departures_to_wait_for(const std::vector<double>& states, std::size_t servers) {
  const std::size_t room = states.size() - 1;
  const double accepted = 1 - states[room];
  std::vector<double> waits(room - servers + 1, 0.0);
  for (std::size_t n = 0; n < room; ++n)
    waits[n < servers ? 0 : n - servers + 1] += states[n] / accepted;
  return waits;
}

// Still waiting after j departures.
SteppedTime wait_time(const std::vector<double>& waits, double rate) {
  std::vector<double> survival(waits.size() - 1);
  double left = 0;
  for (std::size_t j = survival.size(); j-- > 0;) survival[j] = left += waits[j + 1];
  return {rate, std::move(survival), 0.0};
}

// Waiting or in service after j steps. In service, one step in c is this message's own completion.
SteppedTime sojourn_time(const std::vector<double>& waits, double rate, int servers) {
  const double stays = 1 - 1.0 / servers;
  std::vector<double> survival(waits.size());
  double waiting = 0;
  for (std::size_t j = waits.size() - 1; j-- > 0;) survival[j] = waiting += waits[j + 1];
  double serving = 0;
  for (std::size_t j = 0; j < waits.size(); ++j) {
    serving = serving * stays + waits[j];
    survival[j] += serving;
  }
  return {rate, std::move(survival), stays};
}

}  // namespace

std::optional<MMcK> MMcK::of(double arrival_rate, double service_rate, int servers, int room) {
  if (!(arrival_rate > 0 && service_rate > 0 && servers >= 1 && room >= 1)) return std::nullopt;
  const int used = std::min(servers, room);
  auto states = birth_death(
      static_cast<std::size_t>(room) + 1, [&](std::size_t) { return arrival_rate; },
      [&](std::size_t n) {
        return static_cast<double>(std::min(n, static_cast<std::size_t>(used))) * service_rate;
      });
  if (!(states.back() < 1)) return std::nullopt;
  return MMcK{arrival_rate, service_rate, used, std::move(states)};
}

MMcK::MMcK(double arrival_rate, double service_rate, int servers, std::vector<double> states)
    : arrival_rate_{arrival_rate},
      service_rate_{service_rate},
      servers_{servers},
      states_{std::move(states)},
      wait_{wait_time(departures_to_wait_for(states_, static_cast<std::size_t>(servers)),
                      servers * service_rate)},
      sojourn_{sojourn_time(departures_to_wait_for(states_, static_cast<std::size_t>(servers)),
                            servers * service_rate, servers)} {
  for (std::size_t n = 0; n < states_.size(); ++n) {
    const auto present = static_cast<double>(n);
    mean_in_system_ += present * states_[n];
    if (n > static_cast<std::size_t>(servers)) mean_in_queue_ += (present - servers) * states_[n];
  }
}

}  // namespace spillway::theory
