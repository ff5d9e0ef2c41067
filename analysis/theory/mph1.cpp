#include "analysis/theory/mph1.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace spillway::theory {
namespace {

bool readable(const PhaseType& time) {
  const std::size_t n = time.start.size();
  if (n == 0 || time.rate.size() != n || time.next.size() != n) return false;
  double total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (!(time.start[i] >= 0 && time.rate[i] > 0 && time.next[i].size() == n)) return false;
    total += time.start[i];
    double leaves = 0;
    for (std::size_t j = 0; j < n; ++j) {
      if (!(time.next[i][j] >= 0) || (j <= i && time.next[i][j] > 0)) return false;
      leaves += time.next[i][j];
    }
    if (leaves > 1 + 1e-12) return false;
  }
  return std::abs(total - 1) <= 1e-12;
}

// Expected time spent in each phase.
std::vector<double> times_in_phases(const PhaseType& time) {
  std::vector<double> visits = time.start;
  for (std::size_t i = 0; i < visits.size(); ++i)
    for (std::size_t j = i + 1; j < visits.size(); ++j) visits[j] += visits[i] * time.next[i][j];
  for (std::size_t i = 0; i < visits.size(); ++i) visits[i] /= time.rate[i];
  return visits;
}

// Follows the chain for one uniformized step after another until its tail falls geometrically.
// `after_last` says where a phase's last completion leads; the rest of it is absorbed.
SteppedTime follow(const PhaseType& service, std::vector<double> waiting,
                   const std::vector<double>& again, double share_again, bool serve_after) {
  const std::size_t n = service.rate.size();
  const double step_rate = std::ranges::max(service.rate);
  std::vector<double> serving(n, 0.0);
  if (serve_after) {
    double still = 0;
    for (const double each : waiting) still += each;
    for (std::size_t i = 0; i < n; ++i) serving[i] = (1 - still) * service.start[i];
  }

  // One step of one block of phases; returns the probability that a whole service ended.
  const auto step = [&](std::vector<double>& block) {
    std::vector<double> moved(n, 0.0);
    double ended = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double leaves = block[i] * (service.rate[i] / step_rate);
      double rest = leaves;
      moved[i] += block[i] - leaves;
      for (std::size_t j = i + 1; j < n; ++j) {
        moved[j] += leaves * service.next[i][j];
        rest -= leaves * service.next[i][j];
      }
      ended += std::max(rest, 0.0);
    }
    block = std::move(moved);
    return ended;
  };

  constexpr std::size_t kApart = 64;  // steps between two looks at the decay
  constexpr std::size_t kMost = 8'000'000;
  std::vector<double> survival;
  double decay = 0;
  for (double before = -1;;) {
    double left = 0;
    for (const double each : waiting) left += each;
    for (const double each : serving) left += each;
    if (!survival.empty() && survival.back() > 0) decay = left / survival.back();
    survival.push_back(left);
    if (left < 1e-17 || survival.size() >= kMost) break;
    if (survival.size() % kApart == 0) {
      if (std::abs(decay - before) <= std::max(1e-13 * (1 - decay), 4e-16)) break;
      before = decay;
    }
    const double ended = step(waiting);
    for (std::size_t i = 0; i < n; ++i) waiting[i] += ended * share_again * again[i];
    if (serve_after) {
      step(serving);
      for (std::size_t i = 0; i < n; ++i)
        serving[i] += ended * (1 - share_again) * service.start[i];
    }
  }
  return {step_rate, std::move(survival), std::min(decay, 1 - 1e-15)};
}

}  // namespace

double PhaseType::mean() const {
  double sum = 0;
  for (const double each : times_in_phases(*this)) sum += each;
  return sum;
}

double PhaseType::scv() const {
  // E[T^2] = 2 sum over phases of (time spent in it) * (mean time left on entering it).
  const std::vector<double> spent = times_in_phases(*this);
  std::vector<double> left(start.size(), 0.0);
  double second = 0;
  double first = 0;
  for (std::size_t i = start.size(); i-- > 0;) {
    left[i] = 1 / rate[i];
    for (std::size_t j = i + 1; j < left.size(); ++j) left[i] += next[i][j] * left[j];
    second += 2 * spent[i] * left[i];
    first += spent[i];
  }
  return second / (first * first) - 1;
}

PhaseType erlang_phases(int phases, double mean) {
  const auto n = static_cast<std::size_t>(phases);
  PhaseType time{std::vector<double>(n, 0.0), std::vector<double>(n, phases / mean),
                 std::vector<std::vector<double>>(n, std::vector<double>(n, 0.0))};
  time.start[0] = 1;
  for (std::size_t i = 0; i + 1 < n; ++i) time.next[i][i + 1] = 1;
  return time;
}

PhaseType hyperexponential_phases(double share, double fast, double slow) {
  return {{share, 1 - share}, {1 / fast, 1 / slow}, {{0, 0}, {0, 0}}};
}

MPH1::MPH1(double utilization, SteppedTime wait, SteppedTime sojourn)
    : utilization_{utilization}, wait_{std::move(wait)}, sojourn_{std::move(sojourn)} {}

std::optional<MPH1> MPH1::of(double arrival_rate, const PhaseType& service) {
  if (!(arrival_rate > 0) || !readable(service)) return std::nullopt;
  const std::vector<double> spent = times_in_phases(service);
  double mean = 0;
  for (const double each : spent) mean += each;
  const double load = arrival_rate * mean;
  if (!(load < 1)) return std::nullopt;
  // What is left of a service that an arrival finds under way starts in phase i with this
  // probability.
  std::vector<double> residual(spent);
  for (double& each : residual) each /= mean;
  std::vector<double> found(residual);
  for (double& each : found) each *= load;
  return MPH1{load, follow(service, found, residual, load, false),
              follow(service, found, residual, load, true)};
}

}  // namespace spillway::theory
