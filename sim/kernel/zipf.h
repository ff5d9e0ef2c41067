#pragma once

#include <cstdint>
#include <vector>

namespace spillway {

/// Cumulative probabilities of Zipf's law over `keys` keys, the most popular first: key k (from 0)
/// has a probability proportional to (k + 1)^-exponent.
///
/// Unit: 2^-53, so that they compare with draws of VariateKind::unit; the last is 2^53.
/// Range: keys >= 1, exponent >= 0. Error of each: about 1e-13, relative to 1.
/// Cost: one power and 8 bytes a key.
std::vector<std::int64_t> zipf_thresholds(std::uint32_t keys, double exponent);

/// The place of the first threshold above `drawn`: inversion, without rejection.
/// Range: drawn is below the last threshold. Cost: O(log keys).
std::uint32_t place_of_draw(const std::vector<std::int64_t>& thresholds, std::int64_t drawn);

}  // namespace spillway
