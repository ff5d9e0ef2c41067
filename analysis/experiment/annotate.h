#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/experiment/summary.h"

namespace spillway {

/// How many standard errors a figure lies from the closed form's value.
///
/// The standard error is the interval's half-width over Student's t for this many replications.
/// Returns nothing without theory, interval or second replication; infinity where the simulation is
/// sure of another value.
std::optional<double> standard_errors_from_theory(const Figure& figure, std::uint32_t replications,
                                                  double confidence);

/// Puts the closed forms' values beside the figures of a variant, its objectives' too, where they
/// are finite.
///
/// Returns a warning for each figure that contradicts its closed form, further from it than chance
/// brings one in 16,000 (four standard deviations of a normal variable; with few replications
/// Student's t asks for more). A fluid's value is no such contradiction: chance is not in it.
std::vector<std::string> annotate(VariantSummary& summary, const Scenario& scenario);

}  // namespace spillway
