#pragma once

#include <gtest/gtest.h>

#include <string>

#include "sim/run/world.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// A scenario from its text, run once.
class Ran {
 public:
  explicit Ran(const std::string& text, std::uint64_t seed = 1);

  const Sample& sample(const std::string& component, const std::string& metric,
                       const std::string& window = "") const;
  double total(const std::string& component, const std::string& metric,
               const std::string& window = "") const {
    return sample(component, metric, window).total;
  }
  double mean(const std::string& component, const std::string& metric) const {
    const Sample& of = sample(component, metric);
    return of.total / of.weight;
  }
  /// Of durations: their exact sum. Unit: ns.
  std::uint64_t sum_of(const std::string& component, const std::string& metric) const {
    return static_cast<std::uint64_t>(sample(component, metric).histogram->sum());
  }
  const Ledger& ledger(const std::string& channel) const;
  const Result& result() const { return result_; }
  const World& world() const { return world_; }

 private:
  World world_;
  Result result_;
};

}  // namespace spillway
