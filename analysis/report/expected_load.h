#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/scenario/scenario.h"

namespace spillway::report {

/// Messages a second in the mean. Nothing where a load adapts to the answers, as users do.
struct ExpectedRate {
  double base = 0;     ///< without the profile's passing changes
  double highest = 0;  ///< at the profile's peak; of several producers, the sum of their peaks
};

/// What is known of a component before anything is simulated.
struct ExpectedLoad {
  ExpectedRate offered;
  bool adapts = false;              ///< some of its load comes from users who wait for answers
  std::optional<double> capacity;   ///< messages a second its slots can handle; infinite: no limit
  std::optional<double> slot_time;  ///< s that a message keeps a slot in the mean
};

/// The load offered to each component by name, as far as it follows from rates, profiles, shares
/// and steps; what fails, is rejected or comes back is left out.
std::map<std::string, ExpectedLoad> expected_loads(const Scenario& scenario);

/// The rate of a producer's load by itself. Returns: nothing for users.
std::optional<ExpectedRate> rate_of(const ProducerParameters& producer, Time duration);

}  // namespace spillway::report
