#include "analysis/theory/md1.h"

#include "analysis/theory/quantile_of_tail.h"
#include "sim/kernel/math.h"

namespace spillway::theory {

std::optional<MD1> MD1::of(double arrival_rate, double service_time) {
  if (!(arrival_rate > 0 && service_time > 0 && arrival_rate * service_time < 1))
    return std::nullopt;
  return MD1{arrival_rate, service_time};
}

MD1::MD1(double arrival_rate, double service_time)
    : arrival_rate_{arrival_rate}, service_time_{service_time} {
  // more[k] = P(more than k arrivals during one service), summed from its small end.
  const double load = utilization();
  std::array<double, kStates> arrivals{};
  arrivals[0] = math::exp(-load);
  for (std::size_t k = 1; k < kStates; ++k)
    arrivals[k] = arrivals[k - 1] * load / static_cast<double>(k);
  std::array<double, kStates> more{};
  for (std::size_t k = kStates - 1; k-- > 0;) more[k] = more[k + 1] + arrivals[k + 1];

  // The number left behind by departures crosses each level up as often as down:
  //   p[n + 1] P(no arrival) = p[0] more[n] + sum over i = 1 .. n of p[i] more[n - i + 1].
  std::array<double, kStates> states{};
  states[0] = 1 - load;
  for (std::size_t n = 0; n + 1 < kStates; ++n) {
    double up = states[0] * more[n];
    for (std::size_t i = 1; i <= n; ++i) up += states[i] * more[n - i + 1];
    states[n + 1] = up / arrivals[0];
    if (states[n] > 1e-250) decay_ = states[n + 1] / states[n];
  }
  state_tails_[kStates - 1] = states[kStates - 1] * decay_ / (1 - decay_);
  for (std::size_t n = kStates - 1; n-- > 0;) state_tails_[n] = state_tails_[n + 1] + states[n + 1];
}

double MD1::state_tail(std::size_t n) const {
  if (n < kStates) return state_tails_[n];
  return state_tails_.back() * math::pow(decay_, static_cast<double>(n - (kStates - 1)));
}

double MD1::wait_tail(double t) const {
  // With k services begun by time t (counting from now), whoever waits longer than t saw, u before
  // the end of the k-th, more than k - j messages while j others came during u.
  const double begun = static_cast<double>(static_cast<std::size_t>(t / service_time_)) + 1;
  const double mean = arrival_rate_ * (begun * service_time_ - t);
  const auto k = static_cast<std::size_t>(begun);
  double weight = math::exp(-mean);  // P(j arrivals during u)
  double tail = 0;
  for (std::size_t j = 0; weight > 1e-40; ++j) {
    tail += weight * (j < k ? state_tail(k - j) : 1.0);
    weight *= mean / static_cast<double>(j + 1);
  }
  return tail;
}

double MD1::wait_quantile(double p) const {
  return quantile_of_tail([this](double t) { return wait_tail(t); }, p, service_time_);
}

}  // namespace spillway::theory
