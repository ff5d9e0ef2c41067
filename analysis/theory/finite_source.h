#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "analysis/theory/birth_death.h"

namespace spillway::theory {

/// The M/M/c//N queue: N users who think for an exponential time, then send one request and wait
/// for its answer (a closed load; also called the machine repairman or M/M/c/N/N).
///
/// Units: rates in 1/s, times in s, means in messages. `think_rate` is 1 / mean think time.
/// Source: D. Gross and C. M. Harris, Fundamentals of Queueing Theory, ch. 2.
class FiniteSource {
 public:
  /// Returns nothing when a rate isn't positive, servers < 1 or users < 1. Cost: O(users), once.
  static std::optional<FiniteSource> of(double think_rate, double service_rate, int servers,
                                        int users) {
    if (!(think_rate > 0 && service_rate > 0 && servers >= 1 && users >= 1)) return std::nullopt;
    const auto states = birth_death(
        static_cast<std::size_t>(users) + 1,
        [&](std::size_t n) { return (users - static_cast<double>(n)) * think_rate; },
        [&](std::size_t n) {
          return std::min(static_cast<double>(n), static_cast<double>(servers)) * service_rate;
        });
    double present = 0;
    for (std::size_t n = 0; n < states.size(); ++n) present += static_cast<double>(n) * states[n];
    return FiniteSource{present, (users - present) * think_rate, servers * service_rate};
  }

  [[nodiscard]] double mean_in_system() const { return mean_in_system_; }
  /// Requests per second.
  [[nodiscard]] double throughput() const { return throughput_; }
  [[nodiscard]] double mean_sojourn() const { return mean_in_system_ / throughput_; }
  [[nodiscard]] double utilization() const { return throughput_ / capacity_; }

 private:
  FiniteSource(double mean_in_system, double throughput, double capacity)
      : mean_in_system_{mean_in_system}, throughput_{throughput}, capacity_{capacity} {}

  double mean_in_system_;
  double throughput_;
  double capacity_;
};

}  // namespace spillway::theory
