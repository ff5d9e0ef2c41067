#pragma once

#include <string>
#include <vector>

#include "analysis/experiment/experiment.h"

namespace spillway {

/// What came of the warm-ups that are left to the program.
struct FoundWarmups {
  std::vector<std::string> warnings;
  std::vector<std::string> failures;  ///< why a variant's pilot is void, for each; mostly empty
};

/// Finds them by pilots, all of them side by side on threads, and puts them into the scenarios; a
/// scenario that says its warm-up stays as it is. Where loads have a profile, there is no steady
/// state to wait for: 0, with a warning.
FoundWarmups find_warmups(std::vector<Scenario>& scenarios, const ExperimentOptions& options);

}  // namespace spillway
