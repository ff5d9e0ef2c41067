#include "analysis/theory/mmc.h"

#include <algorithm>
#include <cmath>

#include "analysis/theory/birth_death.h"
#include "analysis/theory/erlang.h"
#include "analysis/theory/quantile_of_tail.h"
#include "sim/kernel/math.h"

namespace spillway::theory {
namespace {

// (1 - e^-x) / x, from its series where the difference would cancel. Range: x >= 0.
double mean_of_decay(double x) {
  if (x > 0.5) return (1 - math::exp(-x)) / x;
  double sum = 1;
  double term = 1;
  for (int k = 1; k < 18; ++k) {
    term *= -x / (k + 1);
    sum += term;
  }
  return sum;
}

}  // namespace

std::optional<MMc> MMc::of(double arrival_rate, double service_rate, int servers) {
  if (!(arrival_rate > 0 && service_rate > 0 && servers >= 1 &&
        arrival_rate < servers * service_rate))
    return std::nullopt;
  return MMc{arrival_rate, service_rate, servers, erlang_c(servers, arrival_rate / service_rate)};
}

double MMc::state_probability(std::size_t n) const {
  const auto servers = static_cast<std::size_t>(servers_);
  if (n >= servers)
    return waiting_ * (1 - utilization()) *
           math::pow(utilization(), static_cast<double>(n - servers));
  // Up to c messages the chain is that of the loss system, whose probabilities never underflow all.
  const auto loss = birth_death(
      servers + 1, [this](std::size_t) { return arrival_rate_; },
      [this](std::size_t k) { return static_cast<double>(k) * service_rate_; });
  return (1 - waiting_ * utilization()) * loss[n];
}

double MMc::wait_tail(double t) const { return waiting_ * math::exp(-drain_rate() * t); }

double MMc::wait_quantile(double p) const {
  return std::max(0.0, math::log(waiting_ / (1 - p)) / drain_rate());
}

double MMc::sojourn_tail(double t) const {
  const double slower = std::min(service_rate_, drain_rate());
  const double apart = std::abs(service_rate_ - drain_rate());
  return math::exp(-service_rate_ * t) +
         waiting_ * service_rate_ * t * math::exp(-slower * t) * mean_of_decay(apart * t);
}

double MMc::sojourn_quantile(double p) const {
  return quantile_of_tail([this](double t) { return sojourn_tail(t); }, p, mean_sojourn());
}

}  // namespace spillway::theory
